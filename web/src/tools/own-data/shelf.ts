/**
 * The reader's own layers on the map. They stay there when the tool is closed, until they are taken away or the page is
 * left: one brings a file to see it beside something else.
 */
import * as L from "leaflet";
import { boxOf, type Box } from "../../geometry/box";
import type { Feature } from "../../geometry/feature";
import { canvas } from "../../map/canvas";
import type { OwnLayer } from "./reading";

/** Apart for eyes of all kinds, and from the accent colour. */
const COLORS = ["#b5179e", "#0a66c2", "#c25700", "#4a7c00", "#6a3fc4", "#8a1c1c"];
const PANE = "own-data";

export interface Placed {
  layer: OwnLayer;
  color: string;
  box: Box | null;
  group: L.LayerGroup;
}

export class Shelf {
  readonly placed: Placed[] = [];
  private taken = 0;
  private readonly renderer: L.Canvas;

  /** `pick` is called when a feature of the reader's is pointed at on the map, `tell` with what of theirs it shows. */
  constructor(
    private readonly map: L.Map,
    private readonly pick: (placed: Placed, feature: Feature) => void,
    private readonly tell: (shown: readonly Placed[]) => void,
  ) {
    map.createPane(PANE).style.zIndex = "570";
    this.renderer = canvas({ pane: PANE, padding: 0.25, tolerance: 6 });
  }

  add(layer: OwnLayer): Placed {
    const color = COLORS[this.taken % COLORS.length] ?? "#b5179e";
    this.taken += 1;
    const placed: Placed = { layer, color, box: boxOfAll(layer.features), group: L.layerGroup() };
    for (const feature of layer.features) this.draw(feature, placed);
    placed.group.addTo(this.map);
    this.placed.push(placed);
    this.publish();
    return placed;
  }

  remove(placed: Placed): void {
    placed.group.remove();
    this.placed.splice(this.placed.indexOf(placed), 1);
    this.publish();
  }

  show(placed: Placed, on: boolean): void {
    if (on) placed.group.addTo(this.map);
    else placed.group.remove();
    this.publish();
  }

  isShown(placed: Placed): boolean {
    return this.map.hasLayer(placed.group);
  }

  private draw(feature: Feature, placed: Placed): void {
    if (!feature.geometry) return;
    // Clicks end here: what lies under a file of one's own is not meant.
    const style = { color: placed.color, weight: 3, fillColor: placed.color, fillOpacity: 0.2, radius: 6, renderer: this.renderer, bubblingMouseEvents: false };
    const path = L.GeoJSON.geometryToLayer(
      { type: "Feature", geometry: feature.geometry, properties: null },
      { ...style, pointToLayer: (_, place) => L.circleMarker(place, { ...style, weight: 2, fillOpacity: 0.7 }) } as L.GeoJSONOptions,
    );
    path?.on("click", () => this.pick(placed, feature));
    if (path) placed.group.addLayer(path);
  }

  /** The map also says on its element how many layers of the reader's it shows. */
  private publish(): void {
    const shown = this.placed.filter((each) => this.isShown(each));
    this.map.getContainer().dataset.own = String(shown.length);
    this.tell(shown);
  }
}

function boxOfAll(features: readonly Feature[]): Box | null {
  let whole: Box | null = null;
  for (const { geometry } of features) {
    const box = geometry && boxOf(geometry);
    if (!box) continue;
    const [west, south, east, north]: Box = whole ?? box;
    whole = [Math.min(west, box[0]), Math.min(south, box[1]), Math.max(east, box[2]), Math.max(north, box[3])];
  }
  return whole;
}
