/**
 * Puts the app together: asks what the portal shows, makes the state, ties map, panels and address to it.
 *
 * Nothing is decided here; who wants to know what the app does reads state/, map/ and panels/.
 */
import "leaflet/dist/leaflet.css";
import "./styles/main.css";
import { ServiceError } from "./api/client";
import { fetchItem } from "./api/items";
import { fetchPortal, type Layer, type Portal } from "./api/portal";
import type { Found } from "./api/search";
import { FeatureSource } from "./api/source";
import { centre } from "./geometry/box";
import type { Feature, Held } from "./geometry/feature";
import { createFrame, type Frame } from "./map/frame";
import { MapLayers } from "./map/layers";
import { languageOf, speaker, type Language, type Say } from "./messages/messages";
import { valueShower } from "./messages/values";
import { cardPanel } from "./panels/card";
import { byId } from "./panels/dom";
import { brand, notice, skipLinks, sources as sourcesLine, tabs } from "./panels/frame";
import { layersPanel } from "./panels/layers";
import { covered, isWide } from "./panels/layout";
import { listPanel } from "./panels/list";
import { searchField } from "./panels/search";
import { announce, showTrouble, statusLine } from "./panels/status";
import { bindAddress } from "./state/address";
import { readHash } from "./state/hash";
import { initialState, layersOf, type State } from "./state/model";
import { completeOpened, open } from "./state/opening";
import { createStore, type Store } from "./state/store";

const lang = languageOf(location.pathname, navigator.languages);
const say = speaker(lang);
document.documentElement.lang = lang;
void begin();

async function begin(): Promise<void> {
  try {
    const portal = await fetchPortal(lang);
    showTrouble(null, say, () => undefined);
    start(portal, lang, say);
  } catch (error) {
    showTrouble(error instanceof ServiceError ? error.trouble : "refused", say, () => void begin());
    if (!(error instanceof ServiceError)) throw error;
    if (error.retryAfter !== null) setTimeout(() => void begin(), error.retryAfter * 1000);
  }
}

function start(portal: Portal, lang: Language, say: Say): void {
  const layers = layersOf(portal);
  const store = createStore(initialState(portal, readHash(location.hash), isWide() ? "layers" : null));
  const sources = layers.filter((each) => each.kind === "vector").map((each) => new FeatureSource(each, () => drawn.changed()));

  notice(portal);
  brand(portal, lang, say, store);
  const frame = createFrame(byId("map"), portal, say, store, covered);
  const drawn = new MapLayers(frame, store, layers, sources);
  completeOpened(store, ({ collection, id }) => loaded(sources, collection, id), fetchItem);
  bindAddress(store, layers);

  skipLinks(say, store);
  searchField(byId("search"), { lang, say, announce, choose: (found) => goTo(found, layers, sources, store, frame) });
  const panels = {
    layers: layersPanel({ store, portal, lang, say, zoomTo: frame.zoomInto }),
    list: listPanel({ store, sources, lang, say, viewBox: frame.viewBox, open: ({ layer }, each) => lift(layer, each, store, frame) }),
  };
  tabs(panels, say, store);
  cardPanel(byId("card"), { store, say, announce, show: valueShower(lang, say) });
  sourcesLine(portal, say, store);
  statusLine(store, say, () => drawn.again());
}

function loaded(sources: readonly FeatureSource[], collection: string, id: string): Feature | null {
  return sources.find((each) => each.layer.id === collection)?.find(id)?.feature ?? null;
}

/** A result of the search: its card, and the map goes there. */
function goTo(found: Found, layers: readonly Layer[], sources: readonly FeatureSource[], store: Store<State>, frame: Frame): void {
  const layer = layers.find((each) => each.id === found.collection);
  if (!layer) return;
  open(store, layer, found.id, loaded(sources, layer.id, found.id));
  frame.show(found.bbox, layer.zoom);
}

/** A row of the list: its card, and the map moves as far as needed to see it. */
function lift(layer: Layer, { id, feature, box }: Held, store: Store<State>, frame: Frame): void {
  open(store, layer, id, feature);
  if (box) frame.reveal(centre(box).lat, centre(box).lon);
}
