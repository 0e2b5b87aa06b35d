/**
 * Lengths and areas on the ellipsoid (WGS 84), by C. F. F. Karney's algorithms: exact to nanometres, for any distance.
 *
 * The map's own projection would be wrong by more than half here: Web Mercator stretches lengths at 50° by 1.56.
 */
import geodesic from "geographiclib-geodesic";

export interface Place {
  lat: number;
  lng: number;
}

const EARTH = geodesic.Geodesic.WGS84;

/** Metres along the line; 0 for fewer than two places. */
export function lengthOf(line: readonly Place[]): number {
  return line.slice(1).reduce((sum, to, at) => sum + between(line[at] ?? to, to), 0);
}

export function between(a: Place, b: Place): number {
  return EARTH.Inverse(a.lat, a.lng, b.lat, b.lng).s12 ?? 0;
}

/** Square metres within the ring, and metres round it; it need not be closed. Both are 0 for fewer than three places. */
export function areaOf(ring: readonly Place[]): { area: number; around: number } {
  if (ring.length < 3) return { area: 0, around: 0 };
  const polygon = EARTH.Polygon(false);
  for (const { lat, lng } of ring) polygon.AddPoint(lat, lng);
  const { area = 0, perimeter } = polygon.Compute(false, true);
  return { area: Math.abs(area), around: perimeter };
}

/** Whether sides of the ring cross: what lies within is then not one area, and no figure would be right. */
export function crosses(ring: readonly Place[]): boolean {
  const n = ring.length;
  for (let one = 0; one < n; one += 1) {
    for (let other = one + 2; other < n; other += 1) {
      if (one === 0 && other === n - 1) continue; // neighbours at the joint
      if (meet([ring[one], ring[one + 1], ring[other], ring[(other + 1) % n]] as [Place, Place, Place, Place])) return true;
    }
  }
  return false;
}

function meet([a, b, c, d]: [Place, Place, Place, Place]): boolean {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

function turn(a: Place, b: Place, c: Place): number {
  return (b.lng - a.lng) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lng - a.lng);
}
