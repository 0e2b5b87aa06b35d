/**
 * Boxes in degrees: [west, south, east, north], longitude and latitude as in GeoJSON.
 *
 * The region does not cross the antimeridian, so a box is always a plain rectangle.
 */
import type { Geometry, Position } from "geojson";

export type Box = readonly [west: number, south: number, east: number, north: number];

/** True when the boxes share at least a point. */
export function meets(a: Box, b: Box): boolean {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

/** The part both boxes share, null when they do not meet. */
export function shared(a: Box, b: Box): Box | null {
  if (!meets(a, b)) return null;
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
}

export function centre(box: Box): { lon: number; lat: number } {
  return { lon: (box[0] + box[2]) / 2, lat: (box[1] + box[3]) / 2 };
}

/** The box of a geometry; null when it has no position at all. */
export function boxOf(geometry: Geometry): Box | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon = NaN, lat = NaN] of positions(geometry)) {
    if (lon < west) west = lon;
    if (lon > east) east = lon;
    if (lat < south) south = lat;
    if (lat > north) north = lat;
  }
  return west <= east && south <= north ? [west, south, east, north] : null;
}

/** Every position of a geometry, in order. */
export function* positions(geometry: Geometry): Generator<Position> {
  if (geometry.type === "GeometryCollection") {
    for (const part of geometry.geometries) yield* positions(part);
  } else {
    yield* flat(geometry.coordinates);
  }
}

type Nested = Position | Position[] | Position[][] | Position[][][];

function* flat(coordinates: Nested): Generator<Position> {
  if (typeof coordinates[0] === "number") yield coordinates as Position;
  else for (const inner of coordinates as Position[][]) yield* flat(inner);
}
