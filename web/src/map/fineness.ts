/** How many points stand on a CSS pixel of what the map draws: as many as the screen has, unless it is drawn for paper. */

/** Finer screens get no more: four times the memory for what nobody sees. */
const FINEST_SCREEN = 2;
let wanted: (() => number) | null = null;

export function fineness(): number {
  return wanted?.() ?? Math.min(FINEST_SCREEN, window.devicePixelRatio);
}

/** From now on it is drawn as fine as `finer` says; null: for the screen again. */
export function drawFor(finer: (() => number) | null): void {
  wanted = finer;
}
