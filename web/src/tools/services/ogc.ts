/** OGC API: collections as features of the view (GeoJSON), or as pictures in tiles where a collection has those. Pure. */
import { isRecord } from "../foreign";
import { withParameters } from "./address";
import type { Offered, Service } from "./offered";
import { boxFrom } from "./xml";

/** Zooms of the tile matrix set that the standard names itself. */
const ZOOMS = Array.from({ length: 25 }, (_, zoom) => zoom);

interface Link {
  rel: string;
  type: string;
  href: URL;
}

/** Of a document with collections, or of one collection; null for any other. What lies nowhere (a table) is not offered. */
export function readCollections(document: unknown, base: URL, mayAsk: (address: URL) => boolean): Service | null {
  if (!isRecord(document)) return null;
  const all = Array.isArray(document.collections) ? document.collections.filter(isRecord) : typeof document.id === "string" ? [document] : null;
  if (all === null) return null;
  const layers = all.flatMap((each) => offeredOf(each, base, mayAsk) ?? []);
  return { title: typeof document.title === "string" ? document.title : base.host, layers, left: all.length - layers.length };
}

/** Where a landing page says that the collections are; null when it says nothing of that kind. */
export function collectionsOf(document: unknown, base: URL): string | null {
  const link = isRecord(document) ? linksOf(document, base).find(({ rel, type }) => /(^|\/)data$/.test(rel) && !/html/.test(type)) : undefined;
  return link ? withParameters(link.href, { f: "json" }) : null;
}

function linksOf({ links }: Record<string, unknown>, base: URL): Link[] {
  const all = Array.isArray(links) ? links.filter(isRecord) : [];
  return all.flatMap(({ rel, href, type }) => {
    if (typeof rel !== "string" || typeof href !== "string" || !URL.canParse(href, base.href)) return [];
    return [{ rel, type: typeof type === "string" ? type : "", href: new URL(href, base) }];
  });
}

function offeredOf(collection: Record<string, unknown>, base: URL, mayAsk: (address: URL) => boolean): Offered | null {
  const links = linksOf(collection, base).filter(({ href }) => mayAsk(href));
  const name = String(collection.id ?? "");
  const title = typeof collection.title === "string" ? collection.title : name;
  const box = boxOf(collection.extent);
  const items = links.find(({ rel, type }) => rel === "items" && /geo\+json/.test(type)) ?? links.find(({ rel, type }) => rel === "items" && !/html/.test(type));
  const source = typeof collection.attribution === "string" ? collection.attribution : "";
  if (items) return box && { name, title, box, source, legend: null, from: { kind: "items", url: items.href } };
  const pictures = links.find(({ rel, type }) => /tilesets-map$/.test(rel) && !/html/.test(type));
  if (!pictures) return null;
  const tiles = `${pictures.href.origin}${pictures.href.pathname}/WebMercatorQuad`;
  return { name, title, box, source, legend: null, from: { kind: "tiles", zooms: ZOOMS, address: (zoom, column, row) => `${tiles}/${zoom}/${row}/${column}` } };
}

function boxOf(extent: unknown): Offered["box"] {
  const spatial = isRecord(extent) && isRecord(extent.spatial) ? extent.spatial.bbox : null;
  const first: unknown = Array.isArray(spatial) ? spatial[0] : null;
  if (!Array.isArray(first)) return null;
  const half = first.length / 2;
  return boxFrom([0, 1, half, half + 1].map((at) => String(first[at])));
}
