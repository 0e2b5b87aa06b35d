/** WMS 1.3.0 and 1.1.1: layers of its capabilities, of those that can be drawn in Web Mercator. */
import type { Box } from "../../geometry/box";
import type { Offered, Service } from "./offered";
import { isWebMercator } from "./offered";
import { boxFrom, children, textOf, within } from "./xml";

/** Of a document whose root is that of a WMS; null for any other. */
export function readWms(root: Element, base: URL): Service | null {
  const isWms = root.localName === "WMS_Capabilities" || root.localName === "WMT_MS_Capabilities";
  const top = within(root, "Capability", "Layer");
  if (!isWms || !top) return null;
  const version = root.getAttribute("version")?.startsWith("1.1") ? "1.1.1" : "1.3.0";
  const found = [...layersIn(top, [])];
  const layers = found.filter(({ systems }) => systems.some(isWebMercator)).map(({ name, title, box }) => wmsLayer({ name, title, box }, base, version));
  return { title: textOf(root, "Service", "Title"), layers, left: found.length - layers.length };
}

interface Described {
  name: string;
  title: string;
  box: Box | null;
  systems: string[];
}

/** Layers that can be asked for, in the order of the tree; coordinate systems are handed down in it. */
function* layersIn(layer: Element, above: readonly string[]): Generator<Described> {
  const own = [...children(layer, "CRS"), ...children(layer, "SRS")].flatMap((each) => (each.textContent ?? "").trim().split(/\s+/));
  const systems = [...above, ...own];
  const name = textOf(layer, "Name");
  if (name) yield { name, title: textOf(layer, "Title") || name, box: boxOf(layer), systems };
  for (const inner of children(layer, "Layer")) yield* layersIn(inner, systems);
}

function boxOf(layer: Element): Box | null {
  const latest = within(layer, "EX_GeographicBoundingBox");
  const names = ["westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude"];
  if (latest) return boxFrom(names.map((name) => textOf(latest, name)));
  const older = within(layer, "LatLonBoundingBox");
  return older ? boxFrom(["minx", "miny", "maxx", "maxy"].map((name) => older.getAttribute(name))) : null;
}

export function wmsLayer({ name, title, box }: Omit<Described, "systems">, base: URL, version = "1.3.0"): Offered {
  return { name, title, box, from: { kind: "wms", url: base.href, layer: name, version } };
}
