/** Own GPX and KML, which are always in longitude and latitude: the browser's XML parser, then togeojson. */
import { gpx, kml } from "@tmcw/togeojson";
import { faultOf, isRecord } from "../foreign";
import { LON_LAT } from "./crs";
import { FileTrouble, Gathering, type OwnLayer } from "./reading";

/** Raises FileTrouble for XML that cannot be read, and for what is neither GPX nor KML. */
export function readXml(text: string, name: string): OwnLayer[] {
  // Neither format has document types; where one stands, entities are to be expected that grow without end.
  const fault = faultOf(text);
  if (fault) throw new FileTrouble(fault === "doctype" ? "own_doctype" : "own_broken");
  const document = new DOMParser().parseFromString(text, "application/xml");
  if (document.getElementsByTagName("parsererror").length > 0) throw new FileTrouble("own_broken");
  const root = document.documentElement.localName;
  if (root !== "gpx" && root !== "kml") throw new FileTrouble("own_no_map");
  const gathering = new Gathering(LON_LAT.move);
  for (const { geometry, properties } of (root === "gpx" ? gpx : kml)(document).features) gathering.add(geometry, plain(properties));
  return [{ name, features: gathering.features, crs: LON_LAT.name, left: gathering.left }];
}

/** What people wrote; what the reader adds for drawing (styles, the times of every point) is left out. */
function plain(properties: unknown): Record<string, unknown> {
  const kept = Object.entries(isRecord(properties) ? properties : {}).filter(
    ([key, value]) => !/^(_|styleUrl$|styleHash$|icon|stroke|fill|coordinateProperties$|styleMapHash$)/.test(key) && typeof value !== "object",
  );
  return Object.fromEntries(kept);
}
