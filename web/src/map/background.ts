/** The background map: one layer of pictures below everything, changed with the state. It takes no clicks. */
import * as L from "leaflet";
import type { Background, Portal } from "../api/portal";
import type { State } from "../state/model";
import type { Store } from "../state/store";

const PANE = "background";
const TILE = 256;
const DEEPEST = 22;

export function showBackground(map: L.Map, portal: Portal, store: Store<State>): void {
  const pane = map.createPane(PANE);
  pane.style.zIndex = "150";
  pane.style.pointerEvents = "none";
  let shown: L.TileLayer | null = null;
  store.watch(
    (state) => state.background,
    (id) => {
      shown?.remove();
      const background = portal.backgrounds.find((each) => each.id === id);
      shown = background ? pictures(background).addTo(map) : null;
    },
  );
}

// Attributions stand in the line of sources, as text; Leaflet's own place for them takes markup.
function pictures(background: Background): L.TileLayer {
  const tiles = tilesOf(background);
  if (background.bbox) {
    const [west, south, east, north] = background.bbox;
    tiles.options.bounds = L.latLngBounds([south, west], [north, east]);
  }
  // Between two whole zooms tiles are scaled, and rounding would leave hair lines between them.
  tiles.on("tileloadstart", ({ tile }) => (tile.style.width = tile.style.height = `${TILE + 1}px`));
  return tiles;
}

function tilesOf(background: Background): L.TileLayer {
  const options = { pane: PANE, maxNativeZoom: background.max_zoom, maxZoom: DEEPEST, keepBuffer: 1, updateWhenZooming: false };
  if (background.kind === "tiles") return L.tileLayer(background.url, options);
  const asked = { layers: background.layers ?? "", version: background.version ?? "1.3.0", format: "image/png", uppercase: true };
  return L.tileLayer.wms(background.url, { ...options, ...asked });
}
