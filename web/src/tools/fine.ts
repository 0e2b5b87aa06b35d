/**
 * Has the map drawn for something finer than the screen: paper, or a picture that will be enlarged.
 *
 * Everything that draws asks the window how fine the screen is, and Leaflet asks once and keeps the answer. Both are given
 * another one for as long as it is wanted; what is drawn already has to be drawn again by whoever calls this.
 */
import L from "leaflet";

/** Some 190 pixels to the inch of paper. Twice as many would be four times the memory. */
const FINE = 2;

/** Returns what takes it back. */
export function makeFine(): () => void {
  const own = Object.getOwnPropertyDescriptor(window, "devicePixelRatio");
  const browser = L.Browser as { retina: boolean };
  const { retina } = browser;
  const ratio = Math.max(FINE, window.devicePixelRatio);
  Object.defineProperty(window, "devicePixelRatio", { configurable: true, get: () => ratio });
  browser.retina = true;
  return () => {
    Reflect.deleteProperty(window, "devicePixelRatio");
    if (own) Object.defineProperty(window, "devicePixelRatio", own);
    browser.retina = retina;
  };
}

/** Draws the map again as it stands, for another fineness. */
export function drawAgain(map: L.Map): void {
  map.setView(map.getCenter(), map.getZoom(), { animate: false, reset: true } as L.ZoomPanOptions);
}

/** Resolves when the map has loaded what it wants, or after so many milliseconds. */
export async function settled(map: L.Map, patience: number): Promise<void> {
  const until = performance.now() + patience;
  const { dataset } = map.getContainer();
  do await new Promise((resolve) => setTimeout(resolve, 150));
  while (dataset.state !== "ready" && performance.now() < until);
}
