/**
 * The layers on the map: switches them with the state, lets their data come for the view, reports how they stand.
 *
 * Everything the panels know of the map's layers they read from `state.status`, which only this module writes.
 */
import type L from "leaflet";
import { questionOf } from "../api/items";
import type { Layer } from "../api/portal";
import { isBig, isTiled } from "../api/size";
import type { FeatureSource } from "../api/source";
import type { Feature } from "../geometry/feature";
import type { Say } from "../messages/messages";
import { OFF, phaseOf, type LayerStatus, type Opened, type State } from "../state/model";
import type { Store } from "../state/store";
import type { DrawnLayer, Hit } from "./drawn";
import type { Frame } from "./frame";
import { Groups } from "./groups";
import { Highlight } from "./highlight";
import { Names } from "./names";
import { pointing } from "./pointing";
import { LayerMaker } from "./making";
import { Stack } from "./stack";
import { dismissPainter } from "./tiles/painter";

/** A layer and the ways in which it can be drawn; `now`: the one that is on the map. */
interface Entry {
  layer: Layer;
  source: FeatureSource | null;
  /** From tiles or pictures: everything there is. */
  whole: DrawnLayer | null;
  /** From features: small layers, and the answer to a question. */
  asked: DrawnLayer | null;
  now: DrawnLayer | null;
}

export class MapLayers {
  private readonly entries: Entry[];
  private readonly groups: Groups;
  private readonly stack: Stack;
  private readonly maker: LayerMaker;
  private readonly names: Names;
  private waiting = 0;

  constructor(
    private readonly frame: Frame,
    private readonly store: Store<State>,
    layers: readonly Layer[],
    sources: readonly FeatureSource[],
    say: Say,
  ) {
    this.groups = new Groups(frame.map, {
      group: (layer, n) => say("group", { n, layer: layer.title }),
      all: (layer) => say("groups", { layer: layer.title }),
    });
    this.stack = new Stack(frame.map, this.groups);
    this.maker = new LayerMaker(frame.map, this.stack, this.groups, () => this.changed());
    this.entries = layers.map((layer) => {
      const source = sources.find((each) => each.layer === layer) ?? null;
      return { layer, source, whole: null, asked: null, now: null };
    });
    if (!layers.some(isBig)) dismissPainter();
    this.names = new Names(frame.map);
    this.openWithHighlight();
    const callOff = pointing(frame.map, (at) => this.seenAt(at), (hits, at) => this.pick(hits, at));
    store.watch(({ opened }) => opened?.ref, callOff); // what was opened since, by search or list, or closed, is meant
    store.watch(({ layers: on }) => on, callOff);
    store.watch(({ layers: on }) => on, () => this.refresh());
    store.watch(({ view }) => view, () => this.refresh());
    store.watch(({ where }) => where, () => this.refresh());
    store.watch(({ date }) => date, () => this.refresh());
    store.watch(({ opacity }) => opacity, () => this.stack.arrange(store.get()));
    store.watch(({ swipe }) => swipe, () => this.compare());
  }

  /** To be called when a source has new features or stands otherwise; many calls become one drawing. */
  changed(): void {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => this.draw());
  }

  /** Asks again for what failed. */
  again(): void {
    for (const { now } of this.entries) now?.again();
  }

  private openWithHighlight(): void {
    const highlight = new Highlight(this.frame.map);
    this.store.watch((state) => state.opened?.feature ?? null, (feature) => highlight.show(feature));
    const theme = matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", () => highlight.show(this.store.get().opened?.feature ?? null));
  }

  private pick(hits: Hit[], at: L.LatLng): void {
    const here = hits.map((hit): Opened => {
      const ref = { collection: hit.layer.id, id: hit.id };
      const place = { lon: at.lng, lat: at.lat };
      return { ref, layer: hit.layer, feature: hit.feature, sketch: sketchOf(hit), trouble: null, at: place };
    });
    this.store.set({ opened: here[0] ?? null, here });
    if (here.length > 0) this.frame.reveal(at.lat, at.lng);
  }

  /** What is drawn there, topmost first. */
  private seenAt(at: L.LatLng): DrawnLayer[] {
    const order = this.store.get().layers;
    return this.entries
      .filter(({ layer, now }) => now !== null && this.stack.isSeenAt(layer, at))
      .sort((a, b) => order.indexOf(a.layer.id) - order.indexOf(b.layer.id))
      .flatMap(({ now }) => now ?? []);
  }

  /** The view, the choice of layers or what is asked of them has changed. */
  private refresh(): void {
    for (const entry of this.entries) {
      const next = this.phaseByZoom(entry.layer) === "ready" ? this.way(entry) : null;
      if (entry.now !== next) entry.now?.hide();
      entry.now = next;
      next?.show();
      if (next !== entry.asked) entry.source?.rest();
    }
    this.stack.arrange(this.store.get());
    this.draw();
  }

  /** How a layer is to be drawn: as a whole, unless it is small or asked a question that tiles cannot answer. */
  private way(entry: Entry): DrawnLayer {
    const { layer, source } = entry;
    const question = questionOf(layer, this.store.get());
    source?.narrow(question);
    if (!source || isTiled(layer, question)) {
      return (entry.whole ??= this.maker.whole(layer));
    }
    return (entry.asked ??= this.maker.asked(source));
  }

  private phaseByZoom(layer: Layer): ReturnType<typeof phaseOf> {
    return phaseOf(layer, this.store.get(), this.frame.map.getZoom());
  }

  private draw(): void {
    for (const { asked, whole } of this.entries) {
      asked?.draw();
      whole?.draw();
    }
    this.writeNames();
    this.report();
  }

  private compare(): void {
    this.stack.arrange(this.store.get());
    this.writeNames();
  }

  private writeNames(): void {
    const names = this.entries.flatMap(({ layer, now }) => now?.names().filter(({ lat, lon }) => this.stack.isSeenAt(layer, [lat, lon])) ?? []);
    this.names.draw(names, this.groups.rooms());
  }

  private report(): void {
    const status = this.entries.map(({ layer, now }): [string, LayerStatus] => {
      if (!now) return [layer.id, { ...OFF, phase: this.phaseByZoom(layer) }];
      const { shown, more, trouble } = now;
      return [layer.id, { phase: trouble ? "failed" : now.loading ? "loading" : "ready", shown, more, trouble }];
    });
    this.store.set({ status: Object.fromEntries(status) });
    this.publishForTests();
  }

  /** The map says on its element how it stands: `data-state` (`drawn`: what it shows is being counted), and `data-features` within the view. */
  private publishForTests(): void {
    const all = Object.values(this.store.get().status);
    const { dataset } = this.frame.map.getContainer();
    const isCounting = this.entries.some(({ now }) => now?.counting);
    dataset.state = all.some((each) => each.phase === "loading") ? "loading" : isCounting ? "drawn" : "ready";
    dataset.features = String(all.reduce((sum, each) => sum + each.shown, 0));
  }
}

/** What a tile tells of a feature: enough for its colour and name until it is fetched. */
function sketchOf({ layer, id, feature, code, label }: Hit): Feature {
  const properties: Record<string, unknown> = {};
  if (layer.by) properties[layer.by] = code;
  if (layer.label) properties[layer.label] = layer.label === layer.by ? code : label;
  return feature ?? { type: "Feature", id, geometry: null, properties };
}
