/** Measured figures as people write them: metres until kilometres are easier, hectares between square metres and km². */
import type { Language } from "./messages";

const KILOMETRE = 1000;
const HECTARE = 10_000;
const SQUARE_KILOMETRE = 1_000_000;

export function lengthText(metres: number, lang: Language): string {
  if (metres < KILOMETRE) return unit(metres, metres < 100 ? 2 : 1, "m", lang);
  return unit(metres / KILOMETRE, metres < 100 * KILOMETRE ? 3 : 1, "km", lang);
}

/** A length of which only its size is known. */
export function roughText(metres: number, lang: Language): string {
  return metres < KILOMETRE ? unit(metres, 0, "m", lang) : unit(metres / KILOMETRE, metres < 10 * KILOMETRE ? 1 : 0, "km", lang);
}

/** Land is spoken of in square metres, in hectares, in square kilometres: from the size of a field on in two of them. */
export function areaText(square: number, lang: Language): string {
  const metres = unit(square, square < 1000 ? 1 : 0, "m²", lang);
  if (square < HECTARE / 10) return metres;
  if (square < SQUARE_KILOMETRE) return `${metres} (${unit(square / HECTARE, 2, "ha", lang)})`;
  return `${unit(square / SQUARE_KILOMETRE, 3, "km²", lang)} (${unit(square / HECTARE, 1, "ha", lang)})`;
}

function unit(value: number, decimals: number, name: string, lang: Language): string {
  const number = new Intl.NumberFormat(lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return `${number.format(value)}\u00a0${name}`;
}
