/** WMS 1.3.0 and 1.1.1: layers of its capabilities, of those that can be drawn in Web Mercator. */
import type { Box } from "../../geometry/box";
import { withParameters } from "./address";
import { formOf } from "./info";
import { isWebMercator, type Offered, type Service } from "./offered";
import { boxFrom, children, textOf, within } from "./xml";

const XLINK = "http://www.w3.org/1999/xlink";

/** Of a document whose root is that of a WMS; null for any other. `mayAsk` tells which addresses can be asked at all. */
export function readWms(root: Element, base: URL, mayAsk: (address: URL) => boolean): Service | null {
  const isWms = root.localName === "WMS_Capabilities" || root.localName === "WMT_MS_Capabilities";
  const top = within(root, "Capability", "Layer");
  if (!isWms || !top) return null;
  const version = root.getAttribute("version")?.startsWith("1.1") ? "1.1.1" : "1.3.0";
  const form = formOf(children(within(root, "Capability", "Request", "GetFeatureInfo"), "Format").map((each) => each.textContent?.trim() ?? ""));
  const found = [...layersIn(top, { systems: [], source: "" })];
  const layers = found
    .filter(({ systems }) => systems.some(isWebMercator))
    .map(({ name, title, box, source, element }): Offered => {
      const info = element.getAttribute("queryable") === "1" ? form : null;
      return { name, title, box, source, legend: legendOf(element, base, mayAsk), from: { kind: "wms", url: base.href, layer: name, version, info } };
    });
  return { title: textOf(root, "Service", "Title"), layers, left: found.length - layers.length };
}

/** What is handed down in the tree of layers. */
interface Inherited {
  systems: readonly string[];
  source: string;
}

interface Described extends Inherited {
  name: string;
  title: string;
  box: Box | null;
  element: Element;
}

/** Layers that can be asked for, in the order of the tree. */
function* layersIn(layer: Element, above: Inherited): Generator<Described> {
  const own = [...children(layer, "CRS"), ...children(layer, "SRS")].flatMap((each) => (each.textContent ?? "").trim().split(/\s+/));
  const systems = [...above.systems, ...own];
  const source = textOf(layer, "Attribution", "Title") || above.source;
  const name = textOf(layer, "Name");
  if (name) yield { name, title: textOf(layer, "Title") || name, box: boxOf(layer), systems, source, element: layer };
  for (const inner of children(layer, "Layer")) yield* layersIn(inner, { systems, source });
}

/** A server behind another often names itself as only it knows itself: then its own address is asked with the same question. */
function legendOf(layer: Element, base: URL, mayAsk: (address: URL) => boolean): string | null {
  const resource = within(layer, "Style", "LegendURL", "OnlineResource");
  const href = resource?.getAttributeNS(XLINK, "href") ?? "";
  if (!URL.canParse(href, base.href)) return null;
  const address = new URL(href, base);
  return mayAsk(address) ? address.href : withParameters(base, Object.fromEntries(address.searchParams));
}

function boxOf(layer: Element): Box | null {
  const latest = within(layer, "EX_GeographicBoundingBox");
  const names = ["westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude"];
  if (latest) return boxFrom(names.map((name) => textOf(latest, name)));
  const older = within(layer, "LatLonBoundingBox");
  return older ? boxFrom(["minx", "miny", "maxx", "maxy"].map((name) => older.getAttribute(name))) : null;
}
