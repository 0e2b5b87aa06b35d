/**
 * What the app remembers: the shape of its one state, and the few changes that touch more than one part of it.
 *
 * Only plain data: what is here can be written to an address, compared and tested without a browser.
 */
import type { Layer, Portal } from "../api/portal";
import type { Feature } from "../geometry/feature";
import type { Trouble } from "../api/client";
import type { Link } from "./hash";

/** Centre of the map in degrees and its zoom (Web Mercator levels, quarters allowed). */
export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

export interface FeatureRef {
  collection: string;
  id: string;
}

/**
 * A feature whose card is open; `feature` is null while it is being fetched, or when that failed (`trouble`).
 * `at` is the place that was pointed at, where it was opened so.
 */
export interface Opened {
  ref: FeatureRef;
  layer: Layer;
  feature: Feature | null;
  trouble: Trouble | null;
  at?: { lon: number; lat: number };
}

export type Phase = "off" | "too-far" | "too-near" | "loading" | "ready" | "failed";

/** How a layer stands now. `shown`: features within the view; `more`: the service holds more there than were sent. */
export interface LayerStatus {
  phase: Phase;
  shown: number;
  more: boolean;
  trouble: Trouble | null;
}

export type Panel = "layers" | "list";

export interface State {
  view: View | null;
  layers: readonly string[];
  opened: Opened | null;
  /** Everything that lies at the place last clicked, topmost first. */
  here: readonly Opened[];
  panel: Panel | null;
  status: Readonly<Record<string, LayerStatus>>;
}

export const OFF: LayerStatus = { phase: "off", shown: 0, more: false, trouble: null };

export function layersOf(portal: Portal): Layer[] {
  return portal.groups.flatMap((group) => group.layers);
}

/** The state the app starts in: what the link says; where it is silent, what the portal says. */
export function initialState(portal: Portal, link: Link, panel: Panel | null): State {
  const known = layersOf(portal);
  const visible = known.filter((layer) => layer.visible).map((layer) => layer.id);
  return { ...linked(known, link, { view: null, layers: visible }), here: [], panel, status: {} };
}

/** The part of the state that a link says; where it is silent, that of `rest`. Layers not known are left out. */
export function linked(
  known: readonly Layer[],
  link: Link,
  rest: Pick<State, "view" | "layers">,
): Pick<State, "view" | "layers" | "opened"> {
  const ref = link.feature;
  const chosen = link.layers ?? rest.layers;
  const layers = known.map((layer) => layer.id).filter((id) => chosen.includes(id) || id === ref?.collection);
  const layer = known.find((each) => each.id === ref?.collection && each.kind === "vector");
  const opened = ref && layer ? { ref, layer, feature: null, trouble: null } : null;
  return { view: link.view ?? rest.view, layers, opened };
}

/** The change that switches a layer on or off; with a layer goes the card of its feature. */
export function switchLayer(state: State, id: string, on: boolean): Partial<State> {
  const orphaned = !on && state.opened?.layer.id === id;
  return { layers: switched(state.layers, id, on), ...(orphaned ? { opened: null, here: [] } : {}) };
}

/** `layers` with `id` in it or not; the same array when nothing changes. */
export function switched(layers: readonly string[], id: string, on: boolean): readonly string[] {
  if (layers.includes(id) === on) return layers;
  return on ? [...layers, id] : layers.filter((each) => each !== id);
}

export function sameRef(a: FeatureRef | undefined | null, b: FeatureRef | undefined | null): boolean {
  return a?.collection === b?.collection && a?.id === b?.id;
}
