/**
 * The panel that lists the features in view: the way to every feature for keyboards and screen readers.
 *
 * It says what the map shows, in words, in the order of the alphabet, layer by layer.
 */
import type { FeatureSource } from "../api/source";
import type { Held } from "../geometry/feature";
import type { Box } from "../geometry/box";
import type { Language, Say } from "../messages/messages";
import type { State } from "../state/model";
import { nameOf } from "../state/naming";
import type { Store } from "../state/store";
import { fill, make } from "./dom";
import { swatch } from "./swatch";

const AT_ONCE = 50;

interface Surroundings {
  store: Store<State>;
  sources: readonly FeatureSource[];
  lang: Language;
  say: Say;
  viewBox: () => Box;
  open: (source: FeatureSource, each: Held) => void;
}

export function listPanel(around: Surroundings): HTMLElement {
  const panel = make("div", { className: "list" });
  const lengths = new Map<string, number>();
  const draw = (): void => {
    if (around.store.get().panel === "list") redraw(panel, around, lengths, draw);
  };
  around.store.watch((state) => state.panel, draw);
  around.store.watch((state) => state.status, draw);
  around.store.watch((state) => state.view, draw);
  return panel;
}

function redraw(panel: HTMLElement, around: Surroundings, lengths: Map<string, number>, again: () => void): void {
  const kept = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.ref : undefined;
  const view = around.viewBox();
  const parts = around.sources.map((source) => {
    const found = source.within(view);
    return found.length > 0 ? layerPart(source, found, around, lengths, again) : null;
  });
  fill(panel, ...parts, parts.every((part) => part === null) && make("p", { className: "empty" }, around.say("list_none")));
  // The list is made anew while someone walks through it: the focus goes back to the same feature.
  if (kept) panel.querySelector<HTMLElement>(`[data-ref="${CSS.escape(kept)}"]`)?.focus();
}

function layerPart(
  source: FeatureSource,
  found: Held[],
  around: Surroundings,
  lengths: Map<string, number>,
  again: () => void,
): HTMLElement {
  const { layer } = source;
  const length = lengths.get(layer.id) ?? AT_ONCE;
  const collator = new Intl.Collator(around.lang, { numeric: true });
  const named = found.map((each) => ({ each, name: nameOf(layer, each.id, each.feature, around.say) }));
  named.sort((a, b) => collator.compare(a.name, b.name));
  const rows = named.slice(0, length).map(({ each, name }) => {
    const row = make("button", { type: "button", onclick: () => around.open(source, each) }, name);
    row.dataset.ref = `${layer.id}/${each.id}`;
    return make("li", {}, row);
  });
  const longer = (): void => {
    lengths.set(layer.id, length + AT_ONCE);
    again();
  };
  const count = make("span", { className: "number" }, new Intl.NumberFormat(around.lang).format(found.length));
  return make(
    "section",
    {},
    make("h3", {}, swatch(layer), layer.title, " ", count),
    make("ol", {}, ...rows),
    found.length > length && make("button", { type: "button", className: "quiet", onclick: longer }, around.say("show_more")),
  );
}
