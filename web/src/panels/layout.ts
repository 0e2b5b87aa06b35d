/** Measures the page: is it wide enough for panels beside each other, and what of the map do they cover? */
import type { Covered } from "../geometry/fit";
import { byId } from "./dom";

/** The same width as in styles/main.css: panels float beside the map, below it they rise from the bottom. */
const WIDE = "(min-width: 48rem)";
/** From here on there is room for the card as well (styles/card.css). */
const WIDEST = "(min-width: 64rem)";
/** A phone that lies: the bar at the left, panels at the right (styles/panels.css). */
const LYING = "(max-width: 47.999rem) and (max-height: 30rem) and (orientation: landscape)";

/** Pixels of the line of sources. */
const FOOT = 24;

export function isWide(): boolean {
  return matchMedia(WIDE).matches;
}

/** Pixels covered on each side of the map. */
export function covered(): Covered {
  const [side, card, panel] = [byId("side"), byId("card"), byId("panel")];
  const left = side.offsetLeft + side.offsetWidth;
  if (matchMedia(WIDEST).matches) return { top: 0, right: card.offsetWidth, bottom: FOOT, left };
  if (isWide()) return { top: card.offsetHeight, right: 0, bottom: FOOT, left };
  if (matchMedia(LYING).matches) return { top: 0, right: Math.max(card.offsetWidth, panel.offsetWidth), bottom: FOOT, left };
  return { top: side.offsetHeight, right: 0, bottom: Math.max(FOOT, card.offsetHeight, panel.offsetHeight), left: 0 };
}
