/** Descriptions in XML: the few steps in which WMS and WMTS capabilities are read. Text is only ever read as text. */
import type { Box } from "../../geometry/box";
import { faultOf } from "../foreign";
import { ServiceTrouble } from "./offered";

/** Raises ServiceTrouble for what is no XML. */
export function parsed(text: string): Element {
  // WMS 1.1.1 names its document type; nothing of it is needed, and nothing of it is followed.
  const bare = text.replace(/<!DOCTYPE[^[>]*(?:\[[^\]<]*(?:<(?!!ENTITY)[^\]<]*)*\])?[^>]*>/i, "");
  if (faultOf(bare)) throw new ServiceTrouble("services_unknown");
  const document = new DOMParser().parseFromString(bare, "application/xml");
  if (document.getElementsByTagName("parsererror").length > 0) throw new ServiceTrouble("services_unknown");
  return document.documentElement;
}

/** The children of a name, whatever its namespace. */
export function children(parent: Element | undefined, name: string): Element[] {
  return [...(parent?.children ?? [])].filter((each) => each.localName === name);
}

/** The element at the end of a path of names; undefined where one is missing. */
export function within(parent: Element | undefined, ...path: string[]): Element | undefined {
  return path.reduce<Element | undefined>((at, name) => children(at, name)[0], parent);
}

export function textOf(parent: Element | undefined, ...path: string[]): string {
  return within(parent, ...path)?.textContent?.trim() ?? "";
}

export function boxFrom(numbers: readonly (string | null)[]): Box | null {
  const [west = NaN, south = NaN, east = NaN, north = NaN] = numbers.map((each) => Number.parseFloat(each ?? ""));
  return west <= east && south <= north && Math.abs(west) <= 180 && Math.abs(north) <= 90 ? [west, south, east, north] : null;
}
