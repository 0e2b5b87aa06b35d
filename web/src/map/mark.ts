/** The pin of the state: a searched address, a shared place. A click on it, or Enter, takes it away. */
import * as L from "leaflet";
import { icon, PIN } from "../panels/dom";
import type { Say } from "../messages/messages";
import type { State } from "../state/model";
import type { Store } from "../state/store";

/** Pixels; the foot of the pin is the place. */
const SIZE: L.PointTuple = [32, 32];
const FOOT: L.PointTuple = [16, 31];

export function showMark(map: L.Map, store: Store<State>, say: Say): void {
  let pin: L.Marker | null = null;
  store.watch(
    (state) => state.mark,
    (mark) => {
      const held = pin?.getElement() === document.activeElement;
      pin?.remove();
      pin = mark ? pinAt([mark.lat, mark.lon], say("mark")).on("click", () => store.set({ mark: null })).addTo(map) : null;
      if (held) map.getContainer().focus();
    },
  );
}

function pinAt(place: L.LatLngTuple, words: string): L.Marker {
  const shape = document.createElement("span");
  shape.append(icon(PIN));
  const options = { className: "pin", html: shape, iconSize: SIZE, iconAnchor: FOOT };
  return L.marker(place, { icon: L.divIcon(options), title: words, alt: words, zIndexOffset: 1000 });
}
