/** Opens one file of the reader's: by what stands in it, not by what it is called. */
import { readGeoJson } from "./geojson";
import { readGeoPackage } from "./geopackage";
import { FileTrouble, MOST_BYTES, type OwnLayer } from "./reading";
import { isSqlite } from "./sqlite";
import { readXml } from "./xml";
import { unpacked } from "./zip";

/** What of a `File` is needed. */
export interface Handed {
  name: string;
  size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The layers of a file, at least one, and at least one feature in them. Raises FileTrouble. */
export async function readFile(file: Handed): Promise<OwnLayer[]> {
  if (file.size > MOST_BYTES) throw new FileTrouble("own_large", { n: Math.ceil(file.size / 1024 / 1024), most: MOST_BYTES / 1024 / 1024 });
  const held = await file.arrayBuffer().catch((): never => {
    throw new FileTrouble("own_unreadable");
  });
  const bytes = new Uint8Array(held);
  const layers = layersOf(isZip(bytes) ? await kmlIn(bytes) : bytes, file.name);
  if (layers.every((layer) => layer.features.length === 0)) throw new FileTrouble("own_empty");
  return layers.filter((layer) => layer.features.length > 0);
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** The map of a KMZ. A ZIP without one (a Shapefile) is not for us. */
async function kmlIn(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const found = await unpacked(bytes, /\.kml$/i);
  if (!found) throw new FileTrouble("own_packed");
  return found;
}

function layersOf(bytes: Uint8Array, name: string): OwnLayer[] {
  if (isSqlite(bytes)) return readGeoPackage(bytes, name);
  const text = textOf(bytes);
  const first = text.trimStart()[0];
  if (first === "{" || first === "[") return readGeoJson(text, name);
  if (first === "<") return readXml(text, name);
  throw new FileTrouble("own_kind");
}

/** The text in UTF-8, or in the encoding that XML names for itself. */
function textOf(bytes: Uint8Array): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const named = /^[^<]*<\?xml[^>]*encoding=["']([\w-]+)["']/.exec(head)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(named).decode(bytes);
  } catch {
    throw new FileTrouble("own_broken"); // an encoding that nobody knows
  }
}
