/**
 * The true scale of a sheet: which zoom gives it, how long its bar is, how much ground fits on it. Pure.
 *
 * A CSS pixel is 1/96 inch on paper, whatever the screen. Web Mercator stretches by 1/cos φ, and on the ellipsoid a little
 * differently along meridian and parallel (0.3 % at 50°); the scale of the sheet is the mean of both, in its middle.
 */
export const SCALES = [500, 1000, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000, 100_000, 150_000, 200_000] as const;

const INCH = 0.0254;
const PIXELS_PER_INCH = 96;
export const MILLIMETRE_PIXELS = PIXELS_PER_INCH / 25.4;
/** Leaflet's world is so many pixels wide at zoom 0. */
const WORLD = 256;
const RADIUS = 6378137;
/** Square of the eccentricity of WGS 84. */
const E2 = 0.00669437999014;

/** Metres of ground, as the mean of all directions, for a metre of Web Mercator. */
function shrink(lat: number): number {
  const phi = (lat * Math.PI) / 180;
  const w = 1 - E2 * Math.sin(phi) ** 2;
  // Radii of curvature: N = a/√w along the parallel, M = a(1 − e²)/√w³ along the meridian; √(MN) is their mean.
  return (Math.cos(phi) * Math.sqrt(1 - E2)) / w;
}

/** The zoom at which the map has the scale 1 : `denominator` at a latitude. */
export function zoomOf(denominator: number, lat: number): number {
  const groundPerPixel = (denominator * INCH) / PIXELS_PER_INCH;
  return Math.log2((2 * Math.PI * RADIUS * shrink(lat)) / (WORLD * groundPerPixel));
}

export function denominatorOf(zoom: number, lat: number): number {
  return (2 * Math.PI * RADIUS * shrink(lat) * PIXELS_PER_INCH) / (WORLD * 2 ** zoom * INCH);
}

/** The largest scale at which most of what the screen shows (in CSS pixels, at a zoom) is on a map of so many millimetres. */
export function fittingScale(screen: readonly [number, number], zoom: number, lat: number, map: readonly [number, number]): number {
  const needed = Math.min(...screen.map((pixels, at) => pixels / ((map[at] ?? 1) * MILLIMETRE_PIXELS)));
  const wanted = denominatorOf(zoom, lat) * needed;
  return SCALES.find((each) => each >= wanted * 0.95) ?? SCALES[SCALES.length - 1] ?? 200_000;
}

/** The scale bar: ground length in metres, a round number, and its length on paper, at most `longest` millimetres. */
export function barOf(denominator: number, longest: number): { metres: number; millimetres: number } {
  const most = (denominator * longest) / 1000;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = power * ([5, 2, 1].find((each) => each * power <= most) ?? 1);
  return { metres, millimetres: (metres * 1000) / denominator };
}
