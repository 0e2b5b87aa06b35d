/** Which layers are big: they are drawn from tiles, all others from their features. */
import type { Layer } from "../api/portal";

/** Up to so many features a layer is fetched once and whole: one question, and every value for card and colour is here. */
const SMALL = 1000;

/** Browsers of before 2023 cannot draw beside the page; they get the features of big layers cell by cell. */
export function isBig({ tiles, count, max }: Pick<Layer, "tiles" | "count" | "max">): boolean {
  return tiles !== null && (count === null || count > Math.min(SMALL, max)) && "OffscreenCanvas" in globalThis;
}
