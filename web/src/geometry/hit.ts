/**
 * Does a feature lie under a place of the map? Pure, in screen pixels round that place.
 *
 * Leaflet can only answer for its topmost canvas; a map of several layers must name everything that lies at a place.
 */
import type { Geometry, Position } from "geojson";
import type { Box } from "./box";

/** A place in degrees; `scale`: pixels per degree of longitude there (Web Mercator is conformal, latitude follows). */
export interface Place {
  lon: number;
  lat: number;
  scale: number;
}

type Point = readonly [x: number, y: number];

/** Pixels per degree of longitude on a Web Mercator map of 256 px tiles. */
export function scaleAt(zoom: number): number {
  return (256 * 2 ** zoom) / 360;
}

/** The box within `reach` pixels of a place. */
export function boxAround({ lon, lat, scale }: Place, reach: number): Box {
  const across = reach / scale;
  const up = across * Math.cos((lat * Math.PI) / 180);
  return [lon - across, lat - up, lon + across, lat + up];
}

/** True when the place is inside an area, or within `reach` pixels of a line or point. */
export function isHit(geometry: Geometry, place: Place, reach: number): boolean {
  const on = projector(place);
  switch (geometry.type) {
    case "Point":
      return near(on(geometry.coordinates), reach);
    case "MultiPoint":
      return geometry.coordinates.some((position) => near(on(position), reach));
    case "LineString":
      return nearLine(geometry.coordinates.map(on), reach);
    case "MultiLineString":
      return geometry.coordinates.some((line) => nearLine(line.map(on), reach));
    case "Polygon":
      return inside(geometry.coordinates.map((ring) => ring.map(on)));
    case "MultiPolygon":
      return geometry.coordinates.some((rings) => inside(rings.map((ring) => ring.map(on))));
    case "GeometryCollection":
      return geometry.geometries.some((part) => isHit(part, place, reach));
  }
}

/** Degrees → pixels with the place at [0, 0]. */
function projector({ lon, lat, scale }: Place): (position: Position) => Point {
  const upwards = scale / Math.cos((lat * Math.PI) / 180);
  return ([x = NaN, y = NaN]) => [(x - lon) * scale, (y - lat) * upwards];
}

function near([x, y]: Point, reach: number): boolean {
  return x * x + y * y <= reach * reach;
}

function nearLine(points: Point[], reach: number): boolean {
  return points.some((end, index) => {
    const start = points[index - 1] ?? end;
    return distanceToSegment(start[0], start[1], end[0], end[1]) <= reach;
  });
}

/** How far a segment is from [0, 0]. */
export function distanceToSegment(ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length));
  return Math.hypot(ax + along * dx, ay + along * dy);
}

/** Even-odd rule over all rings at once: holes need no special case. */
function inside(rings: Point[][]): boolean {
  let odd = false;
  for (const ring of rings) {
    ring.forEach(([bx, by], index) => {
      const [ax, ay] = ring[index - 1] ?? ring[ring.length - 1] ?? [bx, by];
      if (ay > 0 !== by > 0 && ax + (-ay / (by - ay)) * (bx - ax) > 0) odd = !odd;
    });
  }
  return odd;
}
