/**
 * The list without a network: what is kept on this device of what the map shows, by name. Loaded when it is needed.
 *
 * Its rows carry what those of the service's list carry, so that list.ts opens and points at them alike.
 */
import { EVERYTHING, itemsOf, questionOf, sameQuestion } from "../api/items";
import type { Layer, Portal } from "../api/portal";
import { boxOf, meets, type Box } from "../geometry/box";
import type { Feature } from "../geometry/feature";
import type { Say } from "../messages/messages";
import { keptPages } from "../offline/features";
import { mapAddress } from "../state/address";
import { layersOf, type State } from "../state/model";
import { nameOf } from "../state/naming";
import { writeQuery } from "../state/query";
import { make } from "./dom";

/** More rows than that nobody reads; one zooms in. */
const MOST = 200;

interface Row {
  id: string;
  feature: Feature;
  box: Box;
}

/** What stands in the panel: a word on what this is, and a list for each layer that is on and not narrowed. */
export async function keptList(portal: Portal, state: State, view: Box, lang: string, say: Say): Promise<HTMLElement> {
  const shown = layersOf(portal).filter((each) => state.layers.includes(each.id) && each.items !== null && sameQuestion(questionOf(each, state), EVERYTHING));
  const lists = await Promise.all(shown.map(async (layer) => listOf(layer, await keptIn(layer, view, say), lang, say)));
  const found = lists.flat();
  return make("div", { className: "kept-list" }, make("p", { role: "status" }, say(found.length > 0 ? "list_kept" : "list_kept_none")), ...found);
}

/** The kept features of a layer that reach into a box, in the order of their names. */
async function keptIn(layer: Layer, view: Box, say: Say): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for await (const page of keptPages(itemsOf(layer))) {
    for (const feature of page) {
      const box = feature.geometry && boxOf(feature.geometry);
      if (box && meets(box, view)) rows.set(String(feature.id), { id: String(feature.id), feature, box });
    }
  }
  const byName = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  return [...rows.values()].sort((a, b) => byName(nameOf(layer, a.id, a.feature, say), nameOf(layer, b.id, b.feature, say)));
}

function listOf(layer: Layer, rows: readonly Row[], lang: string, say: Say): Node[] {
  if (rows.length === 0) return [];
  const items = rows.slice(0, MOST).map(({ id, feature, box }) => {
    const link = make("a", { href: mapAddress(lang, writeQuery({ feature: { collection: layer.id, id } })) }, nameOf(layer, id, feature, say));
    const row = make("li", {}, link);
    [link.dataset.ref, row.dataset.row, row.dataset.box] = [`${layer.id}/${id}`, `${layer.id}/${id}`, box.join(",")];
    return row;
  });
  const heading = make("h3", {}, layer.title, " ", make("small", {}, String(rows.length)));
  const more = rows.length > MOST ? [make("p", { className: "empty" }, say("more"))] : [];
  return [heading, make("ul", {}, ...items), ...more];
}
