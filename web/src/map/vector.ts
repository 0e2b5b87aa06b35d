/**
 * One vector layer on the map: a canvas of its own, on which it keeps drawn exactly what its source holds.
 *
 * A pane with a canvas per layer costs some memory, but makes order and opacity of layers a matter of one CSS property.
 * The paths take no events: what lies under the pointer is found in geometry/hit.ts, across all layers.
 */
import L from "leaflet";
import type { Layer } from "../api/portal";
import type { FeatureSource } from "../api/source";
import type { Held } from "../geometry/feature";
import { styleOf, type StyleOf } from "./style";

/** `order`: layers with a higher one are drawn above. */
export class VectorLayer {
  private readonly drawn = new Map<string, { each: Held; path: L.Layer }>();
  private readonly renderer: L.Canvas;
  private readonly style: StyleOf;
  readonly layer: Layer;

  constructor(
    private readonly map: L.Map,
    readonly source: FeatureSource,
    order: number,
  ) {
    this.layer = source.layer;
    const pane = map.createPane(`layer-${this.layer.id}`);
    pane.style.zIndex = String(order);
    pane.style.pointerEvents = "none";
    this.renderer = L.canvas({ pane: `layer-${this.layer.id}`, padding: 0.25 });
    this.style = styleOf(this.layer);
  }

  get count(): number {
    return this.drawn.size;
  }

  /** Draws what the source now holds and takes away what it no longer does. */
  sync(): void {
    const keep = new Set<string>();
    for (const each of this.source.features()) {
      keep.add(each.id);
      if (this.drawn.get(each.id)?.each === each) continue;
      this.drawn.get(each.id)?.path.remove();
      const path = this.pathOf(each);
      if (path) this.drawn.set(each.id, { each, path: path.addTo(this.map) });
    }
    for (const [id, { path }] of this.drawn) {
      if (keep.has(id)) continue;
      path.remove();
      this.drawn.delete(id);
    }
  }

  private pathOf({ feature }: Held): L.Layer | null {
    if (!feature.geometry) return null;
    const style = { ...this.style(feature), interactive: false, renderer: this.renderer };
    return L.GeoJSON.geometryToLayer(
      { type: "Feature", geometry: feature.geometry, properties: null },
      { ...style, pointToLayer: (_, place) => L.circleMarker(place, style) } as L.GeoJSONOptions,
    );
  }
}
