/**
 * Has the map drawn for something finer than the screen: paper, or a picture that will be enlarged.
 *
 * What we draw ourselves asks map/fineness.ts, Leaflet keeps an answer of its own. Both are given another one for as long as
 * it is wanted; what is drawn already has to be drawn again by whoever calls this.
 */
import * as L from "leaflet";
import { drawFor } from "../map/fineness";

/** The least: some 190 points to the inch of paper. */
export const FINE = 2;
/** 300 points to the inch: more no printer shows of a map. */
const FINEST = 300 / 96;
/** Canvases reach beyond the map by a quarter of it on each side. */
const AROUND = 1.5 ** 2;
/** Points that all layers together may have for each gigabyte of memory, at four bytes each. */
const POINTS_A_GIGABYTE = 25e6;
/** Where the browser does not say what memory there is: gigabytes, and points that a single canvas may have everywhere. */
const UNSAID = 4;
const SAFE_POINTS = 16e6;

/** How fine so many layers of so many CSS pixels can be drawn with the memory that there is. */
export function finenessOf(pixels: number, layers: number): number {
  const { deviceMemory } = navigator as Navigator & { deviceMemory?: number };
  const share = ((deviceMemory ?? UNSAID) * POINTS_A_GIGABYTE) / Math.max(1, layers);
  const points = deviceMemory === undefined ? Math.min(SAFE_POINTS, share) : share;
  return Math.max(FINE, Math.min(FINEST, Math.sqrt(points / (pixels * AROUND))));
}

const browser = L.Browser as { retina: boolean };
const { retina } = browser;
/** A picture may still be waiting for the map when the sheet is opened: the last counts, in whatever order they go. */
const wishes: (() => number)[] = [];

/** `fineness`: points to a CSS pixel, asked whenever something is drawn. Returns what takes it back. */
export function makeFine(fineness: () => number): () => void {
  const follow = (): void => {
    drawFor(wishes.at(-1) ?? null);
    browser.retina = wishes.length > 0 || retina;
  };
  wishes.push(fineness);
  follow();
  return () => {
    wishes.splice(wishes.indexOf(fineness), 1);
    follow();
  };
}

/** Draws the map again as it stands, for another fineness. */
export function drawAgain(map: L.Map): void {
  map.setView(map.getCenter(), map.getZoom(), { animate: false, reset: true } as L.ZoomPanOptions);
}

/** Resolves when the map has loaded what it wants, pictures of backgrounds and of others among it, or after so many milliseconds. */
export async function settled(map: L.Map, patience: number): Promise<void> {
  const until = performance.now() + patience;
  const element = map.getContainer();
  const isComing = (): boolean => element.dataset.state !== "ready" || [...element.querySelectorAll("img")].some((each) => !each.complete);
  do await new Promise((resolve) => setTimeout(resolve, 150));
  while (isComing() && performance.now() < until);
}
