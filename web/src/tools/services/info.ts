/**
 * What a WMS knows of a place (GetFeatureInfo), as names and values or as plain text.
 *
 * HTML is never asked for and never shown: what comes from a stranger becomes text, whatever it is.
 */
import * as L from "leaflet";
import { isRecord } from "../foreign";
import { withParameters } from "./address";
import type { From } from "./offered";
import { parsed } from "./xml";

export type Wms = Extract<From, { kind: "wms" }>;

export interface Told {
  title: string;
  values: [name: string, value: string][];
}

/** Features that lie there; where the service only says a text, that. Both are empty when there is nothing. */
export interface Answer {
  told: Told[];
  text: string;
}

/** Forms that can be read here, the best first. */
const FORMS = [/^application\/(geo\+)?json\b/, /gml|^(text|application)\/xml$/, /^text\/plain$/];
const MOST_FEATURES = 20;
const MOST_VALUES = 40;
const LONGEST_VALUE = 300;
const LONGEST_TEXT = 4000;
const GML = /opengis\.net\/gml/;

/** The best form of those that a service offers; null when there is none that can be read. */
export function formOf(offered: readonly string[]): string | null {
  for (const form of FORMS) {
    const found = offered.find((each) => form.test(each));
    if (found) return found;
  }
  return null;
}

/** Asks for the picture that the map shows now, and for the point in it. Raises when there is no answer to be read. */
export async function infoAt({ url, layer, version, info }: Wms, map: L.Map, at: L.LatLng, signal: AbortSignal): Promise<Answer> {
  const [{ x: width, y: height }, point] = [map.getSize(), map.latLngToContainerPoint(at).round()];
  const bounds = map.getBounds();
  const corners = [bounds.getSouthWest(), bounds.getNorthEast()].map((each) => L.CRS.EPSG3857.project(each));
  const isNew = version === "1.3.0";
  const address = withParameters(new URL(url, location.href), {
    ...{ SERVICE: "WMS", REQUEST: "GetFeatureInfo", VERSION: version, LAYERS: layer, QUERY_LAYERS: layer, STYLES: "" },
    ...{ [isNew ? "CRS" : "SRS"]: "EPSG:3857", BBOX: corners.flatMap(({ x, y }) => [x, y]).join() },
    ...{ WIDTH: String(width), HEIGHT: String(height), [isNew ? "I" : "X"]: String(point.x), [isNew ? "J" : "Y"]: String(point.y) },
    ...{ INFO_FORMAT: info ?? "", FORMAT: "image/png", FEATURE_COUNT: String(MOST_FEATURES) },
  });
  const response = await fetch(address, { signal, credentials: "omit" });
  if (!response.ok) throw new Error(String(response.status));
  return read(await response.text(), info ?? "");
}

function read(text: string, form: string): Answer {
  if (FORMS[0]?.test(form)) return { told: ofJson(JSON.parse(text)), text: "" };
  if (FORMS[1]?.test(form)) return { told: [...ofXml(parsed(text))].slice(0, MOST_FEATURES), text: "" };
  return { told: [], text: text.trim().slice(0, LONGEST_TEXT) };
}

function ofJson(document: unknown): Told[] {
  const features = isRecord(document) && Array.isArray(document.features) ? document.features.filter(isRecord) : [];
  return features.slice(0, MOST_FEATURES).map(({ id, properties }) => {
    const values = Object.entries(isRecord(properties) ? properties : {}).filter(([, value]) => value !== null && value !== "");
    return { title: String(id ?? ""), values: shortened(values.map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)])) };
  });
}

/** Whatever the dialect: an element with leaves in it is a feature, the leaves are its values. Shapes are passed over. */
function* ofXml(element: Element): Generator<Told> {
  const values: Told["values"] = [];
  const inner: Element[] = [];
  for (const child of element.children) {
    const isShape = GML.test(child.namespaceURI ?? "") && !/^feature(Collection|Members?)$/i.test(child.localName);
    const name = child.getAttribute("name");
    if (isShape || child.localName === "BoundingBox") continue;
    if (child.children.length > 0) inner.push(child);
    else values.push([name ?? child.localName, child.getAttribute("value") ?? child.textContent ?? ""]);
  }
  const said = values.filter(([, value]) => value.trim() !== "");
  if (said.length > 0) yield { title: element.getAttribute("id") ?? element.localName.replace(/_feature$/, ""), values: shortened(said) };
  for (const child of inner) yield* ofXml(child);
}

function shortened(values: Told["values"]): Told["values"] {
  return values.slice(0, MOST_VALUES).map(([name, value]) => [name, value.trim().slice(0, LONGEST_VALUE)]);
}
