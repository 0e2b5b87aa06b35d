/**
 * What can be asked of a layer's columns: fields of a form, made from the collection's queryables (JSON Schema).
 *
 * Pure. The service says there which values truly stand in a column (`profile=actual-domain`) and what codes mean.
 */
import type { Queryable, Queryables } from "../../api/columns";

export interface Option {
  code: string;
  label: string;
}

export type FieldKind = "codes" | "number" | "date" | "text" | "flag";

export interface Field {
  name: string;
  title: string;
  unit: string | null;
  /** Whole numbers of it may be codes or years, which are written without gaps. */
  plain: boolean;
  kind: FieldKind;
  /** To be ticked, in the order of the code list; empty unless `kind` is "codes". */
  options: readonly Option[];
  /** Known extremes: numbers or ISO dates as text; null where there are too many values to be told. */
  least: string | null;
  most: string | null;
}

/** Texts without a code list are offered for ticking up to this many; beyond it one types a part of the text. */
const MOST_TEXTS = 30;

/** The fields of a layer; the columns `first` stand first, in that order. Geometries and JSON are left out. */
export function fieldsOf(properties: Queryables, first: readonly string[]): Field[] {
  const fields = Object.entries(properties)
    .filter(([, column]) => column.type !== undefined && column.type !== "object")
    .map(([name, column]) => fieldOf(name, column));
  const rank = (field: Field): number => (first.includes(field.name) ? first.indexOf(field.name) : first.length);
  return fields.sort((a, b) => rank(a) - rank(b));
}

function fieldOf(name: string, column: Queryable): Field {
  const values = (column.enum ?? []).map(String);
  const kind = kindOf(column, values);
  const known = { name, title: column.title ?? name, unit: column["x-ogc-unit"] ?? null, plain: !column["x-ogc-unit"] && !column["x-count"], kind };
  if (kind === "codes") return { ...known, options: optionsOf(column, values), least: null, most: null };
  const ordered = kind === "number" ? [...values].sort((a, b) => Number(a) - Number(b)) : [...values].sort();
  const ends = kind === "number" || kind === "date" ? ordered : [];
  return { ...known, options: [], least: ends[0] ?? null, most: ends.at(-1) ?? null };
}

function kindOf(column: Queryable, values: readonly string[]): FieldKind {
  if (column.type === "boolean") return "flag";
  if (column.type === "integer" || column.type === "number") return "number";
  if (column.format === "date" || column.format === "date-time") return "date";
  if (column["x-labels"]) return "codes";
  return values.length > 0 && values.length <= MOST_TEXTS ? "codes" : "text";
}

/** Codes of the list that stand in the data, then what stands there and is on no list; the list where nothing is known. */
function optionsOf(column: Queryable, values: readonly string[]): Option[] {
  const labels = column["x-labels"] ?? {};
  const listed = Object.keys(labels).filter((code) => values.length === 0 || values.includes(code));
  const others = values.filter((value) => !(value in labels));
  return [...listed, ...others].map((code) => ({ code, label: labels[code] ?? code }));
}
