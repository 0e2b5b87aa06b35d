/** The columns of a collection: what they hold, and which values stand in them now (OGC API Features Part 3, queryables). */
import { getJson } from "./client";
import { itemsOf, type Question } from "./items";
import type { Layer } from "./portal";

/** One column as JSON Schema has it. */
export interface Queryable {
  title?: string;
  description?: string;
  type?: string;
  format?: string;
  /** The values that stand in the column, in order; missing where they are too many to choose from. */
  enum?: unknown[];
  "x-labels"?: Record<string, string>;
  "x-ogc-unit"?: string;
  "x-count"?: boolean;
  "x-ogc-role"?: string;
}

export type Queryables = Readonly<Record<string, Queryable>>;

export async function fetchColumns(layer: Layer, lang: string, signal: AbortSignal): Promise<Queryables> {
  const address = itemsOf(layer).replace(/items$/, "queryables");
  const parameters = new URLSearchParams({ f: "json", lang, profile: "actual-domain" });
  return (await getJson<{ properties: Queryables }>(`${address}?${parameters}`, signal)).properties;
}

/** The least and the greatest value of a column; both null where no feature has one. */
export async function fetchExtremes(layer: Layer, column: string, signal: AbortSignal): Promise<[unknown, unknown]> {
  const end = async (sign: string): Promise<unknown> => {
    const asked = { limit: "1", sortby: `${sign}${column}`, properties: column, skipGeometry: "true", filter: `"${column}" IS NOT NULL` };
    const page = await getJson<{ features: { properties: Record<string, unknown> }[] }>(`${itemsOf(layer)}?${new URLSearchParams(asked)}`, signal);
    return page.features[0]?.properties[column] ?? null;
  };
  return Promise.all([end(""), end("-")]);
}

/** What the service says against a filter, in words; null when it takes it. Raises the AbortError of `signal`. */
export async function refusalOf(layer: Layer, { where }: Question, lang: string, signal: AbortSignal): Promise<string | null> {
  const asked = new URLSearchParams({ resulttype: "hits", lang, filter: where ?? "", "filter-lang": "cql2-text" });
  const response = await fetch(`${itemsOf(layer)}?${asked}`, { signal });
  if (response.status !== 400) return null;
  const problem = (await response.json()) as { detail?: string; title?: string };
  return problem.detail ?? problem.title ?? "400";
}
