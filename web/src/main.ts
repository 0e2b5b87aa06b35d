/**
 * Puts the app together: takes over what first.ts has asked for, ties map, panels and address to the state.
 *
 * Nothing is decided here; who wants to know what the app does reads state/, map/ and panels/.
 */
import { serviceError, ServiceError } from "./api/client";
import { fetchItem } from "./api/items";
import { fetchPortal, type Layer } from "./api/portal";
import type { Found, FoundFeature } from "./api/search";
import { FeatureSource } from "./api/source";
import { boxOf, centre, type Box } from "./geometry/box";
import type { Feature } from "./geometry/feature";
import { ask, first, lang, speaking, type First } from "./first";
import { createFrame, type Frame } from "./map/frame";
import { MapLayers } from "./map/layers";
import { pointer } from "./map/pointed";
import type { Say } from "./messages/messages";
import { valueShower } from "./messages/values";
import { cardPanel } from "./panels/card";
import { byId } from "./panels/dom";
import { embedded } from "./panels/embed";
import { brand, pages, skipLinks, sources as sourcesLine, tabs } from "./panels/frame";
import { layersPanel } from "./panels/layers";
import { hearOfKeptData } from "./offline/kept";
import { openWithoutNetwork } from "./offline/register";
import { covered } from "./panels/layout";
import { listPanel } from "./panels/list";
import { searchField } from "./panels/search";
import { announce, keptLine, showTrouble, statusLine } from "./panels/status";
import { bindAddress } from "./state/address";
import { layersOf, type State } from "./state/model";
import { completeOpened, open } from "./state/opening";
import { createStore, type Store } from "./state/store";
import { acceptDrops } from "./tools/own-data/drop";
import { toolsPanel } from "./tools/panel";

/** The zooms at which a place that was typed as coordinates is shown. */
const PLACE_ZOOM = [16, 18] as const;

/** The question that the app waits for, and the clock that asks again: the button may be quicker, and one map is enough. */
let latest = first;
let retry: ReturnType<typeof setTimeout> | undefined;

const whenKeptData = hearOfKeptData();

void begin(first);

async function begin(asked: Promise<First>): Promise<void> {
  latest = asked;
  clearTimeout(retry);
  const say = await speaking;
  const again = (): void => void begin(ask());
  try {
    const found = await asked;
    if (asked !== latest) return;
    showTrouble(null, say, again);
    start(found, say);
  } catch (error) {
    if (asked !== latest) return;
    const isOurs = !(error instanceof ServiceError);
    // What broke half-way has left a map on the page: a clean beginning is a new page, at the same address.
    showTrouble(serviceError(error).trouble, say, isOurs ? () => location.reload() : again);
    if (isOurs) throw error;
    if (error.retryAfter !== null) retry = setTimeout(again, error.retryAfter * 1000);
  }
}

function start({ portal, link, state }: First, say: Say): void {
  const layers = layersOf(portal);
  const store = createStore(state);
  const sources = layers.filter((each) => each.kind === "vector").map((each) => new FeatureSource(each, () => drawn.changed()));

  // Before there is text round it: to lay that out takes a phone long, and the map would ask for it twice.
  const frame = createFrame(byId("map"), portal, say, store, covered);
  const drawn = new MapLayers(frame, store, layers, sources, say);
  brand(portal, lang, say, store);
  pages(lang, say);
  completeOpened(store, ({ collection, id }) => loaded(sources, collection, id), fetchItem);
  bindAddress(store, portal);
  skipLinks(say, store);
  searchField(byId("search"), { lang, say, announce, choose: (found) => goTo(found, layers, sources, say, store, frame) });
  let legend: HTMLElement | null = null;
  const panels = {
    // Made when it is first opened: on a phone, where the map opens without it, the first map does not wait for it.
    get layers(): HTMLElement {
      return (legend ??= layersPanel({ store, portal, lang, say, announce, zoomTo: frame.zoomInto }));
    },
    list: listPanel({
      ...{ store, portal, lang, say, announce, viewBox: frame.viewBox, point: pointer(frame.map) },
      open: (layer, id, box) => lift(layer, id, box, sources, store, frame),
    }),
    tools: toolsPanel({ store, portal, lang, say, announce, frame, drawn, sources }),
  };
  tabs(panels, say, store);
  cardPanel(byId("card"), { store, say, announce, show: valueShower(lang, say) });
  sourcesLine(portal, say, store);
  if (link.embed) embedded(portal, lang, say, store);
  else acceptDrops(store);
  if (!link.view && !link.bbox) goToOpened(store, frame);
  statusLine(store, say, () => drawn.again());
  whenKeptData((at) => keptLine(at, say, lang));
  if (!link.embed) openWithoutNetwork(lang);
}

