/** The legend of a sheet: what visitors have brought, and the layers seen on it with those of their colours that occur there. */
import type { Layer, LegendEntry } from "../../api/portal";
import { make } from "../../panels/dom";
import { ownSwatch, swatch } from "../../panels/swatch";
import { layersOf, OFF, type Guest } from "../../state/model";
import type { Around } from "../tool";

export function legend(around: Around): HTMLElement[] {
  const { store, portal, say } = around;
  const { layers, status, where, guests } = store.get();
  const known = new Map(layersOf(portal).map((layer) => [layer.id, layer]));
  const own = layers.flatMap((id) => {
    const layer = known.get(id);
    const { phase, shown } = status[id] ?? OFF;
    if (!layer || (phase !== "ready" && phase !== "loading") || (layer.kind === "vector" && shown === 0)) return [];
    const narrowed = where[id] ? ` (${say("print_filtered")})` : "";
    return [section(layer, entriesOf(layer, around), narrowed)];
  });
  return [...guests.map(guestSection), ...own];
}

/** What the visitor has brought: a file in its colour, a service with its own picture of its signs. */
function guestSection({ title, sample }: Guest): HTMLElement {
  const color = sample && "color" in sample && ownSwatch(sample.color);
  const picture = sample && "picture" in sample && make("img", { src: sample.picture, alt: "", referrerPolicy: "no-referrer" });
  return make("section", {}, make("h3", {}, color, make("span", {}, title)), picture);
}

function section(layer: Layer, entries: readonly LegendEntry[], narrowed: string): HTMLElement {
  const single = entries.length === 0;
  const title = make("h3", {}, single && swatch(layer), make("span", {}, layer.title + narrowed));
  const rows = entries.map((each) => make("li", {}, swatch(layer, each.color), make("span", {}, each.label)));
  return make("section", {}, title, !single && make("ul", {}, ...rows));
}

/** Of what comes as features it is known what is on the sheet; of tiles and pictures it is not: then all entries. */
function entriesOf({ id, by, legend: all }: Layer, { sources, frame }: Around): readonly LegendEntry[] {
  if (!by) return [];
  const here = sources.find((each) => each.layer.id === id)?.within(frame.viewBox()) ?? [];
  if (here.length === 0) return all;
  const codes = new Set(here.map(({ feature }) => String(feature.properties[by])));
  const found = all.filter(({ code }) => code === null || codes.has(code));
  return found.length > 0 ? found : all;
}
