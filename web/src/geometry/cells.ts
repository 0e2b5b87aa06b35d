/**
 * The fixed grid by which features are asked for: Web Mercator cells of 1024 screen pixels.
 *
 * Asking by cells and not by the view means that panning re-uses what is loaded, that two people who look at the same
 * town ask the same question (which the service and its cache answer once), and that a cell has one stable name.
 */
import type { Box } from "./box";

export interface Cell {
  z: number;
  x: number;
  y: number;
}

/** A cell is 2^2 map tiles of 256 px wide. */
const LEVELS_ABOVE_ZOOM = 2;
const MOST_NORTHERN = 85.0511;

/** The cells that cover a box of the map at a zoom, row by row from the north-west. */
export function cellsOf(box: Box, zoom: number): Cell[] {
  const z = Math.max(0, Math.floor(zoom) - LEVELS_ABOVE_ZOOM);
  const [left, right] = [column(box[0], z), column(box[2], z)];
  const [top, bottom] = [row(box[3], z), row(box[1], z)];
  const cells: Cell[] = [];
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) cells.push({ z, x, y });
  }
  return cells;
}

export function cellBox({ z, x, y }: Cell): Box {
  return [west(x, z), north(y + 1, z), west(x + 1, z), north(y, z)];
}

export function nameOf({ z, x, y }: Cell): string {
  return `${z}/${x}/${y}`;
}

/** The cells that hold this one, from the nearest up to the whole world. */
export function* ancestors({ z, x, y }: Cell): Generator<Cell> {
  for (let up = 1; up <= z; up += 1) yield { z: z - up, x: x >> up, y: y >> up };
}

function column(lon: number, z: number): number {
  return bounded(Math.floor(((lon + 180) / 360) * 2 ** z), z);
}

function row(lat: number, z: number): number {
  const phi = (Math.min(MOST_NORTHERN, Math.max(-MOST_NORTHERN, lat)) * Math.PI) / 180;
  return bounded(Math.floor(((1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2) * 2 ** z), z);
}

function bounded(index: number, z: number): number {
  return Math.min(2 ** z - 1, Math.max(0, index));
}

function west(x: number, z: number): number {
  return (x / 2 ** z) * 360 - 180;
}

function north(y: number, z: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI;
}
