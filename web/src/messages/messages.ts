/**
 * The words of the app: one catalogue per language, plural forms by the rules of that language.
 *
 * Each catalogue is a piece of the bundle of its own, and only that of the page's language is loaded; the page names
 * it in its head, so that it comes together with the program. The words of the tools are apart, in tools/: they come
 * with the first tool that is opened.
 */
import type en from "./en.json";
import type tools from "./tools/en.json";

export const LANGUAGES = ["cs", "de", "pl", "en"] as const;
export type Language = (typeof LANGUAGES)[number];
type Words<K extends string> = Record<K, string | Record<string, string>>;
type CoreKey = keyof typeof en;
type ToolKey = keyof typeof tools;
export type Key = CoreKey | ToolKey;
export type Catalogue = Words<CoreKey> & Partial<Words<ToolKey>>;
/** Looks a text up; `{name}` in it is replaced by the value, numbers in the form of the language. */
export type Say = (key: Key, values?: Record<string, string | number>) => string;

// Written out, so that a language that lacks a key does not compile.
const LOADERS: Record<Language, () => Promise<{ default: Words<CoreKey> }>> = {
  cs: () => import("./cs.json"),
  de: () => import("./de.json"),
  pl: () => import("./pl.json"),
  en: () => import("./en.json"),
};

const TOOL_LOADERS: Record<Language, () => Promise<{ default: Words<ToolKey> }>> = {
  cs: () => import("./tools/cs.json"),
  de: () => import("./tools/de.json"),
  pl: () => import("./tools/pl.json"),
  en: () => import("./tools/en.json"),
};

export async function wordsOf(lang: Language): Promise<Catalogue> {
  return (await LOADERS[lang]()).default;
}

/** Adds the words of the tools to those that `wordsOf` gave: whoever speaks by them knows these as well from then on. */
export async function addToolWords(lang: Language): Promise<void> {
  Object.assign(await wordsOf(lang), (await TOOL_LOADERS[lang]()).default);
}

/** The language of a path such as /cs/map; else the first that the reader's browser asks for; else English. */
export function languageOf(path: string, asked: readonly string[]): Language {
  const candidates = [path.split("/")[1] ?? "", ...asked.map((tag) => tag.slice(0, 2).toLowerCase())];
  return LANGUAGES.find((each) => each === candidates.find((tag) => LANGUAGES.some((known) => known === tag))) ?? "en";
}

/** A text with several forms is chosen by the value `n`. */
export function speaker(lang: Language, words: Catalogue): Say {
  // Made when first needed: they take a phone a fifth of a second, which the first map is not to wait for.
  let plural: Intl.PluralRules | undefined;
  let number: Intl.NumberFormat | undefined;
  return (key, values = {}) => {
    const entry = words[key] ?? key;
    const text = typeof entry === "string" ? entry : (entry[(plural ??= new Intl.PluralRules(lang)).select(Number(values.n))] ?? entry.other ?? key);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return typeof value === "number" ? (number ??= new Intl.NumberFormat(lang)).format(value) : (value ?? whole);
    });
  };
}
