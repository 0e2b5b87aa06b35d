/**
 * The state of the map as it stands in the query of an address, read and written.
 *
 *     at=12.5/50.76712/15.05619&layers=street-lights:40,municipalities&where.roads=width%20%3E%203&feature=roads/7
 *
 * Pure. Anything that cannot be understood is left out rather than refused: old links must keep opening. The service
 * reads and writes the same (service/listing/state.py); both keep to tests/golden/map-addresses.json.
 */
import type { Box } from "../geometry/box";
import type { View } from "../geometry/fit";
import { isToolName, type ToolName } from "./tools";

export type { View };

export interface FeatureRef {
  collection: string;
  id: string;
}

/**
 * Two layers compared: one is shown only left of a line, the other only right of it; null: that side has none of its own.
 * At least one is not null. `share`: how far from the left the line stands, in percent.
 */
export interface Swipe {
  left: string | null;
  right: string | null;
  share: number;
}

export interface Mark {
  lat: number;
  lon: number;
}

/** What an address says; what it does not say is not there. */
export interface Link {
  view?: View;
  /** Topmost first. */
  layers?: string[];
  /** True for addresses of old, which named layers in no order. Never written. */
  unordered?: true;
  /** Percent, of layers that are not opaque. */
  opacity?: Record<string, number>;
  /** All layers of this group, where the address names no layers itself. */
  group?: string;
  /** CQL2 text. */
  where?: Record<string, string>;
  /** YYYY-MM-DD. */
  date?: string;
  feature?: FeatureRef;
  /** null: none. */
  background?: string | null;
  swipe?: Swipe;
  mark?: Mark;
  tool?: ToolName;
  embed?: true;
  /** The same state as a list; the rest is of the list alone. */
  list?: true;
  bbox?: Box;
  table?: string;
  /** A column, with "-" in front when it runs downwards. */
  sort?: string;
  page?: number;
}

const FURTHEST_PAGE = 100_000;

const READERS: Record<string, (link: Link, value: string) => void> = {
  at: (link, value) => set(link, "view", viewOf(value)),
  map(link, value) {
    link.unordered = true;
    set(link, "view", viewOf(value));
  },
  layers: readLayers,
  group: (link, value) => set(link, "group", value),
  date: (link, value) => isDay(value) && set(link, "date", value),
  feature(link, value) {
    const [collection, id] = cut(value, "/");
    if (collection && id) link.feature = { collection, id };
  },
  background(link, value) {
    if (value) link.background = value === "none" ? null : value;
  },
  swipe(link, value) {
    const [sides = "", percent = ""] = cut(value, ":");
    const [left = "", right = ""] = cut(sides, "~");
    const share = percentOf(percent);
    if (left !== right && share !== null) link.swipe = { left: left || null, right: right || null, share };
  },
  mark(link, value) {
    const [lat, lon, ...more] = value.split("/").map(numberOf);
    if (isWithin(lat, 90) && isWithin(lon, 180) && more.length === 0) link.mark = { lat, lon };
  },
  tool: (link, value) => isToolName(value) && set(link, "tool", value),
  embed: (link, value) => value === "1" && set(link, "embed", true),
  view: (link, value) => value === "list" && set(link, "list", true),
  bbox: (link, value) => set(link, "bbox", boxOf(value)),
  table: (link, value) => set(link, "table", value),
  sort: (link, value) => /^-?[a-z][a-z0-9_]*$/.test(value) && set(link, "sort", value),
  page(link, value) {
    const page = /^\d{1,6}$/.test(value) ? Number(value) : 0;
    if (page >= 1 && page <= FURTHEST_PAGE) link.page = page;
  },
};

/** What a query says, with or without "?" in front; of a part that is given twice the last counts. */
export function readQuery(query: string): Link {
  const link: Link = {};
  const parts = new Map(new URLSearchParams(query));
  for (const [name, value] of parts) {
    if (name.startsWith("where.")) readWhere(link, name.slice("where.".length), value);
    else if (Object.hasOwn(READERS, name)) READERS[name]?.(link, value);
  }
  return link;
}

