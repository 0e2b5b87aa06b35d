/** Shows on the map where a row of the list is: a frame round the feature's box, or a ring where that is but a dot. */
import * as L from "leaflet";
import type { Box } from "../geometry/box";

const SMALLEST = 24; // pixels; a frame smaller than that would be taken for a point
const RING = 14;

export function pointer(map: L.Map): (box: Box | null) => void {
  const pane = map.createPane("pointed");
  pane.style.zIndex = "590";
  pane.style.pointerEvents = "none";
  const renderer = L.svg({ pane: "pointed" });
  let mark: L.Layer | null = null;
  return (box) => {
    mark?.remove();
    mark = box && markOf(map, box, renderer).addTo(map);
  };
}

function markOf(map: L.Map, [west, south, east, north]: Box, renderer: L.Renderer): L.Path {
  const bounds = L.latLngBounds([south, west], [north, east]);
  const size = map.latLngToLayerPoint(bounds.getNorthEast()).subtract(map.latLngToLayerPoint(bounds.getSouthWest()));
  const color = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
  const style = { color, weight: 3, dashArray: "6 4", fill: false, interactive: false, renderer };
  const isDot = Math.max(Math.abs(size.x), Math.abs(size.y)) < SMALLEST;
  return isDot ? L.circleMarker(bounds.getCenter(), { ...style, radius: RING }) : L.rectangle(bounds, style);
}
