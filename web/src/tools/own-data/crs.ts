/**
 * Coordinate systems of own files: which one a file says, and how its coordinates come to longitude and latitude.
 *
 * Known are those of the three states and of the web. One that is not known is refused by name: a file that is shown
 * must be shown where it is. S-JTSK by seven parameters (EPSG:1623) is right to about a metre, which is enough to look at.
 */
import proj4 from "proj4";
import { FileTrouble, type Move } from "./reading";

const GRS80 = "+ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs";
/** Poland's zones of three degrees: x begins with the number of the zone. */
const polish2000 = (zone: number): string => `+proj=tmerc +lat_0=0 +lon_0=${zone * 3} +k=0.999923 +x_0=${zone}500000 +y_0=0 ${GRS80}`;

const JTSK = "+proj=krovak +lat_0=49.5 +lon_0=24.8333333333333 +alpha=30.2881397527778 +k=0.9999 +x_0=0 +y_0=0 +ellps=bessel +towgs84=570.8,85.7,462.8,4.998,1.587,5.261,3.56 +units=m +no_defs";
const PROJECTED: Record<number, [name: string, definition: string]> = {
  5514: ["S-JTSK / Krovak East North", JTSK],
  2180: ["ETRF2000-PL / CS92", `+proj=tmerc +lat_0=0 +lon_0=19 +k=0.9993 +x_0=500000 +y_0=-5300000 ${GRS80}`],
  2176: ["ETRF2000-PL / CS2000/15", polish2000(5)],
  2177: ["ETRF2000-PL / CS2000/18", polish2000(6)],
  2178: ["ETRF2000-PL / CS2000/21", polish2000(7)],
  2179: ["ETRF2000-PL / CS2000/24", polish2000(8)],
  25832: ["ETRS89 / UTM 32N", `+proj=utm +zone=32 ${GRS80}`],
  25833: ["ETRS89 / UTM 33N", `+proj=utm +zone=33 ${GRS80}`],
  25834: ["ETRS89 / UTM 34N", `+proj=utm +zone=34 ${GRS80}`],
  32632: ["WGS 84 / UTM 32N", "+proj=utm +zone=32 +datum=WGS84 +units=m +no_defs"],
  32633: ["WGS 84 / UTM 33N", "+proj=utm +zone=33 +datum=WGS84 +units=m +no_defs"],
  32634: ["WGS 84 / UTM 34N", "+proj=utm +zone=34 +datum=WGS84 +units=m +no_defs"],
  3857: ["WGS 84 / Web Mercator", "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs"],
};
/** Longitude and latitude, which differ by less than anybody sees on a map. */
const GEOGRAPHIC: Record<number, string> = { 4326: "WGS 84", 4258: "ETRS89", 4979: "WGS 84" };

export interface Crs {
  name: string;
  move: Move;
}

export const LON_LAT: Crs = { name: "WGS 84", move: (position) => position };

/** Raises FileTrouble for a system that is not known here. */
export function crsOf(code: number): Crs {
  const geographic = GEOGRAPHIC[code];
  if (geographic) return { name: `${geographic} (EPSG:${code})`, move: (position) => position };
  const known = PROJECTED[code];
  if (!known) throw new FileTrouble("own_crs", { crs: `EPSG:${code}` });
  const { inverse } = proj4(known[1]);
  return {
    name: `${known[0]} (EPSG:${code})`,
    move: ([x, y]) => {
      const [lon = NaN, lat = NaN] = inverse([x, y]);
      return [lon, lat];
    },
  };
}

/** The system that a GeoJSON file names in its old member `crs`; longitude and latitude where it has none (RFC 7946). */
export function crsNamed(name: string | null): Crs {
  if (name === null || /CRS84h?$/i.test(name)) return LON_LAT;
  const code = /EPSG(?::[\d.]*)?[:/](?:[\d.]+\/)?(\d{4,6})$/i.exec(name)?.[1];
  if (!code) throw new FileTrouble("own_crs", { crs: name.slice(0, 80) });
  return crsOf(Number(code));
}
