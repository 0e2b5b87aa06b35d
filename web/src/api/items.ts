/**
 * Features of a collection: those of a box, page by page, or one by its id (OGC API Features).
 *
 * Only the columns that the map needs are asked for: a card, a colour and a name.
 */
import type { Box } from "../geometry/box";
import type { Feature } from "../geometry/feature";
import { getJson, sameHost } from "./client";
import type { Layer } from "./portal";

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
export async function fetchItems(layer: Layer, box: Box | null, signal: AbortSignal): Promise<Batch> {
  const features: Feature[] = [];
  let next: string | null = `${itemsOf(layer)}?${question(layer, box)}`;
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

export function itemAddress(layer: Layer, id: string): string {
  return `${itemsOf(layer)}/${encodeURIComponent(id)}`;
}

function itemsOf(layer: Layer): string {
  if (layer.items === null) throw new Error(`${layer.id} has no features`);
  return layer.items;
}

function question(layer: Layer, box: Box | null): URLSearchParams {
  const wanted = new Set(layer.popup.map((column) => column.name));
  if (layer.by) wanted.add(layer.by);
  if (layer.label) wanted.add(layer.label);
  const parameters = new URLSearchParams({ limit: String(layer.max) });
  if (box) parameters.set("bbox", box.map((degrees) => degrees.toFixed(6)).join(","));
  if (wanted.size > 0) parameters.set("properties", [...wanted].join(","));
  return parameters;
}
