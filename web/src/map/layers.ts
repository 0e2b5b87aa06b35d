/**
 * The layers on the map: switches them with the state, lets their data come for the view, reports how they stand.
 *
 * Everything the panels know of the map's layers they read from `state.status`, which only this module writes.
 */
import type L from "leaflet";
import type { Layer } from "../api/portal";
import type { FeatureSource } from "../api/source";
import { OFF, type LayerStatus, type Opened, type State } from "../state/model";
import type { Store } from "../state/store";
import type { Frame } from "./frame";
import { Highlight } from "./highlight";
import { Names } from "./names";
import { pointing, type Hit } from "./pointing";
import { rasterLayer, type TilesStanding } from "./raster";
import { VectorLayer } from "./vector";

/** From the ground up; within a kind, what stands first in the list of layers is drawn above. */
const RANKS = { raster: 0, polygon: 1, line: 2, point: 3 } as const;

interface Raster {
  layer: Layer;
  tiles: L.GridLayer;
  standing: TilesStanding;
}

export class MapLayers {
  /** Topmost first. */
  private readonly vectors: VectorLayer[] = [];
  private readonly rasters: Raster[] = [];
  private readonly names: Names;
  private waiting = 0;

  constructor(
    private readonly frame: Frame,
    private readonly store: Store<State>,
    layers: readonly Layer[],
    sources: readonly FeatureSource[],
  ) {
    const bottomUp = [...layers].reverse().sort((a, b) => RANKS[a.geometry] - RANKS[b.geometry]);
    bottomUp.forEach((layer, at) => this.add(layer, sources.find((each) => each.layer === layer), 300 + at));
    this.names = new Names(frame.map);
    this.openWithHighlight();
    pointing(frame.map, () => this.vectors.filter((each) => this.isDrawn(each.layer)), (hits, at) => this.pick(hits, at));
    store.watch((state) => state.layers, () => this.refresh());
    store.watch((state) => state.view, () => this.refresh());
  }

  /** To be called when a source has new features or stands otherwise; many calls become one drawing. */
  changed(): void {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => this.draw());
  }

  /** Asks again for what failed. */
  again(): void {
    for (const { source } of this.vectors) if (source.trouble) source.again();
    for (const { tiles, standing } of this.rasters) if (standing === "failed") tiles.redraw();
  }

  private add(layer: Layer, source: FeatureSource | undefined, order: number): void {
    if (source) {
      this.vectors.unshift(new VectorLayer(this.frame.map, source, order));
      return;
    }
    const tiles = rasterLayer(this.frame.map, layer, order, (standing) => {
      raster.standing = standing;
      this.changed();
    });
    const raster: Raster = { layer, tiles, standing: "ready" };
    this.rasters.push(raster);
  }

  private openWithHighlight(): void {
    const highlight = new Highlight(this.frame.map);
    this.store.watch((state) => state.opened?.feature ?? null, (feature) => highlight.show(feature));
    const theme = matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", () => highlight.show(this.store.get().opened?.feature ?? null));
  }

  private pick(hits: Hit[], at: L.LatLng): void {
    const here = hits.map(({ vector, each }): Opened => {
      const ref = { collection: vector.layer.id, id: each.id };
      return { ref, layer: vector.layer, feature: each.feature, trouble: null, at: { lon: at.lng, lat: at.lat } };
    });
    this.store.set({ opened: here[0] ?? null, here });
    if (here.length > 0) this.frame.reveal(at.lat, at.lng);
  }

  /** The view or the choice of layers has changed. */
  private refresh(): void {
    const zoom = this.frame.map.getZoom();
    for (const vector of this.vectors) {
      if (this.isDrawn(vector.layer)) vector.source.want(this.frame.viewBox(), zoom);
      else vector.source.rest();
    }
    for (const raster of this.rasters) {
      const on = this.isDrawn(raster.layer);
      if (on === this.frame.map.hasLayer(raster.tiles)) continue;
      raster.standing = "ready";
      if (on) raster.tiles.addTo(this.frame.map);
      else raster.tiles.remove();
    }
    this.draw();
  }

  private isDrawn(layer: Layer): boolean {
    return this.phaseByZoom(layer) === "ready";
  }

  private phaseByZoom(layer: Layer): "off" | "too-far" | "too-near" | "ready" {
    if (!this.store.get().layers.includes(layer.id)) return "off";
    const zoom = this.frame.map.getZoom();
    if (zoom < layer.zoom[0]) return "too-far";
    return zoom > layer.zoom[1] ? "too-near" : "ready";
  }

  private draw(): void {
    for (const vector of this.vectors) vector.sync();
    this.names.draw(this.vectors.map((each) => each.source).filter(Names.carries));
    this.report();
  }

  private report(): void {
    const box = this.frame.viewBox();
    const vectors = this.vectors.map(({ layer, source }): [string, LayerStatus] => {
      const phase = this.phaseByZoom(layer);
      if (phase !== "ready") return [layer.id, { ...OFF, phase }];
      const standing = source.trouble ? "failed" : source.loading ? "loading" : "ready";
      return [layer.id, { phase: standing, shown: source.within(box).length, more: source.more, trouble: source.trouble }];
    });
    const rasters = this.rasters.map(({ layer, standing }): [string, LayerStatus] => {
      const phase = this.phaseByZoom(layer);
      const drawn = phase === "ready";
      const trouble = drawn && standing === "failed" ? "refused" : null;
      return [layer.id, { ...OFF, phase: drawn ? standing : phase, trouble }];
    });
    this.store.set({ status: Object.fromEntries([...vectors, ...rasters]) });
    this.publishForTests();
  }

  /** The map says on its element how it stands: `data-state`, and `data-features` drawn within the view. */
  private publishForTests(): void {
    const all = Object.values(this.store.get().status);
    const { dataset } = this.frame.map.getContainer();
    dataset.state = all.some((each) => each.phase === "loading") ? "loading" : "ready";
    dataset.features = String(all.reduce((sum, each) => sum + each.shown, 0));
  }
}
