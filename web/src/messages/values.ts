/**
 * Values of features as people of a language write them: numbers, units, dates, code labels.
 *
 * Pure. Text comes out as text; what is a link is decided here, and only http(s) ever is.
 */
import type { Column } from "../api/portal";
import type { Language, Say } from "./messages";

export interface Shown {
  text: string;
  link: string | null;
}

export type ShowValue = (column: Column, value: unknown) => Shown;

/** `missing` of the catalogue stands for null and for an empty text. */
export function valueShower(lang: Language, say: Say): ShowValue {
  return (column, value) => {
    if (value === null || value === undefined || value === "") return plain(say("missing"));
    const text = inWords(column, value, lang, say);
    return { text: column.unit ? `${text}\u00a0${column.unit}` : text, link: linkOf(value) };
  };
}

function inWords(column: Column, value: unknown, lang: Language, say: Say): string {
  if (column.codes) return column.codes[String(value)] ?? String(value);
  switch (column.type) {
    case "integer":
      // What is no amount may well be a code or a year, which are never written with gaps.
      return column.unit || column.count ? numberText(value, lang, 0) : String(value);
    case "decimal":
      return numberText(value, lang, 3);
    case "boolean":
      return say(value === true || value === "true" ? "yes" : "no");
    case "date":
      return dateText(value, lang, { dateStyle: "long", timeZone: "UTC" });
    case "datetime":
      return dateText(value, lang, { dateStyle: "long", timeStyle: "short" });
    default:
      return typeof value === "object" ? JSON.stringify(value) : String(value);
  }
}

function numberText(value: unknown, lang: Language, decimals: number): string {
  const number = Number(value);
  if (!Number.isFinite(number)) return String(value);
  return new Intl.NumberFormat(lang, { maximumFractionDigits: decimals }).format(number);
}

/** A date as a person in Europe writes it (in English: 21 November 2026); what is no date comes back as it is. */
export function dateText(value: unknown, lang: Language, form: Intl.DateTimeFormatOptions): string {
  const date = new Date(String(value));
  if (Number.isNaN(date.getTime())) return String(value);
  return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, form).format(date);
}

function linkOf(value: unknown): string | null {
  return typeof value === "string" && /^https?:\/\/[^\s]+$/i.test(value) ? value : null;
}

function plain(text: string): Shown {
  return { text, link: null };
}
