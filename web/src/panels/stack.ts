/**
 * The layers on the map, topmost first, as one finds them under the pointer: order, opacity, legend, how they stand.
 *
 * The order is changed by dragging the handle, by arrow keys on it, or by two buttons: nobody has to drag.
 */
import type { Layer, Portal } from "../api/portal";
import type { Language, Say } from "../messages/messages";
import { dateText } from "../messages/values";
import { layersOf, moved, OFF, switchLayer, type LayerStatus, type State } from "../state/model";
import type { Store } from "../state/store";
import { CROSS, fill, HANDLE, icon, make, SLIDERS, type Child } from "./dom";
import { swatch } from "./swatch";

const LONG_LEGEND = 8;
const STEP = 5;

export interface LayerSurroundings {
  store: Store<State>;
  portal: Portal;
  lang: Language;
  say: Say;
  announce: (text: string) => void;
  /** Brings the map to a zoom at which the layer is drawn. */
  zoomTo: (layer: Layer) => void;
}

export function stack(around: LayerSurroundings): HTMLElement {
  const { store, portal, say } = around;
  const layers = new Map(layersOf(portal).map((layer) => [layer.id, layer]));
  const rows = new Map<string, HTMLElement>();
  const list = make("ol", {});
  const none = make("p", { className: "empty" }, say("layers_none"));
  store.watch(
    (state) => state.layers,
    (ids) => {
      const wanted = ids.flatMap((id) => {
        const layer = layers.get(id);
        if (!layer) return [];
        const row = rows.get(id) ?? rowOf(layer, list, around);
        rows.set(id, row);
        return [row];
      });
      arrange(list, wanted);
      none.hidden = wanted.length > 0;
    },
  );
  return make("section", { className: "stack", "aria-labelledby": "layers-on" }, make("h3", { id: "layers-on" }, say("layers_on")), list, none);
}

/** Puts rows in order without taking out the one that has the focus: it would lose it. */
function arrange(list: HTMLElement, wanted: readonly HTMLElement[]): void {
  for (const row of [...list.children]) if (!wanted.includes(row as HTMLElement)) row.remove();
  const pivot = wanted.find((row) => row.contains(document.activeElement)) ?? null;
  const at = pivot ? wanted.indexOf(pivot) : wanted.length;
  wanted.slice(0, at).forEach((row) => list.insertBefore(row, pivot));
  wanted.slice(at + 1).forEach((row) => list.append(row));
}

function rowOf(layer: Layer, list: HTMLElement, around: LayerSurroundings): HTMLElement {
  const { store, say } = around;
  const words = say("hide_layer", { layer: layer.title });
  const off = (): void => {
    store.set(switchLayer(store.get(), layer.id, false));
    document.querySelector<HTMLElement>(`input[data-layer="${CSS.escape(layer.id)}"]`)?.focus();
  };
  const hide = make("button", { type: "button", className: "plain", title: words, "aria-label": words, onclick: off }, icon(CROSS));
  const standing = make("div", { className: "standing" });
  store.watch(
    // Reports come with every tile: a button that is made anew between press and release would not be clicked.
    ({ status: { [layer.id]: { phase, more } = OFF } }) => `${phase} ${more}`,
    () => refill(standing, standingOf(layer, store.get().status[layer.id] ?? OFF, around)),
  );
  const title = make("span", { className: "title" }, layer.title);
  const head = make("div", { className: "row" }, handle(layer, list, around), swatch(layer), title, hide);
  const row = make("li", { className: "layer" }, head, standing, narrowed(layer, around), legendOf(layer, say), settings(layer, around));
  row.dataset.row = layer.id;
  return row;
}

/** Fills a place anew. A button there that had the focus leaves it to the one that is there now, else to the row's first. */
function refill(place: HTMLElement, ...children: Child[]): void {
  const held = place.contains(document.activeElement);
  fill(place, ...children);
  if (held) (place.querySelector("button") ?? place.closest("[data-row]")?.querySelector("button"))?.focus();
}

/** Moves the layer by steps; the focus stays, and its place is said, also where it cannot go further. */
function shift(layer: Layer, steps: number, { store, say, announce }: LayerSurroundings): void {
  const before = store.get().layers;
  const layers = moved(before, layer.id, before.indexOf(layer.id) + steps);
  if (layers !== before) store.set({ layers });
  announce(say("moved_layer", { layer: layer.title, n: layers.indexOf(layer.id) + 1, all: layers.length }));
}

