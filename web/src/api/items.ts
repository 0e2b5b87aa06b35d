/**
 * Features of a collection: those of a box, page by page, or one by its id (OGC API Features).
 *
 * Only the columns that the map needs are asked for: a card, a colour and a name.
 */
import type { Box } from "../geometry/box";
import type { Feature } from "../geometry/feature";
import { getJson, sameHost } from "./client";
import type { Layer } from "./portal";

/** What of a layer is asked for, wherever it lies; null: everything. */
export interface Question {
  /** CQL2 text. */
  where: string | null;
  /** YYYY-MM-DD: what holds on that day. */
  date: string | null;
}

export const EVERYTHING: Question = { where: null, date: null };

/** What the state asks of a layer; a date is asked only of layers that know time. */
export function questionOf(
  layer: Pick<Layer, "id" | "time">,
  state: { readonly where: Readonly<Record<string, string>>; readonly date: string | null },
): Question {
  return { where: state.where[layer.id] ?? null, date: layer.time ? state.date : null };
}

export function sameQuestion(a: Question, b: Question): boolean {
  return a.where === b.where && a.date === b.date;
}

/** The parameters of the service for a question. */
export function parametersOf({ where, date }: Question): Record<string, string> {
  return { ...(where ? { filter: where, "filter-lang": "cql2-text" } : {}), ...(date ? { datetime: date } : {}) };
}

/** Features of one box; `more`: the service holds more there than were sent. */
export interface Batch {
  features: Feature[];
  more: boolean;
}

interface Page {
  features: Feature[];
  links?: { rel: string; href: string }[];
}

const MOST_PAGES = 2;

/** `box` null: the whole collection. */
export async function fetchItems(
  layer: Layer,
  box: Box | null,
  signal: AbortSignal,
  question: Question = EVERYTHING,
): Promise<Batch> {
  const features: Feature[] = [];
  let next: string | null = itemsAddress(layer, box, question);
  for (let page = 0; next !== null && page < MOST_PAGES; page += 1) {
    const answer: Page = await getJson<Page>(next, signal);
    features.push(...answer.features);
    const link = answer.links?.find((each) => each.rel === "next");
    next = link ? sameHost(link.href) : null;
  }
  return { features, more: next !== null };
}

export function fetchItem(layer: Layer, id: string, signal: AbortSignal): Promise<Feature> {
  return getJson<Feature>(itemAddress(layer, id), signal);
}

/** How many features answer a question. Raises as `getJson`; a filter that is refused is a ServiceError "refused". */
export async function countItems(layer: Layer, question: Question, signal: AbortSignal): Promise<number> {
  const asked = new URLSearchParams({ resulttype: "hits", ...parametersOf(question) });
  return (await getJson<{ numberMatched: number }>(`${itemsOf(layer)}?${asked}`, signal)).numberMatched;
}

export function itemAddress(layer: Layer, id: string): string {
  return `${itemsOf(layer)}/${encodeURIComponent(id)}`;
}

export function itemsOf(layer: Layer): string {
  if (layer.items === null) throw new Error(`${layer.id} has no features`);
  return layer.items;
}

/** The address of the first page of a layer's features; `box` null: of all of them. */
export function itemsAddress(layer: Layer, box: Box | null, question: Question): string {
  const wanted = new Set(layer.popup.map((column) => column.name));
  if (layer.by) wanted.add(layer.by);
  if (layer.label) wanted.add(layer.label);
  const parameters = new URLSearchParams({ limit: String(layer.max), ...parametersOf(question) });
  if (box) parameters.set("bbox", box.map((degrees) => degrees.toFixed(6)).join(","));
  if (wanted.size > 0) parameters.set("properties", [...wanted].join(","));
  return `${itemsOf(layer)}?${parameters}`;
}
