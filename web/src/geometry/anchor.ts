/**
 * Where the name of an area stands: the middle of its widest level stretch.
 *
 * A name is a level line of text, so the widest level stretch is both the best place and the room that is there.
 */
import type { Geometry, Position } from "geojson";
import { boxOf } from "./box";

/** Degrees; `width`: how far the area reaches from west to east at that latitude. */
export interface Anchor {
  lon: number;
  lat: number;
  width: number;
}

/** Tried from the middle outwards, as parts of the height; a place nearer the middle wins when it is as wide. */
const LEVELS = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74];

/** The anchor of a Polygon or MultiPolygon, null for other geometries. */
export function anchorOf(geometry: Geometry): Anchor | null {
  const parts =
    geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  let best: Anchor | null = null;
  for (const rings of parts) {
    const box = boxOf({ type: "Polygon", coordinates: rings });
    if (!box) continue;
    for (const level of LEVELS) {
      const found = widest(rings, box[1] + level * (box[3] - box[1]));
      if (found && found.width > 1.1 * (best?.width ?? 0)) best = found;
    }
  }
  return best;
}

/** The widest stretch inside the rings along one parallel. */
function widest(rings: Position[][], lat: number): Anchor | null {
  const cuts = rings.flatMap((ring) => crossings(ring, lat)).sort((a, b) => a - b);
  let best: Anchor | null = null;
  for (let index = 0; index + 1 < cuts.length; index += 2) {
    const [from, to] = [cuts[index] ?? 0, cuts[index + 1] ?? 0];
    if (to - from > (best?.width ?? 0)) best = { lon: (from + to) / 2, lat, width: to - from };
  }
  return best;
}

function crossings(ring: Position[], lat: number): number[] {
  const found: number[] = [];
  for (let index = 1; index < ring.length; index += 1) {
    const [ax = 0, ay = 0] = ring[index - 1] ?? [];
    const [bx = 0, by = 0] = ring[index] ?? [];
    if (ay > lat !== by > lat) found.push(ax + ((lat - ay) / (by - ay)) * (bx - ax));
  }
  return found;
}
