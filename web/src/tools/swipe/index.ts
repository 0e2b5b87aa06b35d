/**
 * Compares: one layer is shown only left of a line over the map, what lies under it shows on the right.
 *
 * Layer and share stand in the state (`swipe`); the map cuts the layer. The line can be drawn with the pointer, the
 * slider in the panel and the line itself do the same by keyboard.
 */
import { fill, make } from "../../panels/dom";
import { layersOf } from "../../state/model";
import type { Around, OpenTool } from "../tool";

const MIDDLE = 50;

export function open(around: Around): OpenTool {
  const { store, portal, say, announce } = around;
  const layers = layersOf(portal);
  const choice = make("select", { id: "swipe-layer" });
  const slider = make("input", { type: "range", id: "swipe-share", min: "0", max: "100", step: "1" });
  const none = make("p", { className: "empty" }, say("swipe_no_layer"));
  const sheet = make(
    "div",
    {},
    make("label", { htmlFor: "swipe-layer", className: "tool-field" }, say("swipe_layer"), choice),
    make("label", { htmlFor: "swipe-share", className: "tool-field" }, say("swipe_share"), slider),
    make("p", { className: "facts" }, say("swipe_help")),
  );
  const line = swipeLine(around, (share) => move(share));
  const move = (share: number): void => {
    const layer = store.get().swipe?.layer ?? choice.value;
    if (layer) store.set({ swipe: { layer, share: Math.round(Math.min(100, Math.max(0, share))) } });
  };

  choice.addEventListener("change", () => {
    store.set({ swipe: { layer: choice.value, share: Number(slider.value) } });
    announce(say("swipe_now", { layer: layers.find((each) => each.id === choice.value)?.title ?? "" }));
  });
  slider.addEventListener("input", () => move(Number(slider.value)));

  const offer = (on: readonly string[]): void => {
    const offered = on.flatMap((id) => layers.filter((layer) => layer.id === id));
    const held = store.get().swipe;
    const chosen = offered.find((layer) => layer.id === held?.layer) ?? offered[0];
    fill(choice, ...offered.map((layer) => make("option", { value: layer.id, selected: layer === chosen }, layer.title)));
    none.hidden = offered.length > 0;
    sheet.hidden = offered.length === 0;
    if (chosen && chosen.id !== held?.layer) store.set({ swipe: { layer: chosen.id, share: held?.share ?? MIDDLE } });
  };
  const stops = [
    store.watch((state) => state.layers, offer),
    store.watch((state) => state.swipe, (swipe) => {
      line.hidden = swipe === null;
      if (!swipe) return;
      slider.value = String(swipe.share);
      slider.setAttribute("aria-valuetext", `${swipe.share} %`);
      line.style.left = `${swipe.share}%`;
    }),
  ];
  const close = (): void => {
    for (const stop of stops) stop();
    line.remove();
    store.set({ swipe: null });
  };
  return { content: make("div", { className: "tool swipe" }, none, sheet), close };
}

/** The line over the map, to be drawn with a pointer. By keyboard one uses the slider, which says the same. */
function swipeLine({ frame }: Around, move: (share: number) => void): HTMLElement {
  const container = frame.map.getContainer();
  const line = make("div", { className: "swipe-line", "aria-hidden": "true" }, make("span", {}));
  line.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    event.stopPropagation(); // the map itself must not be drawn along
    line.setPointerCapture(event.pointerId);
  });
  line.addEventListener("pointermove", (event) => {
    if (!line.hasPointerCapture(event.pointerId)) return;
    const { left, width } = container.getBoundingClientRect();
    move(((event.clientX - left) / width) * 100);
  });
  for (const name of ["click", "mousedown", "dblclick", "touchstart"]) line.addEventListener(name, (event) => event.stopPropagation());
  container.append(line);
  return line;
}
