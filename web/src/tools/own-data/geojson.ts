/** Own GeoJSON: RFC 7946, and what was written before it with a member `crs`. */
import { isRecord } from "../foreign";
import { crsNamed } from "./crs";
import { FileTrouble, Gathering, type OwnLayer } from "./reading";

/** Raises FileTrouble for what is no GeoJSON. */
export function readGeoJson(text: string, name: string): OwnLayer[] {
  const document = parsed(text);
  const crs = crsNamed(nameOfCrs(document));
  const gathering = new Gathering(crs.move);
  for (const [geometry, properties] of partsOf(document)) gathering.add(geometry, properties);
  return [{ name, features: gathering.features, crs: crs.name, left: gathering.left }];
}

function parsed(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FileTrouble("own_broken"); // also nesting that no parser follows
  }
  if (!isRecord(value)) throw new FileTrouble("own_no_map");
  return value;
}

function nameOfCrs({ crs }: Record<string, unknown>): string | null {
  if (!isRecord(crs) || !isRecord(crs.properties)) return null;
  const { name } = crs.properties;
  return typeof name === "string" ? name : null;
}

function partsOf(document: Record<string, unknown>): [geometry: unknown, properties: unknown][] {
  if (document.type === "FeatureCollection" && Array.isArray(document.features)) {
    return document.features.map((each: unknown) => (isRecord(each) ? [each.geometry, each.properties] : [null, null]));
  }
  if (document.type === "Feature") return [[document.geometry, document.properties]];
  if ("coordinates" in document || "geometries" in document) return [[document, null]];
  throw new FileTrouble("own_no_map");
}
