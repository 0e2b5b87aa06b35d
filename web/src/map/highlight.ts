/** Marks the feature whose card is open: a light casing under a line in the accent colour, above all layers. */
import * as L from "leaflet";
import type { Feature } from "../geometry/feature";
import { canvas } from "./canvas";

export class Highlight {
  private readonly renderer: L.Canvas;
  private marks: L.Layer[] = [];

  constructor(private readonly map: L.Map) {
    const pane = map.createPane("highlight");
    pane.style.zIndex = "580";
    pane.style.pointerEvents = "none";
    this.renderer = canvas({ pane: "highlight", padding: 0.25 });
  }

  show(feature: Feature | null): void {
    for (const mark of this.marks) mark.remove();
    this.marks = [];
    const geometry = feature?.geometry;
    if (!geometry) return;
    const css = getComputedStyle(document.documentElement);
    for (const [variable, weight] of [["--paper", 7], ["--accent", 3]] as const) {
      const style = { color: css.getPropertyValue(variable).trim(), weight, fill: false, radius: 11 };
      const options = { ...style, interactive: false, renderer: this.renderer };
      const mark = L.GeoJSON.geometryToLayer(
        { type: "Feature", geometry, properties: null },
        { ...options, pointToLayer: (_, place) => L.circleMarker(place, options) } as L.GeoJSONOptions,
      );
      if (mark) this.marks.push(mark.addTo(this.map));
    }
  }
}
