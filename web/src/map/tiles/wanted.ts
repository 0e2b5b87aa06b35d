/** Which tiles of a layer a view needs, and how deep they go: for the map, for what is asked ahead of it, for areas that are kept. */
import type { Layer } from "../../api/portal";
import { areaOf, levelAt, sharedArea, tilesOf, type Area, type Tile } from "../../geometry/tiling";

/** Beyond it tiles are enlarged: a unit is then 15 cm, finer than any plan. */
export const DEEPEST_DATA = 16;
/** Tiles of points below that level would only be more questions for as many points. */
const DEEPEST_SPOTS = 14;

/** The deepest level whose tiles are asked of the service. */
export function deepestLevel({ geometry }: Pick<Layer, "geometry">): number {
  return geometry === "point" ? DEEPEST_SPOTS : DEEPEST_DATA;
}

/** The tiles of a level in which a layer has something within an area; those in the middle first. */
export function tilesWithin({ bbox }: Pick<Layer, "bbox">, area: Area, level: number): Tile[] {
  const own = bbox ? sharedArea(areaOf(bbox), area) : area;
  return own ? tilesOf(own, level) : [];
}

/** The tiles from which a layer is drawn. Points are never enlarged; areas and lines may be, by whoever draws them. */
export function tilesToDraw(layer: Pick<Layer, "bbox" | "geometry">, area: Area, zoom: number): Tile[] {
  const level = levelAt(zoom);
  return tilesWithin(layer, area, layer.geometry === "point" ? Math.min(DEEPEST_SPOTS, level) : level);
}