function set<K extends keyof Link>(link: Link, key: K, value: Link[K] | null | ""): void {
  if (value !== null && value !== "" && value !== undefined) link[key] = value;
}

/** What stands before the first separator and after it; the second is missing where there is none. */
function cut(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** `a:40,b`; what may stand behind a second ":" is kept free. The first mention of a layer counts. */
function readLayers(link: Link, value: string): void {
  const layers: string[] = [];
  const opacity: Record<string, number> = {};
  for (const entry of value.split(",")) {
    const [id = "", percent = ""] = entry.split(":");
    if (!id || layers.includes(id)) continue;
    layers.push(id);
    const share = percentOf(percent);
    if (share !== null && share < 100) opacity[id] = share;
  }
  link.layers = layers;
  if (Object.keys(opacity).length > 0) link.opacity = opacity;
}

function readWhere(link: Link, id: string, filter: string): void {
  if (id && filter.trim()) link.where = { ...link.where, [id]: filter };
}

function viewOf(value: string): View | null {
  const [zoom, lat, lon, ...more] = value.split("/").map(numberOf);
  const fits = zoom !== undefined && zoom >= 0 && zoom <= 24 && isWithin(lat, 85.06) && isWithin(lon, 180);
  return fits && more.length === 0 ? { zoom, lat, lon } : null;
}

function boxOf(value: string): Box | null {
  const [west, south, east, north, ...more] = value.split(",").map(numberOf);
  const known = isWithin(west, 180) && isWithin(south, 90) && isWithin(east, 180) && isWithin(north, 90);
  return known && more.length === 0 && west < east && south < north ? [west, south, east, north] : null;
}

/** A plain decimal number, else NaN: what `Number` reads beyond that, the service would read otherwise. */
function numberOf(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
}

function isWithin(value: number | undefined, most: number): value is number {
  return value !== undefined && Math.abs(value) <= most;
}

function percentOf(text: string): number | null {
  return /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : null;
}

function isDay(text: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** The query of a link, without "?"; degrees to five decimals (about one metre), parts always in the same order. */
export function writeQuery(link: Link): string {
  const { view, feature, swipe, mark, bbox } = link;
  const parts: [string, string | undefined][] = [
    ["at", view && `${Number(view.zoom.toFixed(2))}/${degrees(view.lat)}/${degrees(view.lon)}`],
    ["layers", link.layers?.map((id) => withOpacity(id, link.opacity?.[id])).join(",")],
    ["group", link.group],
    ...Object.entries(link.where ?? {}).sort(byName).map(([id, filter]): [string, string] => [`where.${id}`, filter]),
    ["date", link.date],
    ["feature", feature && `${feature.collection}/${feature.id}`],
    ["background", link.background === null ? "none" : link.background],
    ["swipe", swipe && `${swipe.left ?? ""}${swipe.right ? `~${swipe.right}` : ""}:${Math.round(swipe.share)}`],
    ["mark", mark && `${degrees(mark.lat)}/${degrees(mark.lon)}`],
    ["tool", link.tool],
    ["embed", link.embed && "1"],
    ["view", link.list && "list"],
    ["bbox", bbox?.map(degrees).join(",")],
    ["table", link.table],
    ["sort", link.sort],
    ["page", link.page?.toString()],
  ];
  return parts
    .filter((part): part is [string, string] => part[1] !== undefined)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join("&");
}

function degrees(value: number): string {
  return value.toFixed(5);
}

function withOpacity(id: string, opacity: number | undefined): string {
  return opacity === undefined || Math.round(opacity) >= 100 ? id : `${id}:${Math.round(opacity)}`;
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As the browser itself writes a query, so that what it says of the address can be compared; "/", ":" and "," stay readable. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/%(2F|3A|2C)/g, decodeURIComponent).replace(/'/g, "%27");
}
