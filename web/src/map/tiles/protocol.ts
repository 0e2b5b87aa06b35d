/** What the page and the worker that reads and draws tiles say to each other. Types alone. */
import type { Trouble } from "../../api/client";
import type { Meanings } from "../../geometry/mvt";
import type { Area, Tile } from "../../geometry/tiling";

/** How a layer is drawn: the portal's style, and its legend's colours by code. */
export interface Ways {
  geometry: "point" | "line" | "polygon";
  /** Template of a tile's address with {z}, {y}, {x}. */
  address: string;
  meanings: Meanings;
  /** Opacity of the fill, 0 to 1. */
  fill: number;
  /** Pixels. */
  width: number;
  /** Of what has no colour of its own. */
  color: string;
  colors: Record<string, string>;
}

/** A tile as a picture of so many device pixels; `ratio`: device pixels in a CSS pixel. */
export interface Drawing {
  layer: string;
  tile: Tile;
  width: number;
  height: number;
  ratio: number;
}

/** null: nothing is in the tile. `merged`: it does not show each feature as it is. */
export interface Drawn {
  picture: ImageBitmap | null;
  /** Where in the tile the picture lies, in parts of it: what is empty round its features is not worth drawing. */
  box: Area;
  merged: boolean;
}

/** A point of a tile, in parts of the world. `count`: how many features it stands for. */
export interface Spot {
  id: string | null;
  x: number;
  y: number;
  code: string | null;
  label: string | null;
  count: number;
}

/** What lies at a place: `size` is the area of the box that this tile shows of it, in parts of the world. */
export interface Found {
  id: string;
  code: string | null;
  label: string | null;
  size: number;
}

/** What is in an area. `names`: where the names of areas stand, each once, with the room that is there. */
export interface Survey {
  shown: number;
  names: { id: string; label: string; x: number; y: number; width: number }[];
}

export interface Questions {
  /** Tiles that will be asked for; answered as soon as they are on their way. */
  expect: { asked: { layer: string; tiles: readonly Tile[] }; answer: { coming: number } };
  draw: { asked: Drawing; answer: Drawn };
  spots: { asked: { layer: string; tile: Tile }; answer: Spot[] };
  /** `reach` in parts of the world. Only tiles that are here answer. */
  hits: { asked: { layer: string; tiles: Tile[]; x: number; y: number; reach: number }; answer: Found[] };
  survey: { asked: { layer: string; tiles: Tile[]; area: Area; named: boolean }; answer: Survey };
}

export type Kind = keyof Questions;

export type ToWorker =
  | { kind: "layer"; id: string; ways: Ways }
  | { kind: "drop"; job: number }
  | { [K in Kind]: { kind: K; job: number; asked: Questions[K]["asked"] } }[Kind];

export type FromWorker =
  | { job: number; answer: Questions[Kind]["answer"] }
  | { job: number; trouble: Trouble; retryAfter: number | null };
