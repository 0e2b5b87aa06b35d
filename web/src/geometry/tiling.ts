/**
 * Tiles of Web Mercator on the screen: which of them a view needs, where each stands, which others can stand in for it.
 *
 * A tile is 512 CSS pixels wide at its own zoom: level 9 is that of a map at zoom 10. Places are parts of the world
 * (x to the east, y to the south, 0 to 1), so nothing here depends on a zoom but by its scale.
 */
import type { Box } from "./box";

export interface Tile {
  z: number;
  x: number;
  y: number;
}

/** A rectangle of the world: [left, top, right, bottom], parts of its width. */
export type Area = readonly [left: number, top: number, right: number, bottom: number];

const DEEPEST_LEVEL = 22;
const MOST_NORTHERN = 85.0511287798;

export function tileName({ z, x, y }: Tile): string {
  return `${z}/${x}/${y}`;
}

/** The address of a tile by a template with {z}, {y}, {x}. */
export function tileAddress(template: string, { z, x, y }: Tile): string {
  return template.replace("{z}", String(z)).replace("{y}", String(y)).replace("{x}", String(x));
}

/** Width of the world in CSS pixels. */
export function worldPixels(zoom: number): number {
  return 256 * 2 ** zoom;
}

export function toWorld(lon: number, lat: number): { x: number; y: number } {
  const phi = (Math.min(MOST_NORTHERN, Math.max(-MOST_NORTHERN, lat)) * Math.PI) / 180;
  return { x: (lon + 180) / 360, y: (1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2 };
}

export function toDegrees(x: number, y: number): { lon: number; lat: number } {
  return { lon: x * 360 - 180, lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI };
}

export function areaOf([west, south, east, north]: Box): Area {
  const [first, last] = [toWorld(west, north), toWorld(east, south)];
  return [first.x, first.y, last.x, last.y];
}

export function areaOfTile({ z, x, y }: Tile): Area {
  const size = 2 ** -z;
  return [x * size, y * size, (x + 1) * size, (y + 1) * size];
}

/** The part that both share, which may be a line or a point; null when they have none. */
export function sharedArea(a: Area, b: Area): Area | null {
  const area: Area = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
  return area[0] <= area[2] && area[1] <= area[3] ? area : null;
}

/** The level whose tiles are nearest to 512 pixels. */
export function levelAt(zoom: number): number {
  return Math.min(DEEPEST_LEVEL, Math.max(0, Math.round(zoom) - 1));
}

/** The tiles of a level that an area touches, those in its middle first. */
export function tilesOf(area: Area, z: number): Tile[] {
  const count = 2 ** z;
  const index = (place: number): number => Math.min(count - 1, Math.max(0, Math.floor(place * count)));
  const tiles: Tile[] = [];
  for (let y = index(area[1]); y <= index(area[3]); y += 1) {
    for (let x = index(area[0]); x <= index(area[2]); x += 1) tiles.push({ z, x, y });
  }
  const [middleX, middleY] = [((area[0] + area[2]) / 2) * count - 0.5, ((area[1] + area[3]) / 2) * count - 0.5];
  const far = ({ x, y }: Tile): number => Math.hypot(x - middleX, y - middleY);
  return tiles.sort((a, b) => far(a) - far(b));
}

/** The tile of an upper level that holds this one; itself when it is not deeper. */
export function holder(tile: Tile, z: number): Tile {
  const up = Math.max(0, tile.z - z);
  return { z: tile.z - up, x: tile.x >> up, y: tile.y >> up };
}

/** True when `inner` is `outer` or lies in it. */
export function holds(outer: Tile, inner: Tile): boolean {
  return outer.z <= inner.z && tileName(holder(inner, outer.z)) === tileName(outer);
}

export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Where a tile stands on a canvas, in whole device pixels: `world` is the world's width in them, `left` and `top` the
 * canvas's corner. Neighbours share their edge exactly, so there is neither a gap nor an overlap between them.
 */
export function rectangleOf({ z, x, y }: Tile, world: number, left: number, top: number): Rectangle {
  const size = world / 2 ** z;
  const [west, north] = [Math.round(x * size), Math.round(y * size)];
  const [east, south] = [Math.round((x + 1) * size), Math.round((y + 1) * size)];
  return { left: west - left, top: north - top, width: east - west, height: south - north };
}
