/**
 * What the app remembers: the shape of its one state, and the few changes that touch more than one part of it.
 *
 * Only plain data: what is here can be written to an address, compared and tested without a browser.
 */
import type { Layer, Portal } from "../api/portal";
import type { Feature } from "../geometry/feature";
import type { Trouble } from "../api/client";
import type { ToolName } from "./tools";
import type { FeatureRef, Link, Mark, Swipe, View } from "./query";

export type { FeatureRef, Mark, Swipe, View } from "./query";

/**
 * A feature whose card is open; `feature` is null while it is being fetched, or when that failed (`trouble`).
 * `at` is the place that was pointed at, where it was opened so.
 */
export interface Opened {
  ref: FeatureRef;
  layer: Layer;
  feature: Feature | null;
  /** What the map knows of it before it is fetched: its colour and name. */
  sketch?: Feature;
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

export type Panel = "layers" | "list" | "tools";

/** What an address can say of the state, apart from the card. */
export interface Shown {
  view: View | null;
  /** The layers that are on, topmost first. */
  layers: readonly string[];
  /** Percent, of layers that are not opaque. */
  opacity: Readonly<Record<string, number>>;
  /** The filter of a layer, as CQL2 text. */
  where: Readonly<Record<string, string>>;
  /** YYYY-MM-DD, for all layers that have time; null: now and always. */
  date: string | null;
  background: string | null;
  swipe: Swipe | null;
  /** A pin: a searched address, a shared place. */
  mark: Mark | null;
  tool: ToolName | null;
  /** In another page's frame: no bar, no panels. */
  embed: boolean;
}

/** Something that a visitor has put on the map beside the portal's layers; links do not hold it. */
export interface Guest {
  /** The tool that has brought it. */
  by: ToolName;
  title: string;
  /** Whose it is; "": not said, or the visitor's own. */
  source: string;
  /** The colour in which it is drawn, or the address of a picture of its legend. */
  sample: { color: string } | { picture: string } | null;
}

export interface State extends Shown {
  /** All layers as the portal draws them when nobody orders them otherwise, topmost first. */
  natural: readonly string[];
  opened: Opened | null;
  /** Everything that lies at the place last clicked, topmost first. */
  here: readonly Opened[];
  guests: readonly Guest[];
  panel: Panel | null;
  status: Readonly<Record<string, LayerStatus>>;
}

export const OFF: LayerStatus = { phase: "off", shown: 0, more: false, trouble: null };

/** From the top down; within a kind, what stands first in the list of layers is drawn above. */
const RANKS = { point: 0, line: 1, polygon: 2, raster: 3 } as const;

/** How a layer stands before anything of it is loaded: "ready" when it is to be drawn at a zoom. */
export function phaseOf({ id, zoom: [least, most] }: Layer, { layers }: Pick<Shown, "layers">, zoom: number): "off" | "too-far" | "too-near" | "ready" {
  if (!layers.includes(id)) return "off";
  if (zoom < least) return "too-far";
  return zoom > most ? "too-near" : "ready";
}

export function layersOf(portal: Portal): Layer[] {
  return portal.groups.flatMap((group) => group.layers);
}

/** The ids of layers, topmost first, as they are drawn when nobody orders them otherwise. */
function naturalOrder(layers: readonly Layer[]): string[] {
  return [...layers].sort((a, b) => RANKS[a.geometry] - RANKS[b.geometry]).map((layer) => layer.id);
}

/** The state the app starts in: what the link says; where it is silent, what the portal says. */
export function initialState(portal: Portal, link: Link, panel: Panel | null): State {
  const known = layersOf(portal);
  const natural = naturalOrder(known);
  const vectors = known.filter((layer) => layer.kind === "vector");
  const ref = link.feature;
  const layer = vectors.find((each) => each.id === ref?.collection);
  const opened = ref && layer ? { ref, layer, feature: null, trouble: null } : null;
  const layers = chosenLayers(portal, link, natural);
  return {
    view: link.view ?? null,
    layers: layer ? switched(layers, layer.id, true, natural) : layers,
    opacity: only(link.opacity ?? {}, natural),
    where: only(link.where ?? {}, vectors.map((each) => each.id)),
    date: link.date ?? null,
    background: backgroundOf(portal, link),
    swipe: comparing(link.swipe ?? null, (id) => layers.includes(id)),
    mark: link.mark ?? null,
    tool: link.tool ?? null,
    embed: link.embed ?? false,
    natural,
    opened,
    here: [],
    guests: [],
    panel: link.tool ? "tools" : panel,
    status: {},
  };
}

/** The layers that a link names, in its order; else those of its group; else those that the portal shows at first. */
function chosenLayers(portal: Portal, link: Link, natural: readonly string[]): readonly string[] {
  if (link.layers && !link.unordered) return link.layers.filter((id) => natural.includes(id));
  const group = portal.groups.find((each) => each.id === link.group)?.layers;
  const first = layersOf(portal).filter((layer) => layer.visible);
  const wanted = link.layers ?? (group ?? first).map((layer) => layer.id);
  return natural.filter((id) => wanted.includes(id));
}

function only<V>(values: Record<string, V>, known: readonly string[]): Record<string, V> {
  return Object.fromEntries(Object.entries(values).filter(([id]) => known.includes(id)));
}

/** The background that a link names, if there is one of that name; else the first that the portal shows by itself. */
function backgroundOf({ backgrounds }: Portal, link: Link): string | null {
  if (link.background === null) return null;
  const named = backgrounds.find((each) => each.id === link.background);
  return (named ?? backgrounds.find((each) => each.visible))?.id ?? null;
}

/** What is left of a comparison of layers that are on; null when none of the two is. The same object when both are. */
function comparing(swipe: Swipe | null, isOn: (id: string) => boolean): Swipe | null {
  const off = (id: string | null): boolean => id !== null && !isOn(id);
  if (!swipe || (!off(swipe.left) && !off(swipe.right))) return swipe;
  const [left, right] = [off(swipe.left) ? null : swipe.left, off(swipe.right) ? null : swipe.right];
  return left === null && right === null ? null : { ...swipe, left, right };
}

/** The change that switches a layer on or off; with a layer goes the card of its feature, and its side of the swipe. */
export function switchLayer(state: State, id: string, on: boolean): Partial<State> {
  const orphaned = !on && state.opened?.layer.id === id;
  return {
    layers: switched(state.layers, id, on, state.natural),
    ...(orphaned ? { opened: null, here: [] } : {}),
    ...(on ? {} : { swipe: comparing(state.swipe, (each) => each !== id) }),
  };
}

/** The change by which a tool says what of its own is on the map now. */
export function withGuests({ guests }: State, by: ToolName, brought: readonly Omit<Guest, "by">[]): Partial<State> {
  return { guests: [...guests.filter((each) => each.by !== by), ...brought.map((each) => ({ ...each, by }))] };
}

/** `layers` with `id` in it or not, put above what it is by nature drawn above; the same array when nothing changes. */
export function switched(
  layers: readonly string[],
  id: string,
  on: boolean,
  natural: readonly string[],
): readonly string[] {
  if (layers.includes(id) === on) return layers;
  if (!on) return layers.filter((each) => each !== id);
  const rank = natural.indexOf(id);
  const below = layers.findIndex((each) => natural.indexOf(each) > rank);
  return below < 0 ? [...layers, id] : [...layers.slice(0, below), id, ...layers.slice(below)];
}

/** `layers` with `id` moved to the place `to` (0 is the top); the same array when nothing changes. */
export function moved(layers: readonly string[], id: string, to: number): readonly string[] {
  const rest = layers.filter((each) => each !== id);
  const place = Math.max(0, Math.min(rest.length, to));
  if (rest.length === layers.length || layers[place] === id) return layers;
  return [...rest.slice(0, place), id, ...rest.slice(place)];
}

export function sameRef(a: FeatureRef | undefined | null, b: FeatureRef | undefined | null): boolean {
  return a?.collection === b?.collection && a?.id === b?.id;
}
