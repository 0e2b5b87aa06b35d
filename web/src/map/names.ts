/**
 * Names of areas on the map (municipalities, districts), each where its area is widest, none over another.
 *
 * The portal works without a background map; names are then what one finds the way by.
 */
import * as L from "leaflet";
import { scaleAt } from "../geometry/hit";
import type { PlaceName } from "./drawn";

const LINE = 18;
const GAP = 6;
/** A name stands in the middle of its area, or a little below or above what is there. */
const SHIFTS = [0, 26, -26, 38, -38];

export class Names {
  private readonly widths = new Map<string, number>();
  private readonly markers = new Map<string, L.Marker>();
  private readonly pen = document.createElement("canvas").getContext("2d");

  constructor(private readonly map: L.Map) {
    const pane = map.createPane("names");
    pane.style.zIndex = "560";
    pane.style.pointerEvents = "none";
    pane.setAttribute("aria-hidden", "true"); // the same names stand in the list of features
  }

  /** Writes the names that fit into their own area and find room in the view beside what is `taken`, in pixels. */
  draw(names: readonly PlaceName[], discs: readonly L.Bounds[]): void {
    const taken = [...discs];
    const keep = new Set<string>();
    for (const name of this.candidates(names)) {
      const anchor = this.map.latLngToContainerPoint([name.lat, name.lon]);
      const half = L.point(this.widthOf(name.text) / 2 + GAP, LINE / 2);
      const rooms = SHIFTS.map((shift) => L.bounds(anchor.add([0, shift]).subtract(half), anchor.add([0, shift]).add(half)));
      const room = rooms.find((each) => !taken.some((other) => other.overlaps(each)));
      if (!room) continue;
      taken.push(room);
      keep.add(name.key);
      this.write(name, this.map.containerPointToLatLng(room.getCenter()));
    }
    for (const [key, marker] of this.markers) {
      if (keep.has(key)) continue;
      marker.remove();
      this.markers.delete(key);
    }
  }

  private candidates(names: readonly PlaceName[]): PlaceName[] {
    const bounds = this.map.getBounds();
    const scale = scaleAt(this.map.getZoom());
    const fits = ({ text, lat, lon, width }: PlaceName): boolean =>
      bounds.contains([lat, lon]) && this.widthOf(text) <= width * scale * 1.15;
    return names.filter(fits).sort((a, b) => b.width - a.width);
  }

  private widthOf(text: string): number {
    let width = this.widths.get(text);
    if (width === undefined) {
      const root = getComputedStyle(document.documentElement);
      if (this.pen) this.pen.font = `600 ${0.8 * parseFloat(root.fontSize)}px ${root.fontFamily}`;
      width = this.pen?.measureText(text).width ?? text.length * LINE;
      this.widths.set(text, width);
    }
    return width;
  }

  private write({ key, text }: PlaceName, at: L.LatLng): void {
    const marker = this.markers.get(key);
    if (marker) return void marker.setLatLng(at);
    const word = document.createElement("span");
    word.textContent = text;
    const icon = L.divIcon({ className: "place-name", html: word, iconSize: [0, 0] });
    const options = { icon, pane: "names", interactive: false, keyboard: false };
    this.markers.set(key, L.marker(at, options).addTo(this.map));
  }
}
