/**
 * What the portal shows: its groups and layers, as the service derives them from the dataset files.
 *
 * The names are those of the service's answer, unchanged, so that one can be read beside the other.
 */
import type { Box } from "../geometry/box";
import { getJson } from "./client";

export interface Style {
  color: string;
  /** Opacity of the fill, 0 to 1. */
  fill: number;
  /** Pixels. */
  width: number;
  /** Pixels, points only. */
  radius: number;
}

export interface LegendEntry {
  /** null: features whose code is on no list. */
  code: string | null;
  label: string;
  color: string;
}

export interface Column {
  name: string;
  title: string;
  unit: string | null;
  type: string;
  codes: Record<string, string> | null;
}

export interface Layer {
  id: string;
  title: string;
  description: string | null;
  kind: "vector" | "raster";
  geometry: "point" | "line" | "polygon" | "raster";
  made_up: boolean;
  /** ISO date of the last publication. */
  updated: string | null;
  count: number | null;
  bbox: Box | null;
  /** null for a raster. */
  items: string | null;
  page: string;
  /** The most features the service sends in one page. */
  max: number;
  zoom: [min: number, max: number];
  visible: boolean;
  attribution: string;
  style: Style;
  by: string | null;
  legend: LegendEntry[];
  label: string | null;
  popup: Column[];
  map: string | null;
}

export interface Group {
  id: string;
  title: string;
  layers: Layer[];
}

export interface Portal {
  title: string;
  languages: string[];
  lang: string;
  view: { bbox: Box };
  made_up: boolean;
  notice: string | null;
  groups: Group[];
}

export function fetchPortal(lang: string): Promise<Portal> {
  return getJson<Portal>(`/map/portal?lang=${encodeURIComponent(lang)}`);
}
