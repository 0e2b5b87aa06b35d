/**
 * The panel of layers: those on the map in their order, the background, and all layers by theme.
 *
 * Built once; the state only changes what is checked and what is said under it, so focus never jumps.
 */
import type { Group, Layer } from "../api/portal";
import { dateText } from "../messages/values";
import { layersOf, switchLayer } from "../state/model";
import { backgroundChoice } from "./backgrounds";
import { icon, LINK, make } from "./dom";
import { stack, type LayerSurroundings } from "./stack";
import { swatch } from "./swatch";

/** With more layers than this only the groups that have one on the map stand open. */
const MANY = 24;
/** Layers that begin to be drawn here or nearer say so: one who looks at the whole region would miss them. */
const NEAR = 13;
/** Metres on the ground for a pixel (0.28 mm, as OGC has it) at zoom 0 on the equator, as a scale. */
const SCALE_AT_0 = 559_082_264;

export function layersPanel(around: LayerSurroundings): HTMLElement {
  const { portal, say } = around;
  const groups = portal.groups.filter((group) => group.layers.length > 0);
  if (groups.length === 0) return make("div", { className: "layers" }, make("p", { className: "empty" }, say("list_none")));
  const all = groups.map((group) => groupItem(group, around));
  return make(
    "div",
    { className: "layers" },
    stack(around),
    portal.backgrounds.length > 0 && backgroundChoice(around),
    make("section", { "aria-labelledby": "layers-all" }, make("h3", { id: "layers-all" }, say("layers_all")), ...all),
  );
}

function groupItem(group: Group, around: LayerSurroundings): HTMLElement {
  const { store, say, lang, portal } = around;
  const ids = group.layers.map((layer) => layer.id);
  const few = layersOf(portal).length <= MANY;
  const words = say("group_link", { group: group.title });
  const link = make("a", { className: "plain", href: `/${lang}/map?group=${encodeURIComponent(group.id)}`, title: words, "aria-label": words }, icon(LINK));
  const number = make("span", { className: "number" });
  const open = few || store.get().layers.some((id) => ids.includes(id));
  store.watch(
    (state) => ids.filter((id) => state.layers.includes(id)).length,
    (on) => (number.textContent = on > 0 ? `${on}/${ids.length}` : ""),
  );
  const list = make("ul", { "aria-label": group.title }, ...group.layers.map((layer) => layerItem(layer, around)));
  const summary = make("summary", {}, make("span", { className: "title" }, group.title), number);
  return make("div", { className: "group" }, make("details", { open }, summary, list), link);
}

function layerItem(layer: Layer, around: LayerSurroundings): HTMLElement {
  const { store, say } = around;
  const box = make("input", {
    type: "checkbox",
    onchange: () => store.set(switchLayer(store.get(), layer.id, box.checked)),
  });
  box.dataset.layer = layer.id;
  store.watch((state) => state.layers.includes(layer.id), (on) => (box.checked = on));
  const scale = layer.zoom[0] >= NEAR ? say("scale_from", { n: scaleOf(layer) }) : "";
  const hint = scale && make("small", {}, scale);
  const name = make("label", {}, box, swatch(layer), make("span", { className: "title" }, layer.title));
  return make("li", { className: "layer" }, name, hint, about(layer, around));
}

/** The scale at which the layer begins to be drawn, in round figures. */
function scaleOf({ zoom, bbox }: Layer): number {
  const lat = bbox ? (bbox[1] + bbox[3]) / 2 : 0;
  const scale = (SCALE_AT_0 / 2 ** zoom[0]) * Math.cos((lat * Math.PI) / 180);
  return Number(scale.toPrecision(1));
}

function about(layer: Layer, { say, lang }: LayerSurroundings): HTMLElement {
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
