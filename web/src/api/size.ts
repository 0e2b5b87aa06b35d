/** How a layer comes, by its size: a small one whole, a big one tile by tile, what is between them (or asked a question) by cells. */
import { EVERYTHING, sameQuestion, type Question } from "./items";
import type { Layer } from "./portal";

/** Up to so many features a layer is fetched once and whole: one question, and every value for card and colour is here. */
const SMALL = 1000;

export function isSmall({ count, max }: Pick<Layer, "count" | "max">): boolean {
  return count !== null && count <= Math.min(SMALL, max);
}

/** Browsers of before 2023 cannot draw beside the page; they get the features of big layers cell by cell. */
export function isBig(layer: Pick<Layer, "tiles" | "count" | "max">): boolean {
  return layer.tiles !== null && !isSmall(layer) && "OffscreenCanvas" in globalThis;
}

/** Whether a layer is drawn from its tiles: they hold everything, so they answer no question. */
export function isTiled(layer: Layer, question: Question): boolean {
  return isBig(layer) && sameQuestion(question, EVERYTHING);
}
