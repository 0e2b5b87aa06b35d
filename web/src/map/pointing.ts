/** What the reader points at: clicks, Enter on the middle of the map, and the hand over things that can be clicked. */
import type L from "leaflet";
import type { DrawnLayer, Hit } from "./drawn";

const FINGER = 10;
const MOUSE = 4;
/** A card that offers more than this to choose from is of no use: one has to zoom in. */
const MOST = 20;

/**
 * Everything at a place: points and lines as they lie above each other, then areas, the smallest first. Someone who
 * clicks into a plot means the plot, and not the municipality, whichever of the two is drawn above.
 */
async function hitsAt(layers: readonly DrawnLayer[], at: L.LatLng, slack: number): Promise<Hit[]> {
  const hits = await Promise.all(layers.map((layer) => layer.hits(at, slack)));
  return hits.flat().sort((a, b) => a.size - b.size).slice(0, MOST);
}

/** `layers`: what is drawn at a place, topmost first, as it is when asked. Returns what calls off the answer to the last click. */
export function pointing(map: L.Map, layers: (at: L.LatLng) => DrawnLayer[], pick: (hits: Hit[], at: L.LatLng) => void): () => void {
  const slack = matchMedia("(pointer: coarse)").matches ? FINGER : MOUSE;
  const place = map.getContainer();
  let last = 0;
  const choose = async (at: L.LatLng, reach: number): Promise<void> => {
    const turn = (last += 1);
    const hits = await hitsAt(layers(at), at, reach);
    if (turn === last) pick(hits, at);
  };
  map.on("click", ({ latlng }) => void choose(latlng, slack));
  place.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === place) void choose(map.getCenter(), FINGER);
  });
  if (matchMedia("(hover: hover)").matches) showHand(map, layers, slack);
  return () => void (last += 1);
}

/** One question at a time: the pointer may be somewhere else before the answer is here. */
function showHand(map: L.Map, layers: (at: L.LatLng) => DrawnLayer[], slack: number): void {
  let next: L.LatLng | null = null;
  let asking = false;
  const ask = async (): Promise<void> => {
    asking = true;
    while (next) {
      const at = next;
      next = null;
      const hits = await hitsAt(layers(at), at, slack).catch(() => []);
      map.getContainer().classList.toggle("over-feature", hits.length > 0);
      await new Promise(requestAnimationFrame);
    }
    asking = false;
  };
  map.on("mousemove", ({ latlng }) => {
    next = latlng;
    if (!asking) void ask();
  });
}
