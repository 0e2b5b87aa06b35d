/** Layers of services on the map, by Leaflet: pictures in tiles, or the features of the view. */
import * as L from "leaflet";
import { isRecord } from "../foreign";
import { withParameters } from "./address";
import type { From } from "./offered";

/** Features of one view; a service of others is not asked for more. */
const MOST = 1000;
const COLOR = "#0a66c2";
/** Beyond the last zoom that there is, its pictures are enlarged. */
const NEAREST = 24;

export interface Panes {
  raster: string;
  vector: string;
}

/** `tell` is called when a part could not be loaded, and when loading begins anew. */
export function layerOf(from: From, panes: Panes, tell: (failed: boolean) => void): L.Layer {
  if (from.kind === "items") return new Items(from.url, panes.vector, tell);
  const options = { pane: panes.raster, maxZoom: NEAREST, updateWhenZooming: false };
  const tiles =
    from.kind === "wms"
      ? L.tileLayer.wms(from.url, { ...options, layers: from.layer, format: "image/png", transparent: true, version: from.version })
      : new Tiles(from.address, { ...options, minNativeZoom: Math.min(...from.zooms), maxNativeZoom: Math.max(...from.zooms) });
  return tiles.on("tileerror", () => tell(true)).on("loading", () => tell(false));
}

class Tiles extends L.TileLayer {
  constructor(
    private readonly address: (zoom: number, column: number, row: number) => string,
    options: L.TileLayerOptions,
  ) {
    super("", options);
  }

  override getTileUrl({ x, y, z }: L.Coords): string {
    return this.address(z, x, y);
  }
}

/** Asks for the features of the view whenever the map has moved. */
class Items extends L.GeoJSON {
  private asking = new AbortController();
  private shownOn: L.Map | null = null;

  constructor(
    private readonly address: URL,
    pane: string,
    private readonly tell: (failed: boolean) => void,
  ) {
    const style = { color: COLOR, weight: 2, fillOpacity: 0.15, interactive: false, pane };
    super(undefined, { style: () => style, pointToLayer: (_, place) => L.circleMarker(place, { ...style, radius: 5, fillOpacity: 0.7 }) });
  }

  override onAdd(map: L.Map): this {
    this.shownOn = map;
    map.on("moveend", this.ask, this);
    void this.ask();
    return super.onAdd(map);
  }

  override onRemove(map: L.Map): this {
    map.off("moveend", this.ask, this);
    this.asking.abort();
    return super.onRemove(map);
  }

  private async ask(): Promise<void> {
    this.asking.abort();
    const { signal } = (this.asking = new AbortController());
    const bounds = this.shownOn?.getBounds();
    if (!bounds) return;
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((each) => each.toFixed(6)).join();
    try {
      const response = await fetch(withParameters(this.address, { bbox: box, limit: String(MOST), f: "json" }), { signal, credentials: "omit" });
      if (!response.ok) throw new Error(String(response.status));
      const page: unknown = await response.json();
      this.clearLayers();
      if (isRecord(page) && Array.isArray(page.features)) this.addData(page as unknown as GeoJSON.FeatureCollection);
      this.tell(false);
    } catch {
      if (!signal.aborted) this.tell(true);
    }
  }
}