function loaded(sources: readonly FeatureSource[], collection: string, id: string): Feature | null {
  return sources.find((each) => each.layer.id === collection)?.find(id)?.feature ?? null;
}

/** As near as one goes to a feature to see where it is, and not only what it is. */
const SURROUNDINGS = 15;

/** A link that names a feature and no place means the place of the feature, unless the reader has gone elsewhere before it came. */
function goToOpened(store: Store<State>, frame: Frame): void {
  const { opened: meant, mark } = store.get();
  const isStill = frame.stillness();
  const stop = store.watch(
    (state) => state.opened,
    (opened) => {
      const isMeant = opened !== null && opened.ref === meant?.ref;
      const box = isMeant && opened.feature?.geometry && boxOf(opened.feature.geometry);
      if (box && isStill() && store.get().mark === mark) frame.show(box, [opened.layer.zoom[0], Math.max(opened.layer.zoom[0], SURROUNDINGS)]);
      if (box || !isMeant) queueMicrotask(() => stop());
    },
  );
}

/** A result of the search: its card or a pin, and the map goes there; a dataset and a dashboard have pages of their own. */
function goTo(found: Found, layers: readonly Layer[], sources: readonly FeatureSource[], say: Say, store: Store<State>, frame: Frame): void {
  if ("title" in found) return location.assign(`/${lang}/${found.kind}s/${encodeURIComponent(found.id)}`);
  if (found.kind === "place") {
    store.set({ mark: { lat: found.lat, lon: found.lon } });
    return frame.show([found.lon, found.lat, found.lon, found.lat], PLACE_ZOOM);
  }
  const layer = layers.find((each) => each.id === found.collection);
  if (!layer) return void goToNew(found, say, store, frame);
  open(store, layer, found.id, loaded(sources, layer.id, found.id));
  if (found.bbox) frame.show(found.bbox, layer.zoom);
}

/** A feature of a layer that was published after this map was opened: its card and place; the address brings the layer too. */
async function goToNew(found: FoundFeature, say: Say, store: Store<State>, frame: Frame): Promise<void> {
  const again = (): void => void goToNew(found, say, store, frame);
  const { opened: before, mark } = store.get();
  try {
    const layer = layersOf(await fetchPortal(lang)).find((each) => each.id === found.collection);
    const now = store.get();
    if (now.opened?.ref !== before?.ref || now.mark !== mark) return; // the reader has chosen something else meanwhile
    if (!layer) throw new ServiceError("refused", null, `${found.collection} is not on the map`);
    showTrouble(null, say, again);
    const opened = { ref: { collection: layer.id, id: found.id }, layer, feature: null, trouble: null };
    store.set({ opened, here: [opened] });
    if (found.bbox) frame.show(found.bbox, layer.zoom);
  } catch (error) {
    showTrouble(serviceError(error).trouble, say, again);
  }
}

/** A row of the list: its card, and the map moves as far as needed to see it, nearer where its layer is not drawn yet. */
function lift(layer: Layer, id: string, box: Box | null, sources: readonly FeatureSource[], store: Store<State>, frame: Frame): void {
  open(store, layer, id, loaded(sources, layer.id, id));
  if (!box) return;
  const { zoom } = store.get().view ?? { zoom: 0 };
  if (zoom < layer.zoom[0] || zoom > layer.zoom[1]) frame.show(box, layer.zoom);
  else frame.reveal(centre(box).lat, centre(box).lon);
}
