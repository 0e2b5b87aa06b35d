/**
 * The words of the app: one catalogue per language, plural forms by the rules of that language.
 *
 * All four are in the bundle (6 kB together): a language is one request less away, and a missing key is a build error.
 */
import cs from "./cs.json";
import de from "./de.json";
import en from "./en.json";
import pl from "./pl.json";

export const LANGUAGES = ["cs", "de", "pl", "en"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Key = keyof typeof en;
/** Looks a text up; `{name}` in it is replaced by the value, numbers in the form of the language. */
export type Say = (key: Key, values?: Record<string, string | number>) => string;

type Catalogue = Record<Key, string | Record<string, string>>;

export const CATALOGUES: Record<Language, Catalogue> = { cs, de, pl, en };

/** The language of a path such as /cs/; else the first that the reader's browser asks for; else English. */
export function languageOf(path: string, asked: readonly string[]): Language {
  const candidates = [path.split("/")[1] ?? "", ...asked.map((tag) => tag.slice(0, 2).toLowerCase())];
  return LANGUAGES.find((each) => each === candidates.find((tag) => LANGUAGES.some((known) => known === tag))) ?? "en";
}

/** A text with several forms is chosen by the value `n`. */
export function speaker(lang: Language): Say {
  const plural = new Intl.PluralRules(lang);
  const number = new Intl.NumberFormat(lang);
  return (key, values = {}) => {
    const entry = CATALOGUES[lang][key];
    const text = typeof entry === "string" ? entry : (entry[plural.select(Number(values.n))] ?? entry.other ?? key);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return typeof value === "number" ? number.format(value) : (value ?? whole);
    });
  };
}
