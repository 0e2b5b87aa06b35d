/**
 * When the layers on the map change: the days on which features begin to hold or cease to, and the span of all of them.
 *
 * A feature's last day is the last on which it holds; the change comes on the day after.
 */
import { fetchColumns, fetchExtremes, type Queryable } from "../../api/columns";
import type { Layer } from "../../api/portal";
import { stepped, type Span } from "./days";

export interface Changes {
  /** null: no feature says when it holds. */
  span: Span | null;
  /** In order; empty where there are too many to step through. */
  days: readonly string[];
}

/** Of all layers together. Raises as `getJson`. */
export async function changesOf(layers: readonly Layer[], lang: string, signal: AbortSignal, today: string): Promise<Changes> {
  const parts = await Promise.all(layers.map((layer) => changesOfLayer(layer, lang, signal)));
  const days = parts.flatMap((part) => part.days);
  const ends = parts.flatMap((part) => part.ends).sort();
  const [from, to] = [ends[0], ends.at(-1)];
  if (from === undefined || to === undefined) return { span: null, days: [] };
  const whole = parts.every((part) => part.isWhole);
  return { span: { from, to: to > today ? to : today }, days: whole ? [...new Set(days)].sort() : [] };
}

interface Part {
  days: string[];
  ends: string[];
  /** False when the days are only some of all. */
  isWhole: boolean;
}

async function changesOfLayer(layer: Layer, lang: string, signal: AbortSignal): Promise<Part> {
  if (!layer.time) return { days: [], ends: [], isWhole: true };
  const { from, to } = layer.time;
  const columns = await fetchColumns(layer, lang, signal);
  const [starts, ends] = await Promise.all([from, to].map((name) => daysOf(layer, name, columns[name], signal)));
  if (!starts || !ends) return { days: [], ends: [], isWhole: true };
  const ceased = from === to ? [] : ends.days.map((day) => stepped(day, "day", 1));
  const days = [...starts.days, ...ceased];
  return { days, ends: [...days, ...starts.ends, ...ends.ends], isWhole: starts.isWhole && ends.isWhole };
}

async function daysOf(layer: Layer, name: string, column: Queryable | undefined, signal: AbortSignal): Promise<Part> {
  const listed = (column?.enum ?? []).map((value) => String(value).slice(0, 10));
  if (listed.length > 0) return { days: listed, ends: listed, isWhole: true };
  const [least, most] = await fetchExtremes(layer, name, signal);
  if (least === null || most === null) return { days: [], ends: [], isWhole: true };
  return { days: [], ends: [least, most].map((value) => String(value).slice(0, 10)), isWhole: false };
}
