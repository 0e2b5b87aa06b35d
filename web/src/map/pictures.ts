/** Addresses of pictures of a raster layer: the service's map, asked for in Web Mercator (EPSG:3857, metres). Pure. */
import type { Layer } from "../api/portal";
import type { Tile } from "../geometry/tiling";

const WEB_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857";
const TILE = 256;
/** Metres from the middle of the Web Mercator square to its edge. */
const HALF_WORLD = Math.PI * 6378137;

/** The address of a picture of a tile of 256 CSS pixels; `ratio`: device pixels in one of them. */
export function pictureAddress({ id, map }: Layer, { x, y, z }: Tile, ratio: number): string {
  const size = (2 * HALF_WORLD) / 2 ** z;
  const west = x * size - HALF_WORLD;
  const north = HALF_WORLD - y * size;
  // Twice the points on a fine screen; no more, the picture would only grow.
  const pixels = String(TILE * Math.min(2, Math.ceil(ratio)));
  const parameters = new URLSearchParams({
    bbox: [west, north - size, west + size, north].map((metres) => metres.toFixed(3)).join(","),
    "bbox-crs": WEB_MERCATOR,
    width: pixels,
    height: pixels,
    f: "png",
  });
  return `${map ?? `/ogc/collections/${id}/map`}?${parameters}`;
}
