/**
 * Gives a tool what the reader points at on the map: clicks and taps, and by keyboard the middle of the map.
 *
 * While a tool aims, the map's own answer to a click (the card of what lies there) is held back. The events are taken
 * while they go down to the map's element, before Leaflet and map/pointing.ts hear of them; neither has to know of tools.
 */
import type L from "leaflet";

export interface Aimed {
  /** A place was clicked, tapped, or was in the middle of the map when Enter was pressed. */
  point(at: L.LatLng): void;
  /** Backspace or Delete: the last place was not meant. */
  back?(): void;
  /** A double click; the place itself has been pointed at twice before. */
  end?(): void;
}

/** Returns what ends the aiming. */
export function aim(map: L.Map, aimed: Aimed): () => void {
  const place = map.getContainer();
  const zoomed = map.doubleClickZoom.enabled();
  const clicked = (event: MouseEvent): void => {
    // A click without a pointer is a key pressed on a button that stands on the map.
    if (isControl(event.target) || event.detail === 0) return;
    event.stopImmediatePropagation();
    if (!wasDragged(map)) aimed.point(map.mouseEventToLatLng(event));
  };
  const ended = (event: MouseEvent): void => {
    if (isControl(event.target)) return;
    event.stopImmediatePropagation();
    aimed.end?.();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.target !== place || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") aimed.point(map.getCenter());
    else if (aimed.back && (event.key === "Backspace" || event.key === "Delete")) aimed.back();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  map.doubleClickZoom.disable();
  place.addEventListener("click", clicked, true);
  place.addEventListener("dblclick", ended, true);
  place.addEventListener("keydown", pressed, true);
  place.classList.add("aiming");
  return () => {
    if (zoomed) map.doubleClickZoom.enable();
    place.removeEventListener("click", clicked, true);
    place.removeEventListener("dblclick", ended, true);
    place.removeEventListener("keydown", pressed, true);
    place.classList.remove("aiming");
  };
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".leaflet-control, .over-map") !== null;
}

/** The click that ends a drag is none. */
function wasDragged(map: L.Map): boolean {
  return [map.dragging, map.boxZoom].some((each) => (each as L.Handler & { moved?: () => boolean }).moved?.() ?? false);
}
