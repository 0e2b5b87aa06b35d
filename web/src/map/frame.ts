/**
 * The map itself: makes it, ties its view to the state, and tells where the reader points.
 *
 * With layers.ts the only module that the rest of the app uses of map/; nothing outside this folder knows Leaflet.
 */
import * as L from "leaflet";
import type { Layer, Portal } from "../api/portal";
import type { Box } from "../geometry/box";
import { CLOSE, fitted, MARGIN, NEAREST, ZOOM_STEP, type Covered } from "../geometry/fit";
import type { Say } from "../messages/messages";
import type { State, View } from "../state/model";
import type { Store } from "../state/store";
import { showBackground } from "./background";
import { showMark } from "./mark";
import { boxOfView } from "./vector";

const FURTHEST = 3;

export interface Frame {
  map: L.Map;
  viewBox(): Box;
  /** From now on tells whether the map is where it is now: not moved, nor zoomed, by anybody. */
  stillness(): () => boolean;
  /** Brings a box into the uncovered part of the map, at a zoom within `[min, max]`. */
  show(box: Box, zoom: readonly [number, number]): void;
  /** Pans just as far as needed for a place not to be covered. */
  reveal(lat: number, lon: number): void;
  /** Zooms just as far as needed for a layer to be drawn. */
  zoomInto(layer: Layer): void;
}

/** Opens on the state's view; the region and its surroundings bound how far one can stray. */
export function createFrame(place: HTMLElement, portal: Portal, say: Say, store: Store<State>, covered: () => Covered): Frame {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const region = fitted(portal.view.bbox, { x: place.clientWidth, y: place.clientHeight }, covered(), NEAREST);
  const { lat, lon, zoom } = store.get().view ?? region;
  const map = L.map(place, {
    center: [lat, lon],
    zoom,
    minZoom: Math.max(FURTHEST, Math.floor(region.zoom) - 2),
    maxBounds: boundsOf(portal.view.bbox).pad(1.5),
    attributionControl: false, // it takes markup; sources are written by panels/frame.ts as text
    zoomControl: false,
    zoomSnap: ZOOM_STEP,
    maxZoom: NEAREST,
    inertia: !still,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
    maxBoundsViscosity: 0.6,
  });
  // Leaflet's keys pan with motion whatever is wished, and pass over what is pressed meanwhile.
  if (still) map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
  place.setAttribute("role", "region");
  place.setAttribute("aria-label", say("map_help"));
  L.control.zoom({ position: "bottomright", zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") }).addTo(map);
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 120 }).addTo(map);
  followView(map, store);
  showBackground(map, portal, store);
  showMark(map, store, say);
  if (store.get().embed) waitForTouch(map);
  return {
    map,
    viewBox: () => boxOfView(map),
    stillness: () => stillness(map),
    show: (box, zoom) => showBox(map, box, zoom, covered(), still),
    reveal: (lat, lon) => map.panInside([lat, lon], { ...paddings(covered()), animate: !still }),
    zoomInto: ({ zoom: [least, most] }) => map.setZoom(Math.min(most, Math.max(least, map.getZoom())), { animate: !still }),
  };
}

/** In the frame of another page wheel and finger first scroll that page: the map takes them once it has been clicked. */
function waitForTouch(map: L.Map): void {
  const taken = matchMedia("(pointer: coarse)").matches ? [map.scrollWheelZoom, map.dragging] : [map.scrollWheelZoom];
  for (const each of taken) each.disable();
  map.on("click focus", () => taken.forEach((each) => each.enable()));
  window.addEventListener("blur", () => taken.forEach((each) => each.disable()));
}

/** Another size of the map, which a phone has when its bars go, leaves its middle where it is but for a pixel. */
function stillness(map: L.Map): () => boolean {
  const [middle, zoom] = [map.getCenter(), map.getZoom()];
  return () => map.getZoom() === zoom && map.latLngToContainerPoint(middle).distanceTo(map.getSize().divideBy(2)) < 2;
}

function followView(map: L.Map, store: Store<State>): void {
  const told = (): void => store.set({ view: viewOf(map) });
  map.on("moveend", told);
  told();
  store.watch(
    (state) => state.view,
    (view) => {
      if (view && !sameView(view, viewOf(map))) map.setView([view.lat, view.lon], view.zoom, { animate: false });
    },
  );
}

function showBox(map: L.Map, box: Box, [least, most]: readonly [number, number], covered: Covered, still: boolean): void {
  const bounds = boundsOf(box);
  const padding = paddings(covered);
  const fits = map.getBoundsZoom(bounds, false, atMost(0.6, map, padding.paddingTopLeft.add(padding.paddingBottomRight)));
  const zoom = Math.min(Math.max(Math.min(fits, CLOSE), least), most, NEAREST);
  // The middle of the uncovered part, not of the map, is where the box goes.
  const shift = padding.paddingBottomRight.subtract(padding.paddingTopLeft).divideBy(2);
  const target = map.unproject(map.project(bounds.getCenter(), zoom).add(shift), zoom);
  if (still) map.setView(target, zoom, { animate: false });
  else map.flyTo(target, zoom, { duration: 0.9 });
}

/** On a small screen panels leave hardly a strip free: the zoom is then chosen as if they left more. */
function atMost(part: number, map: L.Map, padding: L.Point): L.Point {
  const { x, y } = map.getSize().multiplyBy(part);
  return L.point(Math.min(padding.x, x), Math.min(padding.y, y));
}

function paddings({ top, right, bottom, left }: Covered): { paddingTopLeft: L.Point; paddingBottomRight: L.Point } {
  return {
    paddingTopLeft: L.point(left + MARGIN, top + MARGIN),
    paddingBottomRight: L.point(right + MARGIN, bottom + MARGIN),
  };
}

function boundsOf([west, south, east, north]: Box): L.LatLngBounds {
  return L.latLngBounds([south, west], [north, east]);
}

function viewOf(map: L.Map): View {
  const { lat, lng } = map.getCenter();
  return { zoom: map.getZoom(), lat, lon: lng };
}

function sameView(a: View, b: View): boolean {
  const near = 2e-5; // links hold five decimals
  return Math.abs(a.zoom - b.zoom) < 0.01 && Math.abs(a.lat - b.lat) < near && Math.abs(a.lon - b.lon) < near;
}
