/** What is measured, drawn on the map: the line or the area, its corners, and its figure where it ends. */
import * as L from "leaflet";
import { canvas } from "../../map/canvas";

const PANE = "measure";

export class Drawing {
  private readonly group: L.LayerGroup;
  private readonly renderer: L.Canvas;
  private leader: L.Polyline | null = null;

  constructor(map: L.Map) {
    const pane = map.getPane(PANE) ?? map.createPane(PANE);
    pane.style.zIndex = "610";
    pane.style.pointerEvents = "none";
    this.renderer = canvas({ pane: PANE, padding: 0.25 });
    this.group = L.layerGroup().addTo(map);
  }

  /** Draws anew; `text` stands at the last place. */
  show(places: readonly L.LatLng[], closed: boolean, text: string): void {
    this.group.clearLayers();
    this.leader = null;
    const last = places.at(-1);
    if (!last) return;
    const { ink, paper } = colours();
    const add = (style: L.PolylineOptions): void => void shape(places, closed, { ...this.quiet(), ...style }).addTo(this.group);
    add({ color: paper, weight: 6, fill: false });
    add({ color: ink, weight: 2.5, fill: closed, fillOpacity: 0.12 });
    for (const place of places) {
      const dot = { ...this.quiet(), radius: 4.5, color: ink, weight: 2, fillColor: paper, fillOpacity: 1 };
      L.circleMarker(place, dot).addTo(this.group);
    }
    if (text) label(last, text).addTo(this.group);
  }

  /** The dashed line from the last place to where the pointer is; none when either is missing. */
  lead(from: L.LatLng | undefined, to: L.LatLng | null): void {
    this.leader?.remove();
    this.leader = null;
    if (!from || !to) return;
    const style = { ...this.quiet(), color: colours().ink, weight: 2, dashArray: "4 6" };
    this.leader = L.polyline([from, to], style).addTo(this.group);
  }

  remove(): void {
    this.group.remove();
    this.renderer.remove();
  }

  private quiet(): L.PathOptions {
    return { interactive: false, renderer: this.renderer };
  }
}

function shape(places: readonly L.LatLng[], closed: boolean, style: L.PolylineOptions): L.Path {
  return closed && places.length > 2 ? L.polygon([...places], style) : L.polyline([...places], style);
}

function label(at: L.LatLng, text: string): L.Marker {
  const word = document.createElement("span");
  word.textContent = text;
  const icon = L.divIcon({ className: "measured", html: word, iconSize: [0, 0] });
  return L.marker(at, { icon, pane: PANE, interactive: false, keyboard: false });
}

function colours(): { ink: string; paper: string } {
  const css = getComputedStyle(document.documentElement);
  return { ink: css.getPropertyValue("--accent").trim(), paper: css.getPropertyValue("--sheet").trim() };
}
