/**
 * A place as the systems write it: one line for each, as it can be pasted into other programs.
 *
 * Pure. The decimal sign is a point in every language: what is copied is read by machines.
 */
import type { Key, Say } from "../../messages/messages";

/** One system of the service's answer (`/coordinates`): metres, easting first. */
export interface Told {
  code: number;
  x: number;
  y: number;
  /** Metres; null: not known. */
  accuracy: number | null;
}

export interface Line {
  id: string;
  title: string;
  text: string;
  accuracy: number | null;
}

export function degreesLines(lat: number, lon: number, say: Say): Line[] {
  return [
    { id: "degrees", title: say("coords_degrees"), text: `${lat.toFixed(6)}, ${lon.toFixed(6)}`, accuracy: 0 },
    { id: "dms", title: say("coords_dms"), text: `${sexagesimal(lat, "N", "S")} ${sexagesimal(lon, "E", "W")}`, accuracy: 0 },
  ];
}

/** 50°45'36.00"N: 0.01 second is some 30 cm. */
function sexagesimal(degrees: number, positive: string, negative: string): string {
  const hundredths = Math.round(Math.abs(degrees) * 360_000);
  const seconds = ((hundredths % 6000) / 100).toFixed(2).padStart(5, "0");
  const minutes = String(Math.floor(hundredths / 6000) % 60).padStart(2, "0");
  return `${Math.floor(hundredths / 360_000)}°${minutes}'${seconds}"${degrees < 0 ? negative : positive}`;
}

const PL_2000_ZONES: Record<number, number> = { 2176: 5, 2177: 6, 2178: 7, 2179: 8 };
const UTM_ZONES: Record<number, number> = { 25832: 32, 25833: 33, 25834: 34 };

/** The lines of one system: S-JTSK has two, for GIS programs and the survey write it with other signs and orders. */
export function linesOf({ code, x, y, accuracy }: Told, say: Say): Line[] {
  const line = (id: string, key: Key, text: string, zone = 0): Line => {
    return { id, title: say(key, { zone: String(zone) }), text, accuracy };
  };
  if (code === 5514) {
    return [
      line("5514", "coords_sjtsk", `${x.toFixed(2)}, ${y.toFixed(2)}`),
      line("5513", "coords_sjtsk_survey", `Y ${(-x).toFixed(2)} X ${(-y).toFixed(2)}`),
    ];
  }
  if (code === 2180) return [line("2180", "coords_pl1992", `X ${y.toFixed(2)} Y ${x.toFixed(2)}`)];
  if (PL_2000_ZONES[code]) return [line(String(code), "coords_pl2000", `X ${y.toFixed(2)} Y ${x.toFixed(2)}`, PL_2000_ZONES[code])];
  if (UTM_ZONES[code]) return [line(String(code), "coords_utm", `E ${x.toFixed(2)} N ${y.toFixed(2)}`, UTM_ZONES[code])];
  return [];
}

/** What a system is called everywhere; its number where it has no such name. */
export function systemName(code: number): string {
  const names: Record<number, string> = { 4326: "WGS 84", 5514: "S-JTSK", 2180: "PL-1992" };
  if (PL_2000_ZONES[code]) return `PL-2000 (${PL_2000_ZONES[code]})`;
  return names[code] ?? (UTM_ZONES[code] ? `UTM ${UTM_ZONES[code]}N` : `EPSG:${code}`);
}
