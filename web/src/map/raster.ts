/** A raster layer: pictures of the service's map for each tile, and what is said of those that do not come. */
import * as L from "leaflet";
import type { Trouble } from "../api/client";
import type { Layer } from "../api/portal";
import type { DrawnLayer, Hit, PlaceName } from "./drawn";
import { fineness } from "./fineness";
import { pictureAddress } from "./pictures";

const TILE = 256;
/** Milliseconds after which pictures that did not come are asked for again. */
const PAUSE = 10_000;

class MapTiles extends L.TileLayer {
  constructor(
    private readonly layer: Layer,
    options: L.TileLayerOptions,
  ) {
    super("", options);
  }

  override getTileUrl(coords: L.Coords): string {
    return pictureAddress(this.layer, coords, fineness());
  }
}

export class RasterLayer implements DrawnLayer {
  private readonly tiles: L.TileLayer;
  private readonly failed = new Map<HTMLImageElement, string>();
  private retry: ReturnType<typeof setTimeout> | undefined;
  loading = false;
  readonly shown = 0;
  readonly more = false;

  constructor(
    private readonly map: L.Map,
    readonly layer: Layer,
    pane: string,
    private readonly changed: () => void,
  ) {
    const [west, south, east, north] = layer.bbox ?? [-180, -85, 180, 85];
    this.tiles = new MapTiles(layer, {
      pane,
      bounds: [[south, west], [north, east]],
      tileSize: TILE,
      keepBuffer: 1,
      updateWhenZooming: false,
    });
    // Between two whole zooms tiles are scaled, and rounding would leave hair lines between them.
    this.tiles.on("tileloadstart", ({ tile }) => {
      tile.style.width = tile.style.height = `${TILE + 1}px`;
    });
    this.tiles.on("loading", () => this.stand(true));
    this.tiles.on("load", () => this.stand(false));
    this.tiles.on("tileerror", ({ tile, coords }) => this.lost(tile as HTMLImageElement, this.tiles.getTileUrl(coords)));
    this.tiles.on("tileload tileunload", (event) => this.settled((event as L.TileEvent).tile as HTMLImageElement));
  }

  /** An image does not say why it failed. */
  get trouble(): Trouble | null {
    if (this.failed.size === 0) return null;
    return navigator.onLine ? "busy" : "offline";
  }

  show(): void {
    if (!this.map.hasLayer(this.tiles)) this.tiles.addTo(this.map);
  }

  hide(): void {
    this.tiles.remove();
    this.failed.clear();
    this.loading = false;
  }

  again(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    for (const [tile, address] of this.failed) tile.src = address;
    this.failed.clear();
    this.changed();
  }

  draw(): void {}

  hits(): Promise<Hit[]> {
    return Promise.resolve([]);
  }

  names(): PlaceName[] {
    return [];
  }

  private stand(loading: boolean): void {
    this.loading = loading;
    this.changed();
  }

  private lost(tile: HTMLImageElement, address: string): void {
    tile.classList.add("missing"); // a picture that is not there says so (styles/map.css)
    this.failed.set(tile, address);
    this.retry ??= setTimeout(() => this.again(), PAUSE);
    this.changed();
  }

  private settled(tile: HTMLImageElement): void {
    tile.classList.remove("missing");
    if (this.failed.delete(tile)) this.changed();
  }
}
