/**
 * What a file of the reader's own becomes: layers with features in longitude and latitude, or a plain reason why not.
 *
 * Nothing here, or anywhere in this tool, sends a byte of the file away.
 */
import type { Geometry, Position } from "geojson";
import type { Feature } from "../../geometry/feature";
import type { Key } from "../../messages/messages";
import { isRecord } from "../foreign";

/** One layer of a file. */
export interface OwnLayer {
  name: string;
  features: Feature[];
  /** The coordinate system that the file is in, as people call it. */
  crs: string;
  /** Features that could not be shown: without a geometry, or with one of a kind that is not known. */
  left: number;
}

/** A file that cannot be shown; `key` and `values` say why, in the reader's words. */
export class FileTrouble extends Error {
  constructor(
    readonly key: Key,
    readonly values: Record<string, string | number> = {},
  ) {
    super(key);
  }
}

export const MOST_BYTES = 20 * 1024 * 1024;
export const MOST_FEATURES = 50_000;
const MOST_POSITIONS = 1_000_000;

/** Collections within collections that are followed. */
const DEEPEST = 6;
/** How deep the positions of each kind of geometry lie. */
const DEPTHS: Record<string, number> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

export type Move = (position: readonly [number, number]) => readonly [number, number];

/**
 * Makes features of what a file says: checks every number, brings it to longitude and latitude by `move`, counts.
 *
 * Raises FileTrouble for what is too much, and for coordinates that are no degrees.
 */
export class Gathering {
  readonly features: Feature[] = [];
  left = 0;
  private positions = 0;

  constructor(private readonly move: Move) {}

  add(geometry: unknown, properties: unknown): void {
    if (this.features.length + this.left >= MOST_FEATURES) throw new FileTrouble("own_many", { n: MOST_FEATURES });
    const shape = this.shapeOf(geometry, 0);
    if (shape === null) {
      this.left += 1;
      return;
    }
    const known = isRecord(properties) ? properties : {};
    this.features.push({ type: "Feature", id: this.features.length + 1, geometry: shape, properties: known });
  }

  /** A geometry with nothing in it but what was checked; null for one that is none. */
  private shapeOf(geometry: unknown, depth: number): Geometry | null {
    if (!isRecord(geometry) || typeof geometry.type !== "string" || depth > DEEPEST) return null;
    if (geometry.type === "GeometryCollection") {
      const parts = Array.isArray(geometry.geometries) ? geometry.geometries : [];
      const geometries = parts.map((part) => this.shapeOf(part, depth + 1)).filter((part) => part !== null);
      return geometries.length > 0 ? { type: "GeometryCollection", geometries } : null;
    }
    const deep = Object.hasOwn(DEPTHS, geometry.type) ? DEPTHS[geometry.type] : undefined;
    if (deep === undefined) return null;
    const coordinates = this.nested(geometry.coordinates, deep);
    return coordinates === null ? null : ({ type: geometry.type, coordinates } as Geometry);
  }

  /** Positions as deep as the kind of geometry has them; null where anything else stands, or nothing. */
  private nested(value: unknown, deep: number): unknown {
    if (deep === 0) return this.position(value);
    if (!Array.isArray(value) || value.length === 0) return null;
    const parts = value.map((part) => this.nested(part, deep - 1));
    return parts.includes(null) ? null : parts;
  }

  private position(value: unknown): Position | null {
    if (!Array.isArray(value)) return null;
    const [x, y]: unknown[] = value;
    if (typeof x !== "number" || typeof y !== "number" || !Number.isFinite(x) || !Number.isFinite(y)) return null;
    this.positions += 1;
    if (this.positions > MOST_POSITIONS) throw new FileTrouble("own_heavy", { n: MOST_POSITIONS });
    const [lon, lat] = this.move([x, y]);
    if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) throw new FileTrouble("own_degrees", { x: String(x), y: String(y) });
    return [lon, lat];
  }
}
