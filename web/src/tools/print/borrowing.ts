/**
 * The map itself goes onto the sheet, and back: what is printed is what is seen, with everything that tools have put there.
 *
 * While it is there its zoom is that of the scale and cannot be changed but by it; it can be moved by hand and by keys.
 */
import type L from "leaflet";
import { FINE, finenessOf, makeFine } from "../fine";
import { zoomOf } from "../scale";

/** Zooms that differ by less are the same scale, to a hundred-thousandth. */
const SAME = 1e-5;
const HANDLERS = ["scrollWheelZoom", "doubleClickZoom", "touchZoom", "boxZoom"] as const;

export class Borrowed {
  private readonly home: { parent: Node; next: Node | null; view: [L.LatLng, number]; zooms: [number, number]; snap: number | undefined };
  /** Those that would change the zoom, and were not off before. */
  private readonly handlers: readonly (typeof HANDLERS)[number][];
  private readonly restoreFineness: () => void;
  private denominator = 0;
  private fineness = FINE;

  /** `place` is where on the sheet the map goes; `middle` what is then in its middle; `layers`: how many are on it, visitors' own among them. */
  constructor(
    private readonly map: L.Map,
    place: HTMLElement,
    private middle: L.LatLng,
    private readonly layers: () => number,
  ) {
    const element = map.getContainer();
    const { parentNode: parent, nextSibling: next } = element;
    if (!parent) throw new Error("the map is not on the page");
    const view: [L.LatLng, number] = [map.getCenter(), map.getZoom()];
    this.home = { parent, next, view, zooms: [map.getMinZoom(), map.getMaxZoom()], snap: map.options.zoomSnap };
    this.restoreFineness = makeFine(() => this.fineness);
    place.append(element);
    this.handlers = HANDLERS.filter((each) => map[each]?.enabled());
    for (const each of this.handlers) map[each]?.disable();
    map.options.zoomSnap = 0;
    map.on("moveend", this.moved, this);
  }

  /** To be called too when the map's element has another size: its middle stays where it is. */
  setScale(denominator: number): void {
    this.denominator = denominator;
    this.lay();
  }

  giveBack(): void {
    const { parent, next, view, zooms, snap } = this.home;
    const { map } = this;
    map.off("moveend", this.moved, this);
    this.restoreFineness();
    parent.insertBefore(map.getContainer(), next);
    for (const each of this.handlers) map[each]?.enable();
    if (snap !== undefined) map.options.zoomSnap = snap;
    this.limit(...zooms);
    map.invalidateSize({ animate: false, pan: false });
    map.setView(...view, { animate: false });
  }

  private moved(): void {
    this.middle = this.map.getCenter();
    this.lay();
  }

  /** North of here a degree is shorter: the zoom of a scale is another after each move. */
  private lay(): void {
    const { map, middle } = this;
    if (this.denominator === 0) return;
    const zoom = zoomOf(this.denominator, middle.lat);
    map.off("moveend", this.moved, this);
    const { clientWidth, clientHeight } = map.getContainer();
    this.fineness = finenessOf(clientWidth * clientHeight, this.layers());
    map.invalidateSize({ animate: false, pan: false });
    const apart = map.latLngToContainerPoint(middle).distanceTo(map.getSize().divideBy(2));
    if (Math.abs(zoom - map.getZoom()) > SAME || apart > 1) {
      this.limit(0, Infinity);
      map.setView(middle, zoom, { animate: false });
      this.limit(zoom, zoom);
    }
    map.on("moveend", this.moved, this);
  }

  /** Set in the options, for Leaflet's own setters would zoom at once. */
  private limit(least: number, most: number): void {
    this.map.options.minZoom = least;
    this.map.options.maxZoom = most;
    this.map.fire("zoomlevelschange");
  }
}
