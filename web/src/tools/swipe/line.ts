/**
 * The line between two layers that are compared: drawn by pointer or by keyboard, with what each side shows and a way out.
 *
 * It follows the state (`swipe`) and changes nothing else; it stays on the page, hidden while nothing is compared.
 */
import { closeButton, make } from "../../panels/dom";
import { covered, isWide } from "../../panels/layout";
import { layersOf, type Swipe } from "../../state/model";
import type { Around } from "../tool";

/** Pixels between the line, the names and the edge of what is seen of the map. */
const GAP = 8;

/** Percent of the map's width, by key. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -100,
  End: 100,
};

export function drawLine({ store, portal, say, frame }: Around): void {
  const container = frame.map.getContainer();
  const [left, right] = [make("span", { className: "swipe-name" }), make("span", { className: "swipe-name" })];
  const properties = { className: "swipe-line", role: "slider", tabIndex: 0, "aria-valuemin": 0, "aria-valuemax": 100 };
  const line = make("div", { ...properties, "aria-label": say("swipe_share") }, make("i", {}), make("span", { className: "swipe-grip" }));
  const end = (): void => {
    if (place.contains(document.activeElement)) container.focus();
    store.set({ swipe: null, ...(store.get().tool === "swipe" ? { tool: null } : {}) });
  };
  const sides = make("div", { className: "swipe-sides", "aria-hidden": "true" }, left, right);
  const place = make("div", { className: "swipe over-map" }, line, sides, closeButton(say("swipe_end"), end));
  const move = (share: number): void => {
    const { swipe } = store.get();
    if (swipe) store.set({ swipe: { ...swipe, share: Math.round(Math.min(100, Math.max(0, share))) } });
  };
  steer(line, container, move, () => store.get().swipe?.share ?? 0);
  for (const name of ["click", "mousedown", "dblclick", "touchstart"]) place.addEventListener(name, (event) => event.stopPropagation());
  container.append(place);

  const titles = new Map(layersOf(portal).map(({ id, title }) => [id, title]));
  const titled = (id: string | null): string => titles.get(id ?? "") ?? "";
  const show = (swipe: Swipe): void => {
    place.style.left = `${swipe.share}%`;
    [left.textContent, right.textContent] = [titled(swipe.left), titled(swipe.right)];
    const told = [`${swipe.share}\u00a0%`, swipe.left && say("swipe_left_is", { layer: titled(swipe.left) }), swipe.right && say("swipe_right_is", { layer: titled(swipe.right) })];
    line.setAttribute("aria-valuenow", String(swipe.share));
    line.setAttribute("aria-valuetext", told.filter(Boolean).join(", "));
    stand(left, right, container, swipe.share);
    place.style.setProperty("--height", heightOf(container));
  };
  const again = (): void => {
    const { swipe } = store.get();
    place.hidden = swipe === null;
    if (swipe) show(swipe);
  };
  store.watch((state) => state.swipe, again);
  store.watch((state) => state.panel, again);
  frame.map.on("resize", again);
}

/** Where the grip is: on a phone right below the bar, so that the names below it are not under an open panel. */
function heightOf(container: HTMLElement): string {
  return isWide() ? "" : `${Math.max(0, covered().top - container.getBoundingClientRect().top) + GAP}px`;
}

/** Each name stands on its side of the line; where that side has no room for it, it gives way and stays readable. */
function stand(left: HTMLElement, right: HTMLElement, container: HTMLElement, share: number): void {
  const whole = container.clientWidth;
  const [least, most] = [Math.max(0, covered().left - container.getBoundingClientRect().left) + GAP, whole - GAP];
  const within = (start: number, { offsetWidth }: HTMLElement): number => Math.max(least, Math.min(most - offsetWidth, start));
  const at = (whole * share) / 100;
  let [first, second] = [within(at - GAP - left.offsetWidth, left), within(at + GAP, right)];
  const lacking = left.textContent && right.textContent ? first + left.offsetWidth + GAP - second : 0;
  if (lacking > 0 && at < (least + most) / 2) second = within(second + lacking, right);
  else if (lacking > 0) first = within(first - lacking, left);
  left.style.left = `${first - at}px`;
  right.style.left = `${second - at}px`;
}

/** By pointer the line goes where the pointer is, by keyboard by steps; the map below is neither drawn along nor panned. */
function steer(line: HTMLElement, container: HTMLElement, move: (share: number) => void, share: () => number): void {
  line.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    event.stopPropagation();
    line.focus({ preventScroll: true });
    line.setPointerCapture(event.pointerId);
  });
  line.addEventListener("pointermove", (event) => {
    if (!line.hasPointerCapture(event.pointerId)) return;
    const { left, width } = container.getBoundingClientRect();
    move(((event.clientX - left) / width) * 100);
  });
  line.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move(share() + step);
  });
}
