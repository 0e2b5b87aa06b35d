/** Which addresses an area needs so that its map can be drawn without a network. Pure. */
import { EVERYTHING, itemsAddress } from "../api/items";
import type { Background, Layer } from "../api/portal";
import { isBig } from "../api/size";
import { meets, type Box } from "../geometry/box";
import { areaOf, levelAt, tileAddress, type Tile } from "../geometry/tiling";
import { deepestLevel, tilesWithin } from "../map/tiles/wanted";
import { pictureAddress } from "../map/pictures";

/** Levels above those of the view: from there one finds the way back when one has zoomed out. */
const OVERVIEW = 6;

/** `pages`: each is followed to its next page. */
export interface Plan {
  files: string[];
  pages: string[];
}

/** What is on the map: its layers, its background, its box and zoom. */
export interface OnMap {
  layers: readonly Layer[];
  background: Background | null;
  box: Box;
  zoom: number;
}

/** Backgrounds of other hosts are theirs to give away; those of this portal can be kept. */
export function isOurs({ kind, url }: Background): boolean {
  return kind === "tiles" && url.startsWith("/");
}

/** From the zoom of the view (and some overview) down to `deepest`. `ratio`: device pixels in a CSS pixel. */
export function planFor({ layers, background, box, zoom }: OnMap, deepest: number, ratio: number): Plan {
  const files: string[] = [];
  const pages: string[] = [];
  if (background && isOurs(background)) {
    const last = Math.min(deepest, background.max_zoom);
    files.push(...pictures(background, box, zoom, last).map((tile) => tileAddress(background.url, tile)));
  }
  for (const layer of layers) {
    if (layer.bbox && !meets(layer.bbox, box)) continue;
    if (layer.kind === "raster") files.push(...pictures(layer, box, zoom, deepest).map((tile) => pictureAddress(layer, tile, ratio)));
    else if (isBig(layer)) {
      files.push(...tiles(layer, box, zoom, deepest));
      pages.push(itemsAddress(layer, box, EVERYTHING));
    } else files.push(itemsAddress(layer, null, EVERYTHING));
  }
  return { files, pages };
}

function tiles(layer: Layer, box: Box, zoom: number, deepest: number): string[] {
  const last = Math.min(levelAt(Math.min(deepest, layer.zoom[1])), deepestLevel(layer));
  const first = Math.min(last, Math.max(levelAt(layer.zoom[0]), levelAt(zoom) - OVERVIEW));
  const found: string[] = [];
  for (let z = first; z <= last; z += 1) {
    found.push(...tilesWithin(layer, areaOf(box), z).map((tile) => tileAddress(layer.tiles?.url ?? "", tile)));
  }
  return found;
}

/** Pictures have no end to their detail: they go as deep as the view and two levels further. */
function pictures(of: { bbox: Box | null }, box: Box, zoom: number, deepest: number): Tile[] {
  const last = Math.min(Math.round(deepest), Math.round(zoom) + 2);
  const found: Tile[] = [];
  for (let z = Math.max(0, Math.min(last, Math.round(zoom)) - OVERVIEW); z <= last; z += 1) found.push(...tilesWithin(of, areaOf(box), z));
  return found;
}
