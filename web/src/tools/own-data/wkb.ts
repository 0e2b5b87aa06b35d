/** Geometries in WKB, as GeoPackages hold them behind a head of their own: to GeoJSON, in the plane. Pure. */
import type { Geometry, Position } from "geojson";
import { broken } from "./records";

const KINDS = ["", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"];
const DEEPEST = 8;
/** Bytes of the envelope in a GeoPackage's head, by its kind. */
const ENVELOPES = [0, 32, 48, 48, 64];

/** The geometry of a GeoPackage's column; null for an empty one and for curves. Raises FileTrouble for a broken one. */
export function geometryOf(blob: Uint8Array): Geometry | null {
  const flags = blob[3] ?? 0;
  const envelope = ENVELOPES[(flags >> 1) & 7];
  if (blob[0] !== 0x47 || blob[1] !== 0x50 || envelope === undefined) throw broken();
  return flags & 0x10 ? null : new Wkb(blob.subarray(8 + envelope)).geometry(0);
}

class Wkb {
  private readonly view: DataView;
  private at = 0;
  private little = true;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  geometry(depth: number): Geometry | null {
    if (depth > DEEPEST) throw broken();
    this.need(5);
    this.little = this.view.getUint8(this.at) === 1;
    this.at += 1;
    const code = this.count(Number.MAX_SAFE_INTEGER);
    const kind = KINDS[code % 1000];
    if (!kind || code >= 4000) return null;
    const ordinates = [2, 3, 3, 4][Math.floor(code / 1000)] ?? 2;
    return this.shape(kind, ordinates, depth);
  }

  private shape(kind: string, ordinates: number, depth: number): Geometry | null {
    if (kind === "Point") {
      const position = this.position(ordinates);
      return position.every(Number.isFinite) ? { type: "Point", coordinates: position } : null; // an empty one is of NaN
    }
    if (kind === "LineString") return { type: "LineString", coordinates: this.line(ordinates) };
    if (kind === "Polygon") return { type: "Polygon", coordinates: this.lines(ordinates) };
    const parts = Array.from({ length: this.count(this.left / 5) }, () => this.geometry(depth + 1));
    const known = parts.filter((part) => part !== null);
    if (kind === "GeometryCollection") return { type: kind, geometries: known };
    const coordinates = known.flatMap((part) => ("coordinates" in part ? [part.coordinates] : []));
    return { type: kind, coordinates } as Geometry;
  }

  private lines(ordinates: number): Position[][] {
    return Array.from({ length: this.count(this.left / 4) }, () => this.line(ordinates));
  }

  private line(ordinates: number): Position[] {
    return Array.from({ length: this.count(this.left / (8 * ordinates)) }, () => this.position(ordinates));
  }

  private position(ordinates: number): Position {
    this.need(8 * ordinates);
    const position = [this.view.getFloat64(this.at, this.little), this.view.getFloat64(this.at + 8, this.little)];
    this.at += 8 * ordinates;
    return position;
  }

  /** A count that what is left of the bytes can hold. */
  private count(most: number): number {
    this.need(4);
    const count = this.view.getUint32(this.at, this.little);
    this.at += 4;
    if (count > most) throw broken();
    return count;
  }

  private get left(): number {
    return this.view.byteLength - this.at;
  }

  private need(bytes: number): void {
    if (this.left < bytes) throw broken();
  }
}