function handle(layer: Layer, list: HTMLElement, around: LayerSurroundings): HTMLElement {
  const words = around.say("move_layer", { layer: layer.title });
  const button = make("button", { type: "button", className: "handle", title: words, "aria-label": words }, icon(HANDLE));
  button.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    shift(layer, steps, around);
  });
  button.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    button.focus();
    drag(layer, list, around);
  });
  return button;
}

/** Until the pointer is let go, the layer goes where the pointer is among the rows. */
function drag(layer: Layer, list: HTMLElement, { store }: LayerSurroundings): void {
  const move = (event: PointerEvent): void => {
    const rows = [...list.children].filter((row): row is HTMLElement => row instanceof HTMLElement && row.dataset.row !== layer.id);
    const above = rows.filter((row) => event.clientY > row.getBoundingClientRect().top + row.offsetHeight / 2);
    const layers = moved(store.get().layers, layer.id, above.length);
    if (layers !== store.get().layers) store.set({ layers });
  };
  const row = list.querySelector(`[data-row="${CSS.escape(layer.id)}"]`);
  row?.classList.add("dragged");
  const done = new AbortController();
  const stop = (): void => {
    row?.classList.remove("dragged");
    done.abort();
  };
  window.addEventListener("pointermove", move, { signal: done.signal });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, stop, { signal: done.signal });
}

function settings(layer: Layer, around: LayerSurroundings): HTMLElement {
  const { say } = around;
  const words = say("layer_settings", { layer: layer.title });
  const step = (key: "move_up" | "move_down", steps: number): HTMLElement =>
    make("button", { type: "button", className: "quiet", onclick: () => shift(layer, steps, around) }, say(key));
  return make(
    "details",
    { className: "settings" },
    make("summary", { "aria-label": words, title: words }, icon(SLIDERS)),
    opacity(layer, around),
    make("p", { className: "actions" }, step("move_up", -1), step("move_down", 1)),
  );
}

function opacity(layer: Layer, { store, say }: LayerSurroundings): HTMLElement {
  const name = `opacity-${layer.id}`;
  const said = make("output", { htmlFor: name });
  const set = (): void => {
    const { [layer.id]: _, ...others } = store.get().opacity;
    const percent = slider.valueAsNumber;
    store.set({ opacity: percent < 100 ? { ...others, [layer.id]: percent } : others });
  };
  const slider = make("input", { type: "range", id: name, min: "0", max: "100", step: String(STEP), oninput: set });
  store.watch(
    (state) => state.opacity[layer.id] ?? 100,
    (percent) => {
      slider.valueAsNumber = percent;
      said.textContent = `${percent}\u00a0%`;
    },
  );
  return make("p", { className: "opacity" }, make("label", { htmlFor: name }, say("opacity")), slider, said);
}

/** A long one starts folded: the layers below it must stay in sight. */
function legendOf(layer: Layer, say: Say): HTMLElement | null {
  if (!layer.by || layer.legend.length === 0) return null;
  const entries = layer.legend.map((entry) => make("li", {}, swatch(layer, entry.color), entry.label));
  const list = make("ul", { className: "legend" }, ...entries);
  if (entries.length <= LONG_LEGEND) return list;
  return make("details", { className: "folded" }, make("summary", {}, say("legend", { n: entries.length })), list);
}

/** Says that not everything of the layer is shown, and for which reason: a filter, a day. */
function narrowed(layer: Layer, { store, say, lang }: LayerSurroundings): HTMLElement {
  const place = make("div", { className: "standing" });
  const release = (): void => {
    const { [layer.id]: _, ...where } = store.get().where;
    store.set({ where });
  };
  store.watch(
    ({ where, date }) => `${where[layer.id] ? "filtered" : ""} ${layer.time && date ? date : ""}`,
    (reasons) => {
      const [filtered, day] = reasons.split(" ");
      const loose = make("button", { type: "button", className: "quiet", onclick: release }, say("show_all"));
      refill(
        place,
        filtered ? make("p", {}, say("filtered"), " ", loose) : null,
        day ? make("p", {}, say("as_of", { date: dateText(day, lang, { dateStyle: "long", timeZone: "UTC" }) })) : null,
      );
    },
  );
  return place;
}

/** One short line when there is something to say about the layer, else null. */
function standingOf(layer: Layer, status: LayerStatus, { say, zoomTo }: LayerSurroundings): Node | null {
  if (status.phase === "failed") return make("span", { className: "bad" }, say("failed_layer"));
  if (status.more) return make("span", {}, say("more_layer"));
  if (status.phase !== "too-far" && status.phase !== "too-near") return null;
  const words = say(status.phase === "too-far" ? "too_far" : "too_near");
  return make("button", { type: "button", className: "quiet", onclick: () => zoomTo(layer) }, words);
}
