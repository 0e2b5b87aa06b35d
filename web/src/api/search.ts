/**
 * Asks the service what a text may mean: features by name, datasets by title, places by coordinates.
 *
 * The service folds accents and case, and forgives typing errors and inflection; the app sends what was typed.
 */
import type { Box } from "../geometry/box";
import { getJson } from "./client";

export interface FoundFeature {
  kind: "feature" | "municipality";
  collection: string;
  /** Title of the layer. */
  layer: string;
  id: string;
  label: string;
  /** null: it has no place. */
  bbox: Box | null;
  /** Names of the municipalities in which it lies. */
  where: readonly string[];
}

export interface FoundPlace {
  kind: "place";
  lon: number;
  lat: number;
  /** The system in which it was written: `EPSG:5514`. */
  crs: string;
}

/** What has a page of its own. */
export interface FoundPage {
  kind: "dataset" | "dashboard";
  id: string;
  title: string;
}

export type Found = FoundFeature | FoundPlace | FoundPage;

/** What was found, best first, and what is to be said of it: that there is no house of that number. */
export interface Results {
  found: readonly Found[];
  note: string | null;
}

interface Answer {
  results: FoundFeature[];
  number: { text: string } | null;
  places: Omit<FoundPlace, "kind">[];
  datasets: Omit<FoundPage, "kind">[];
  dashboards: Omit<FoundPage, "kind">[];
}

const MOST = 10;
const PAGES = 3;

export async function search(text: string, lang: string, signal: AbortSignal): Promise<Results> {
  const parameters = new URLSearchParams({ q: text, lang, limit: String(MOST) });
  const { places, results, number, datasets, dashboards } = await getJson<Answer>(`/search?${parameters}`, signal);
  const found = [
    ...places.map((each) => ({ kind: "place" as const, ...each })),
    ...results,
    ...datasets.slice(0, PAGES).map((each) => ({ kind: "dataset" as const, id: each.id, title: each.title })),
    ...dashboards.slice(0, PAGES).map((each) => ({ kind: "dashboard" as const, id: each.id, title: each.title })),
  ];
  return { found, note: number?.text ?? null };
}
