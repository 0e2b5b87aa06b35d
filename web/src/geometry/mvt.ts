/**
 * Reads a vector tile of the service (MVT 2.1, one layer) into flat arrays: no object for a vertex.
 *
 * A tile may hold 40 000 areas. The usual reader makes a point object of each vertex and a table of each feature's
 * attributes; here vertices are numbers side by side, and of the attributes only those are read that the map shows.
 */
import { PbfReader } from "pbf";

/** Which attributes of a tile's features mean what; `key` null: the number of a feature is its id. */
export interface Meanings {
  key: string | null;
  by: string | null;
  label: string | null;
}

export interface Shape {
  kind: "point" | "line" | "polygon";
  /** null: it stands for several features (see `count`, `merged`). */
  id: string | null;
  code: string | null;
  label: string | null;
  /** How many features a point stands for. */
  count: number;
  /** An area that covers many small ones. */
  merged: boolean;
  /** Its parts (points, lines, rings) are `parts[from]` up to, not including, `parts[to]`. */
  from: number;
  to: number;
}

/** A tile. Coordinates in its units, x to the east, y to the south; a little beyond [0, extent] on each side. */
export interface Sheet {
  extent: number;
  shapes: Shape[];
  /** x, y, x, y … of all parts; rings without their last vertex, which is the first. */
  xy: Int16Array;
  /** Where each part begins, counted in vertices; one more entry for the end of the last. */
  parts: Uint32Array;
  /** Least x, least y, greatest x, greatest y of each shape. */
  boxes: Int16Array;
}

const KINDS = [null, "point", "line", "polygon"] as const;
const MOVE = 1;
const CLOSE = 7;

export const EMPTY: Sheet = {
  extent: 4096,
  shapes: [],
  xy: new Int16Array(),
  parts: new Uint32Array(1),
  boxes: new Int16Array(),
};

/** An empty tile has no bytes. Raises an Error when the bytes are no vector tile. */
export function decode(bytes: Uint8Array, meanings: Meanings): Sheet {
  const tile = new PbfReader(bytes);
  let sheet: Sheet = EMPTY;
  tile.readFields((tag, _, pbf) => {
    if (tag === 3 && sheet === EMPTY) sheet = readLayer(pbf, pbf.readVarint() + pbf.pos, meanings);
  }, null);
  return sheet;
}

interface Layer {
  extent: number;
  keys: string[];
  values: unknown[];
  /** Where features begin and end in the bytes: they stand before the keys and values they refer to. */
  features: number[];
}

function readLayer(pbf: PbfReader, end: number, meanings: Meanings): Sheet {
  const layer: Layer = { extent: 4096, keys: [], values: [], features: [] };
  pbf.readFields(layerField, layer, end);
  const shapes: Shape[] = [];
  const room = layer.features.reduce((sum, at, index) => sum + (index % 2 ? at : -at), 0);
  const ink = new Ink(room, layer.features.length / 2);
  for (let index = 0; index < layer.features.length; index += 2) {
    pbf.pos = layer.features[index] ?? 0;
    const shape = readFeature(pbf, layer.features[index + 1] ?? 0, layer, meanings, ink);
    if (shape) shapes.push(shape);
  }
  pbf.pos = end;
  return { extent: layer.extent, shapes, ...ink.dried() };
}

function layerField(tag: number, layer: Layer, pbf: PbfReader): void {
  if (tag === 2) {
    const end = pbf.readVarint() + pbf.pos;
    layer.features.push(pbf.pos, end);
    pbf.pos = end;
  } else if (tag === 3) layer.keys.push(pbf.readString());
  else if (tag === 4) layer.values.push(readValue(pbf, pbf.readVarint() + pbf.pos));
  else if (tag === 5) layer.extent = pbf.readVarint();
}

function readValue(pbf: PbfReader, end: number): unknown {
  const found: { value: unknown } = { value: null };
  pbf.readFields((tag, into, each) => (into.value = VALUES[tag]?.(each)), found, end);
  return found.value;
}

