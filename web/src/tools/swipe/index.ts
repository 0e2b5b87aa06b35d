/**
 * Compares two layers: one is shown only left of a line over the map, the other only right of it.
 *
 * Layers and share stand in the state (`swipe`); the map cuts the layers, line.ts draws the line. The comparison goes on
 * when the tool is closed, so that it can be shared and printed; a button here and one on the line end it.
 */
import { fill, make } from "../../panels/dom";
import { layersOf, type Swipe } from "../../state/model";
import type { Around, OpenTool } from "../tool";

const MIDDLE = 50;
const SIDES = ["left", "right"] as const;
type Side = (typeof SIDES)[number];

export function open(around: Around): OpenTool {
  const { store, say } = around;
  const choices = { left: make("select", { id: "swipe-left" }), right: make("select", { id: "swipe-right" }) };
  const slider = make("input", { type: "range", id: "swipe-share", min: "0", max: "100", step: "1" });
  const none = make("p", { className: "empty" }, say("swipe_no_layer"));
  const end = make("button", { type: "button", className: "quiet", onclick: () => store.set({ swipe: null, tool: null }) }, say("swipe_end"));
  const sheet = make(
    "div",
    {},
    make("label", { htmlFor: "swipe-left", className: "tool-field" }, say("swipe_left"), choices.left),
    make("label", { htmlFor: "swipe-right", className: "tool-field" }, say("swipe_right"), choices.right),
    make("label", { htmlFor: "swipe-share", className: "tool-field" }, say("swipe_share"), slider),
    make("p", { className: "facts" }, say("swipe_help")),
    make("p", { className: "actions" }, end),
  );

  for (const side of SIDES) choices[side].addEventListener("change", () => choose(side, choices[side].value || null, around));
  slider.addEventListener("input", () => moveTo(slider.valueAsNumber, around));

  const offer = (on: readonly string[]): void => {
    none.hidden = on.length > 0;
    sheet.hidden = on.length === 0;
    const [left = null, right = null] = on;
    if (left && !store.get().swipe) store.set({ swipe: { left, right, share: MIDDLE } });
    for (const side of SIDES) fill(choices[side], ...options(on, store.get().swipe?.[side] ?? null, around));
  };
  const stops = [
    store.watch((state) => state.layers, offer),
    store.watch((state) => state.swipe, (swipe) => {
      if (!swipe) return;
      for (const side of SIDES) choices[side].value = swipe[side] ?? "";
      slider.valueAsNumber = swipe.share;
      slider.setAttribute("aria-valuetext", `${swipe.share}\u00a0%`);
    }),
  ];
  const close = (): void => stops.forEach((stop) => stop());
  return { content: make("div", { className: "tool" }, none, sheet), close };
}

function moveTo(share: number, { store }: Around): void {
  const { swipe } = store.get();
  if (swipe) store.set({ swipe: { ...swipe, share } });
}

/** The layers that are on, topmost first, and none of them. */
function options(on: readonly string[], chosen: string | null, { portal, say }: Around): HTMLElement[] {
  const offered = on.flatMap((id) => layersOf(portal).filter((layer) => layer.id === id));
  const layers = offered.map(({ id, title }) => make("option", { value: id, selected: id === chosen }, title));
  return [make("option", { value: "", selected: chosen === null }, say("swipe_nothing")), ...layers];
}

/** A layer that is already on the other side changes places with what was here. */
function choose(side: Side, id: string | null, { store, portal, say, announce }: Around): void {
  const before = store.get().swipe;
  if (!before) return;
  const [here, other] = [before[side], side === "left" ? before.right : before.left];
  const there = other === id ? here : other;
  const swipe: Swipe = { share: before.share, left: side === "left" ? id : there, right: side === "left" ? there : id };
  store.set({ swipe });
  const title = layersOf(portal).find((layer) => layer.id === id)?.title ?? say("swipe_nothing");
  announce(say(side === "left" ? "swipe_left_is" : "swipe_right_is", { layer: title }));
}
