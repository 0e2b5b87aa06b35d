/** One raster layer: pictures of the service's map for each tile, asked for in the map's own CRS (EPSG:3857, metres). */
import L from "leaflet";
import type { Layer } from "../api/portal";

const WEB_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857";
const TILE = 256;
/** Metres from the middle of the Web Mercator square to its edge. */
const HALF_WORLD = Math.PI * 6378137;

class MapTiles extends L.TileLayer {
  constructor(
    private readonly address: string,
    options: L.TileLayerOptions,
  ) {
    super("", options);
  }

  override getTileUrl(coords: L.Coords): string {
    const size = (2 * HALF_WORLD) / 2 ** coords.z;
    const west = coords.x * size - HALF_WORLD;
    const north = HALF_WORLD - coords.y * size;
    // Twice the points on a fine screen; no more, the picture would only grow.
    const pixels = String(TILE * Math.min(2, Math.ceil(window.devicePixelRatio)));
    const parameters = new URLSearchParams({
      bbox: [west, north - size, west + size, north].map((metres) => metres.toFixed(3)).join(","),
      "bbox-crs": WEB_MERCATOR,
      width: pixels,
      height: pixels,
      f: "png",
    });
    return `${this.address}?${parameters}`;
  }
}

export type TilesStanding = "loading" | "ready" | "failed";

/** `tell` is called when tiles begin to load, when one fails, and when all are there. */
export function rasterLayer(
  map: L.Map,
  layer: Layer,
  order: number,
  tell: (standing: TilesStanding) => void,
): L.GridLayer {
  const pane = map.createPane(`layer-${layer.id}`);
  pane.style.zIndex = String(order);
  pane.style.pointerEvents = "none";
  const [west, south, east, north] = layer.bbox ?? [-180, -85, 180, 85];
  const tiles = new MapTiles(layer.map ?? `/ogc/collections/${layer.id}/map`, {
    pane: `layer-${layer.id}`,
    bounds: [[south, west], [north, east]],
    tileSize: TILE,
    keepBuffer: 1,
    updateWhenZooming: false,
  });
  // Between two whole zooms tiles are scaled, and rounding would leave hair lines between them.
  tiles.on("tileloadstart", ({ tile }) => {
    tile.style.width = tile.style.height = `${TILE + 1}px`;
  });
  let failed = false;
  tiles.on("loading", () => {
    failed = false;
    tell("loading");
  });
  tiles.on("tileerror", () => (failed = true));
  tiles.on("load", () => tell(failed ? "failed" : "ready"));
  return tiles;
}
