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
  /** Whole numbers that count something: neither codes nor years. */
  count: boolean;
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
  /** Vector tiles of the whole layer: a template with {z}, {y}, {x}; `key`: the attribute that is the id, null: the number is. */
  tiles: { url: string; key: string | null } | null;
  /** The most features the service sends in one page. */
  max: number;
  /** The columns of the first and the last day on which a feature holds; null: it is always so. */
  time: { from: string; to: string } | null;
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

/** A map of somebody else's making below all layers. */
export interface Background {
  id: string;
  title: string;
  kind: "tiles" | "wms";
  /** The address of a tile with {z}, {x} and {y} in it (Web Mercator), or that of the WMS. */
  url: string;
  /** Of a WMS: its layers, as it names them, and its version. */
  layers: string | null;
  version: "1.3.0" | "1.1.1" | null;
  /** Where there is anything of it; null: nobody knows. */
  bbox: Box | null;
  attribution: string;
  /** The deepest zoom that it has; beyond it its last pictures are stretched. */
  max_zoom: number;
  visible: boolean;
}

export interface Portal {
  title: string;
  languages: string[];
  lang: string;
  view: { bbox: Box };
  made_up: boolean;
  notice: string | null;
  /** The first visible one is shown when the map opens; there may be none. */
  backgrounds: Background[];
  /** Hosts (`https://…`) whose map services may be added by their address; this portal's own always may. */
  services: string[];
  groups: Group[];
}

export function fetchPortal(lang: string): Promise<Portal> {
  return getJson<Portal>(`/map/portal?lang=${encodeURIComponent(lang)}`);
}
