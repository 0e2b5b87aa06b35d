/** What the reader points at: clicks, Enter on the middle of the map, and the hand over things that can be clicked. */
import type L from "leaflet";
import { boxAround, isHit, scaleAt, type Place } from "../geometry/hit";
import type { Held } from "../geometry/feature";
import { meets } from "../geometry/box";
import type { VectorLayer } from "./vector";

export interface Hit {
  vector: VectorLayer;
  each: Held;
}

const FINGER = 10;
const MOUSE = 4;
/** A card that offers more than this to choose from is of no use: one has to zoom in. */
const MOST = 20;

/**
 * Everything at a place: points and lines as they lie above each other, then areas, the smallest first. Someone who
 * clicks into a plot means the plot, and not the municipality, whichever of the two is drawn above.
 */
export function hitsAt(vectors: readonly VectorLayer[], map: L.Map, at: L.LatLng, slack: number): Hit[] {
  const place: Place = { lon: at.lng, lat: at.lat, scale: scaleAt(map.getZoom()) };
  const hits = vectors.flatMap((vector) => {
    const reach = slack + (vector.layer.geometry === "point" ? vector.layer.style.radius : vector.layer.style.width / 2);
    const box = boxAround(place, reach);
    const under = (each: Held): boolean =>
      each.box !== null && meets(each.box, box) && each.feature.geometry !== null && isHit(each.feature.geometry, place, reach);
    return [...vector.source.features()].filter(under).reverse().map((each) => ({ vector, each }));
  });
  return hits.sort((a, b) => extent(a) - extent(b)).slice(0, MOST);
}

function extent({ vector, each }: Hit): number {
  if (vector.layer.geometry !== "polygon" || !each.box) return 0;
  return (each.box[2] - each.box[0]) * (each.box[3] - each.box[1]);
}

/** `vectors` topmost first, as they are when asked. */
export function pointing(map: L.Map, vectors: () => VectorLayer[], pick: (hits: Hit[], at: L.LatLng) => void): void {
  const slack = matchMedia("(pointer: coarse)").matches ? FINGER : MOUSE;
  const place = map.getContainer();
  map.on("click", ({ latlng }) => pick(hitsAt(vectors(), map, latlng, slack), latlng));
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== place) return;
    pick(hitsAt(vectors(), map, map.getCenter(), FINGER), map.getCenter());
  });
  if (!matchMedia("(hover: hover)").matches) return;
  let waiting = 0;
  map.on("mousemove", ({ latlng }) => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      place.classList.toggle("over-feature", hitsAt(vectors(), map, latlng, slack).length > 0);
    });
  });
}
