/**
 * The permalink: what of the state stands in the address after `#`, read and written.
 *
 *     #map=12.5/50.76712/15.05619&layers=municipalities,lights&feature=lights/VO-0042
 *
 * Pure. Anything that cannot be understood is left out rather than refused: old links must keep opening.
 */
import type { FeatureRef, View } from "./model";

export interface Link {
  view?: View;
  layers?: string[];
  feature?: FeatureRef;
}

export function readHash(hash: string): Link {
  const link: Link = {};
  for (const part of hash.replace(/^#/, "").split("&")) {
    const equals = part.indexOf("=");
    if (equals > 0) readPart(link, part.slice(0, equals), part.slice(equals + 1));
  }
  return link;
}

function readPart(link: Link, name: string, value: string): void {
  if (name === "map") {
    const view = readView(value);
    if (view) link.view = view;
  } else if (name === "layers") {
    // What follows ":" after a layer's id is kept free for its settings (opacity, filter, date).
    link.layers = value.split(",").map((entry) => decoded(entry.split(":")[0] ?? "")).filter(Boolean);
  } else if (name === "feature") {
    const slash = value.indexOf("/");
    if (slash > 0 && slash < value.length - 1) {
      link.feature = { collection: decoded(value.slice(0, slash)), id: decoded(value.slice(slash + 1)) };
    }
  }
}

function readView(value: string): View | null {
  const numbers = value.split("/").map((text) => (text === "" ? NaN : Number(text)));
  const [zoom = NaN, lat = NaN, lon = NaN] = numbers;
  const fits = numbers.length === 3 && zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85.06 && Math.abs(lon) <= 180;
  return fits ? { zoom, lat, lon } : null;
}

/** The address part for a link, with `#`; degrees to five decimals (about one metre). */
export function writeHash(link: Link): string {
  const parts: string[] = [];
  if (link.view) {
    const { zoom, lat, lon } = link.view;
    parts.push(`map=${Number(zoom.toFixed(2))}/${lat.toFixed(5)}/${lon.toFixed(5)}`);
  }
  if (link.layers) parts.push(`layers=${link.layers.map(encodeURIComponent).join(",")}`);
  if (link.feature) {
    const { collection, id } = link.feature;
    parts.push(`feature=${encodeURIComponent(collection)}/${encodeURIComponent(id)}`);
  }
  return `#${parts.join("&")}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray "%" typed by hand
  }
}
