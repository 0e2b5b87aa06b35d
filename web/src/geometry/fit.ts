/**
 * How a map lies on the screen: the view that brings a box into sight, and what of the world a view shows.
 *
 * Pure, and the same as Leaflet's own arithmetic: what the first view needs is asked for before Leaflet is here.
 */
import type { Box } from "./box";
import { areaOf, toDegrees, toWorld, worldPixels, type Area } from "./tiling";

/** Centre of the map in degrees and its zoom (Web Mercator levels, quarters allowed). */
export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

/** CSS pixels. */
export interface Size {
  x: number;
  y: number;
}

/** How much of each side of the map is covered by panels, in CSS pixels. */
export interface Covered {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** The parts of a level in which the map zooms. */
export const ZOOM_STEP = 0.25;
/** The nearest zoom of the map, and that in which a single feature is seen in its surroundings. */
export const NEAREST = 20;
export const CLOSE = 17;
/** CSS pixels left free round a box that is brought into sight. */
export const MARGIN = 16;
/** By how much the canvas of a layer is larger than the map on each side, and the part of its shorter side that this is at most: phones have little memory. */
const OVERLAP = 128;
const MOST_OVERLAP = 1 / 7;

/** The nearest view that shows the box in the part of the map that is not covered; of a single point that at `nearest`. */
export function fitted(box: Box, size: Size, { top, right, bottom, left }: Covered, nearest: number): View {
  const [west, north, east, south] = areaOf(box);
  const across = Math.max(1, size.x - left - right - 2 * MARGIN) / (east - west);
  const down = Math.max(1, size.y - top - bottom - 2 * MARGIN) / (south - north);
  const steps = Math.log2(Math.min(across, down) / worldPixels(0)) / ZOOM_STEP;
  // A box that fits exactly is not to be missed for the last digit.
  const zoom = Math.max(0, Math.min(nearest, Math.floor(steps + 0.01) * ZOOM_STEP));
  const half = 1 / (2 * worldPixels(zoom));
  return { zoom, ...toDegrees((west + east) / 2 + (right - left) * half, (north + south) / 2 + (bottom - top) * half) };
}

/** The part of the world within the map, and `beyond` CSS pixels on each side of it. */
export function areaInView({ zoom, lat, lon }: View, size: Size, beyond: number): Area {
  const { x, y } = toWorld(lon, lat);
  const pixels = worldPixels(zoom);
  const [across, down] = [(size.x / 2 + beyond) / pixels, (size.y / 2 + beyond) / pixels];
  return [x - across, y - down, x + across, y + down];
}

/** CSS pixels by which the canvas of a layer reaches beyond each side of the map. */
export function overlapOf({ x, y }: Size): number {
  return Math.min(OVERLAP, Math.round(MOST_OVERLAP * Math.min(x, y)));
}
