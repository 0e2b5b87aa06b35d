/**
 * Names of areas on the map (municipalities, districts), each where its area is widest, none over another.
 *
 * The portal works without a background map; names are then what one finds the way by. Only areas that are drawn as a
 * ground for the rest carry them; where the fill is strong, the colour speaks.
 */
import L from "leaflet";
import type { FeatureSource } from "../api/source";
import { anchorOf, type Anchor } from "../geometry/anchor";
import type { Held } from "../geometry/feature";
import { scaleAt } from "../geometry/hit";

const LINE = 18;
const GAP = 6;
/** Opacity of the fill up to which an area counts as ground. */
const GROUND = 0.25;

interface Name {
  key: string;
  text: string;
  anchor: Anchor;
  /** Pixels. */
  width: number;
}

export class Names {
  private readonly anchors = new WeakMap<Held, Anchor | null>();
  private readonly widths = new Map<string, number>();
  private readonly markers = new Map<string, L.Marker>();
  private readonly pen = document.createElement("canvas").getContext("2d");

  constructor(private readonly map: L.Map) {
    const pane = map.createPane("names");
    pane.style.zIndex = "590";
    pane.style.pointerEvents = "none";
    pane.setAttribute("aria-hidden", "true"); // the same names stand in the list of features
  }

  static carries({ layer }: FeatureSource): boolean {
    return layer.geometry === "polygon" && layer.label !== null && layer.style.fill <= GROUND;
  }

  /** Writes the names of these layers that find room in the view. */
  draw(sources: readonly FeatureSource[]): void {
    const taken: L.Bounds[] = [];
    const keep = new Set<string>();
    for (const name of this.candidates(sources)) {
      const at = this.map.latLngToContainerPoint([name.anchor.lat, name.anchor.lon]);
      const half = L.point(name.width / 2 + GAP, LINE / 2);
      const room = L.bounds(at.subtract(half), at.add(half));
      if (taken.some((other) => other.overlaps(room))) continue;
      taken.push(room);
      keep.add(name.key);
      if (!this.markers.has(name.key)) this.markers.set(name.key, this.marker(name));
    }
    for (const [key, marker] of this.markers) {
      if (keep.has(key)) continue;
      marker.remove();
      this.markers.delete(key);
    }
  }

  /** Names that fit into their own area, those with most room first. */
  private candidates(sources: readonly FeatureSource[]): Name[] {
    const bounds = this.map.getBounds();
    const scale = scaleAt(this.map.getZoom());
    const names: Name[] = [];
    for (const source of sources) {
      for (const each of source.features()) {
        const text = String(each.feature.properties[source.layer.label ?? ""] ?? "");
        const anchor = this.anchor(each);
        if (!text || !anchor || !bounds.contains([anchor.lat, anchor.lon])) continue;
        const width = this.widthOf(text);
        const key = `${source.layer.id}/${each.id}`;
        if (width <= anchor.width * scale * 1.15) names.push({ key, text, anchor, width });
      }
    }
    return names.sort((a, b) => b.anchor.width - a.anchor.width);
  }

  private anchor(each: Held): Anchor | null {
    let anchor = this.anchors.get(each);
    if (anchor === undefined) {
      anchor = each.feature.geometry ? anchorOf(each.feature.geometry) : null;
      this.anchors.set(each, anchor);
    }
    return anchor;
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

  private marker({ text, anchor }: Name): L.Marker {
    const word = document.createElement("span");
    word.textContent = text;
    const icon = L.divIcon({ className: "place-name", html: word, iconSize: [0, 0] });
    return L.marker([anchor.lat, anchor.lon], { icon, pane: "names", interactive: false, keyboard: false }).addTo(this.map);
  }
}
