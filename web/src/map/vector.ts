/**
 * Lines and areas of one layer as features: a canvas on which it keeps drawn exactly what its source holds.
 *
 * The paths take no events: what lies under the pointer is found in geometry/hit.ts, across all layers.
 */
import * as L from "leaflet";
import type { FeatureSource } from "../api/source";
import { anchorOf, type Anchor } from "../geometry/anchor";
import { meets, type Box } from "../geometry/box";
import type { Held } from "../geometry/feature";
import { boxAround, isHit, scaleAt, type Place } from "../geometry/hit";
import { canvas } from "./canvas";
import type { DrawnLayer, Hit, PlaceName } from "./drawn";
import { Sourced } from "./sourced";
import { codeOf, styleOf, type StyleOf } from "./style";

export class VectorLayer extends Sourced<FeatureSource> implements DrawnLayer {
  private readonly paths = new Map<string, { each: Held; path: L.Layer }>();
  private readonly anchors = new WeakMap<Held, Anchor | null>();
  private readonly renderer: L.Canvas;
  private readonly style: StyleOf;

  /** `pane`: name of its pane; `named`: whether its areas carry their names. */
  constructor(
    private readonly map: L.Map,
    source: FeatureSource,
    pane: string,
    private readonly named: boolean,
  ) {
    super(source);
    this.renderer = canvas({ pane, padding: 0.25 });
    this.style = styleOf(this.layer);
  }

  get shown(): number {
    return this.source.within(boxOfView(this.map)).length;
  }

  show(): void {
    this.source.want(boxOfView(this.map), this.map.getZoom());
  }

  hide(): void {
    this.source.rest();
  }

  /** Draws what the source now holds and takes away what it no longer does. */
  draw(): void {
    const keep = new Set<string>();
    for (const each of this.source.features()) {
      keep.add(each.id);
      if (this.paths.get(each.id)?.each === each) continue;
      this.paths.get(each.id)?.path.remove();
      const path = this.pathOf(each);
      if (path) this.paths.set(each.id, { each, path: path.addTo(this.map) });
    }
    for (const [id, { path }] of this.paths) {
      if (keep.has(id)) continue;
      path.remove();
      this.paths.delete(id);
    }
  }

  hits({ lng, lat }: L.LatLng, slack: number): Promise<Hit[]> {
    const place: Place = { lon: lng, lat, scale: scaleAt(this.map.getZoom()) };
    const reach = slack + this.layer.style.width / 2;
    const box = boxAround(place, reach);
    const under = ({ box: own, feature }: Held): boolean =>
      own !== null && meets(own, box) && feature.geometry !== null && isHit(feature.geometry, place, reach);
    return Promise.resolve([...this.source.features()].filter(under).reverse().map((each) => this.hit(each)));
  }

  names(): PlaceName[] {
    if (!this.named) return [];
    return [...this.source.features()].flatMap((each) => {
      const text = String(each.feature.properties[this.layer.label ?? ""] ?? "");
      const anchor = text ? this.anchor(each) : null;
      return anchor ? [{ key: `${this.layer.id}/${each.id}`, text, ...anchor }] : [];
    });
  }

  private hit({ id, feature, box }: Held): Hit {
    const size = this.layer.geometry === "polygon" && box ? (box[2] - box[0]) * (box[3] - box[1]) : 0;
    return { layer: this.layer, id, feature, code: codeOf(this.layer, feature), label: null, size };
  }

  private anchor(each: Held): Anchor | null {
    let anchor = this.anchors.get(each);
    if (anchor === undefined) {
      anchor = each.feature.geometry ? anchorOf(each.feature.geometry) : null;
      this.anchors.set(each, anchor);
    }
    return anchor;
  }

  private pathOf({ feature }: Held): L.Layer | null {
    if (!feature.geometry) return null;
    const style = { ...this.style(codeOf(this.layer, feature)), interactive: false, renderer: this.renderer };
    return L.GeoJSON.geometryToLayer(
      { type: "Feature", geometry: feature.geometry, properties: null },
      { ...style, pointToLayer: (_, place) => L.circleMarker(place, style) } as L.GeoJSONOptions,
    );
  }
}

export function boxOfView(map: L.Map): Box {
  const bounds = map.getBounds();
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
}
