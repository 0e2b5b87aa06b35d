/** Asks the service for features by name; it folds accents and case, the app sends what was typed. */
import type { Box } from "../geometry/box";
import { getJson } from "./client";

export interface Found {
  collection: string;
  /** Title of the layer. */
  layer: string;
  id: string;
  label: string;
  bbox: Box;
}

const MOST = 10;

export async function search(text: string, lang: string, signal: AbortSignal): Promise<Found[]> {
  const parameters = new URLSearchParams({ q: text, lang, limit: String(MOST) });
  return (await getJson<{ results: Found[] }>(`/search?${parameters}`, signal)).results;
}
