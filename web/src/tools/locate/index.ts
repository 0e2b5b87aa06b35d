/**
 * Shows where the reader is, with a circle as wide as the device is unsure; says in words why where it cannot.
 *
 * The browser asks for leave first. What it answers stays on the page: the portal is not told.
 */
import * as L from "leaflet";
import { canvas } from "../../map/canvas";
import type { Key } from "../../messages/messages";
import { fill, make } from "../../panels/dom";
import { roughText } from "../../messages/figures";
import type { Around, OpenTool } from "../tool";

const PATIENCE = 20_000; // milliseconds
const PANE = "locate";

export function open(around: Around): OpenTool {
  const locating = new Locating(around);
  locating.ask();
  return { content: locating.content, close: () => locating.close() };
}

class Locating {
  readonly content: HTMLElement;
  private readonly words = make("p", { role: "status" });
  private readonly links = make("p", { className: "actions" });
  private readonly group = L.layerGroup();
  private readonly renderer: L.Canvas;
  private closed = false;

  constructor(private readonly around: Around) {
    const { map } = around.frame;
    const pane = map.getPane(PANE) ?? map.createPane(PANE);
    pane.style.zIndex = "605";
    pane.style.pointerEvents = "none";
    this.renderer = canvas({ pane: PANE, padding: 0.25 });
    this.group.addTo(map);
    const again = make("button", { type: "button", className: "quiet", onclick: () => this.ask() }, around.say("locate_again"));
    const note = make("p", { className: "facts" }, around.say("locate_note"));
    this.content = make("div", { className: "tool" }, this.words, this.links, make("p", { className: "actions" }, again), note);
  }

  ask(): void {
    fill(this.links);
    // Without a secure origin browsers refuse without asking; that is not the reader's doing, and is said otherwise.
    if (!window.isSecureContext || !("geolocation" in navigator)) return this.tell("locate_impossible");
    this.tell("locate_waiting");
    const found = ({ coords }: GeolocationPosition): void => this.found(coords);
    const failed = ({ code }: GeolocationPositionError): void => this.failed(code);
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 10_000 });
  }

  close(): void {
    this.closed = true;
    this.group.remove();
    this.renderer.remove();
  }

  private tell(key: Key, values: Record<string, string> = {}): void {
    this.words.textContent = this.around.say(key, values);
  }

  private failed(code: number): void {
    if (this.closed) return;
    this.group.clearLayers();
    this.tell(code === 1 ? "locate_refused" : code === 3 ? "locate_late" : "locate_unavailable");
  }

  private found({ latitude: lat, longitude: lng, accuracy }: GeolocationCoordinates): void {
    if (this.closed) return;
    const { frame, lang, say } = this.around;
    this.group.clearLayers();
    const bounds = frame.map.options.maxBounds as L.LatLngBounds | undefined;
    if (bounds && !bounds.contains([lat, lng])) {
      const [west, south, east, north] = this.around.portal.view.bbox;
      const metres = frame.map.distance([lat, lng], [(south + north) / 2, (west + east) / 2]);
      return this.tell("locate_outside", { length: roughText(metres, lang) });
    }
    this.draw(L.latLng(lat, lng), accuracy);
    this.tell("locate_found", { length: roughText(Math.max(1, accuracy), lang) });
    fill(this.links, make("a", { href: `/${lang}/here?lon=${lng.toFixed(7)}&lat=${lat.toFixed(7)}` }, say("here")));
    const box = L.latLng(lat, lng).toBounds(Math.max(2 * accuracy, 200));
    frame.show([box.getWest(), box.getSouth(), box.getEast(), box.getNorth()], [0, 18]);
  }

  private draw(at: L.LatLng, accuracy: number): void {
    const css = getComputedStyle(document.documentElement);
    const [ink, paper] = ["--accent", "--sheet"].map((each) => css.getPropertyValue(each).trim());
    const quiet = { interactive: false, renderer: this.renderer };
    const unsure = { ...quiet, radius: accuracy, weight: 1.5, fillOpacity: 0.15 };
    L.circle(at, ink ? { ...unsure, color: ink } : unsure).addTo(this.group);
    const dot = { ...quiet, radius: 7, weight: 3, fillOpacity: 1 };
    L.circleMarker(at, ink && paper ? { ...dot, color: paper, fillColor: ink } : dot).addTo(this.group);
  }
}
