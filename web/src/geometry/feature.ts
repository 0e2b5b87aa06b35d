/**
 * GeoJSON as the service sends it (RFC 7946: longitude, latitude), with the box each feature is found by.
 *
 * Kept apart from api/ because the pure modules here must not import anything that talks to a network.
 */
import type { Geometry } from "geojson";
import { boxOf, type Box } from "./box";

export interface Feature {
  type: "Feature";
  id: string | number;
  geometry: Geometry | null;
  properties: Record<string, unknown>;
}

/** A feature held by the app; `box` is null for a feature without geometry. */
export interface Held {
  id: string;
  feature: Feature;
  box: Box | null;
}

export function held(feature: Feature): Held {
  return { id: String(feature.id), feature, box: feature.geometry && boxOf(feature.geometry) };
}