const VALUES: Record<number, (pbf: PbfReader) => unknown> = {
  1: (pbf) => pbf.readString(),
  2: (pbf) => pbf.readFloat(),
  3: (pbf) => pbf.readDouble(),
  4: (pbf) => pbf.readVarint(true),
  5: (pbf) => pbf.readVarint(),
  6: (pbf) => pbf.readSVarint(),
  7: (pbf) => pbf.readBoolean(),
};

function readFeature(pbf: PbfReader, end: number, layer: Layer, meanings: Meanings, ink: Ink): Shape | null {
  let id: string | null = null;
  let kind: Shape["kind"] | null = null;
  let geometry = 0;
  const attributes: Record<string, unknown> = {};
  for (let tag = pbf.nextField(end); tag; tag = pbf.nextField(end)) {
    if (tag === 1) id = String(pbf.readVarint());
    else if (tag === 2) readAttributes(pbf, layer, attributes);
    else if (tag === 3) kind = KINDS[pbf.readVarint()] ?? null;
    else if (tag === 4) {
      geometry = pbf.pos;
      pbf.pos = pbf.readVarint() + pbf.pos;
    }
  }
  if (!kind || !geometry) return null;
  const from = ink.count;
  pbf.pos = geometry;
  ink.draw(pbf, pbf.readVarint() + pbf.pos, kind);
  return { ...meant(attributes, id, meanings), kind, from, to: ink.count };
}

function readAttributes(pbf: PbfReader, { keys, values }: Layer, into: Record<string, unknown>): void {
  const end = pbf.readVarint() + pbf.pos;
  while (pbf.pos < end) {
    const key = keys[pbf.readVarint()];
    const value = values[pbf.readVarint()];
    if (key !== undefined) into[key] = value;
  }
}

type Meant = Pick<Shape, "id" | "code" | "label" | "count" | "merged">;

function meant(attributes: Record<string, unknown>, number: string | null, { key, by, label }: Meanings): Meant {
  const count = Number(attributes["_count"] ?? 1);
  const merged = attributes["_merged"] === true;
  const id = key === null ? number : text(attributes[key]);
  return { id: merged || count > 1 ? null : id, code: by && text(attributes[by]), label: label && text(attributes[label]), count, merged };
}

function text(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
}

/** Where the vertices of a layer are written down. A vertex takes two bytes of the tile at least, so room is known. */
class Ink {
  private readonly xy: Int16Array;
  private readonly parts: number[] = [];
  private readonly boxes: Int16Array;
  private vertices = 0;
  private shapes = 0;

  constructor(bytes: number, shapes: number) {
    this.xy = new Int16Array(bytes);
    this.boxes = new Int16Array(4 * shapes);
  }

  get count(): number {
    return this.parts.length;
  }

  draw(pbf: PbfReader, end: number, kind: Shape["kind"]): void {
    let [x, y, left] = [0, 0, 0];
    let [west, north, east, south] = [32767, 32767, -32768, -32768];
    let command = MOVE;
    while (pbf.pos < end) {
      if (left === 0) {
        const next = pbf.readVarint();
        [command, left] = [next & 7, next >> 3];
        if (command === MOVE && kind !== "point") this.parts.push(this.vertices);
        if (command === CLOSE) left = 0;
        continue;
      }
      left -= 1;
      if (command === MOVE && kind === "point") this.parts.push(this.vertices);
      x += pbf.readSVarint();
      y += pbf.readSVarint();
      this.xy[2 * this.vertices] = x;
      this.xy[2 * this.vertices + 1] = y;
      this.vertices += 1;
      if (x < west) west = x;
      if (x > east) east = x;
      if (y < north) north = y;
      if (y > south) south = y;
    }
    this.boxes.set([west, north, east, south], 4 * this.shapes);
    this.shapes += 1;
  }

  dried(): Pick<Sheet, "xy" | "parts" | "boxes"> {
    const xy = this.xy.slice(0, 2 * this.vertices);
    return { xy, parts: Uint32Array.from([...this.parts, this.vertices]), boxes: this.boxes.slice(0, 4 * this.shapes) };
  }
}
