/**
 * The panel of layers: groups with checkboxes, and under each switched-on layer its legend and how it stands.
 *
 * Built once; the state only changes what is checked and what is said under it, so focus never jumps.
 */
import { layersOf, OFF, switchLayer, type LayerStatus, type State } from "../state/model";
import type { Layer, Portal } from "../api/portal";
import type { Store } from "../state/store";
import type { Language, Say } from "../messages/messages";
import { dateText } from "../messages/values";
import { fill, make } from "./dom";
import { swatch } from "./swatch";

const LONG_LEGEND = 8;

interface Surroundings {
  store: Store<State>;
  portal: Portal;
  lang: Language;
  say: Say;
  /** Brings the map to a zoom at which the layer is drawn. */
  zoomTo: (layer: Layer) => void;
}

export function layersPanel(around: Surroundings): HTMLElement {
  const groups = around.portal.groups
    .filter((group) => group.layers.length > 0)
    .map((group) =>
      make(
        "fieldset",
        { className: "group" },
        make("legend", {}, group.title),
        make("ul", {}, ...group.layers.map((layer) => layerItem(layer, around))),
      ),
    );
  const some = layersOf(around.portal).length > 0;
  return make("div", { className: "layers" }, ...(some ? groups : [make("p", {}, around.say("list_none"))]));
}

function layerItem(layer: Layer, around: Surroundings): HTMLElement {
  const { store } = around;
  const box = make("input", {
    type: "checkbox",
    onchange: () => store.set(switchLayer(store.get(), layer.id, box.checked)),
  });
  box.dataset.layer = layer.id;
  const standing = make("div", { className: "standing" });
  const legend = legendOf(layer, around.say);
  store.watch(
    (state) => state.layers.includes(layer.id),
    (on) => {
      box.checked = on;
      if (legend) legend.hidden = !on;
    },
  );
  store.watch(
    (state) => state.status[layer.id] ?? OFF,
    (status) => fill(standing, standingOf(layer, status, around)),
  );
  const name = make("label", {}, box, swatch(layer), make("span", { className: "title" }, layer.title));
  return make("li", { className: "layer" }, name, standing, legend, about(layer, around));
}

/** A long one starts folded: the layers below it must stay in sight. */
function legendOf(layer: Layer, say: Say): HTMLElement | null {
  if (!layer.by || layer.legend.length === 0) return null;
  const entries = layer.legend.map((entry) => make("li", {}, swatch(layer, entry.color), entry.label));
  const list = make("ul", { className: "legend" }, ...entries);
  if (entries.length <= LONG_LEGEND) return list;
  return make("details", { className: "folded" }, make("summary", {}, say("legend", { n: entries.length })), list);
}

/** One short line when there is something to say about the layer, else null. */
function standingOf(layer: Layer, status: LayerStatus, { say, zoomTo }: Surroundings): Node | null {
  if (status.phase === "failed") return make("span", { className: "bad" }, say("failed_layer"));
  if (status.more) return make("span", {}, say("more_layer"));
  if (status.phase !== "too-far" && status.phase !== "too-near") return null;
  const words = say(status.phase === "too-far" ? "too_far" : "too_near");
  return make("button", { type: "button", className: "quiet", onclick: () => zoomTo(layer) }, words);
}

function about(layer: Layer, { say, lang }: Surroundings): HTMLElement {
  const facts = [
    layer.made_up ? say("made_up") : "",
    layer.count === null ? "" : say("count", { n: layer.count }),
    layer.updated ? say("updated", { date: dateText(layer.updated, lang, { dateStyle: "long" }) }) : "",
    layer.attribution,
  ].filter(Boolean);
  const words = say("about", { layer: layer.title });
  const mark = make("summary", { "aria-label": words, title: words });
  return make(
    "details",
    { className: "about" },
    mark,
    layer.description ? make("p", {}, layer.description) : null,
    make("p", { className: "facts" }, facts.join(" · ")),
    make("p", {}, make("a", { href: layer.page, hreflang: lang }, say("data"))),
  );
}
