/** Asks the service for places: by degrees, or by what somebody typed (`/coordinates`, service/coordinates). */
import { getJson } from "../../api/client";
import type { Told } from "./writing";

export interface Place {
  lon: number;
  lat: number;
  /** EPSG number of the system in which it was written; 4326 for degrees. */
  code: number;
  /** Whether it lies in the portal's region. */
  inside: boolean;
  systems: Told[];
}

/** Raises ServiceError, or the AbortError of `signal`. */
export async function askPlace(lat: number, lon: number, signal: AbortSignal): Promise<Place | null> {
  return (await ask({ lon: lon.toFixed(8), lat: lat.toFixed(8) }, signal))[0] ?? null;
}

/** The places that a text may mean, the likeliest first; none if it is not coordinates. Raises as `askPlace`. */
export function askTyped(text: string, signal: AbortSignal): Promise<Place[]> {
  return ask({ q: text }, signal);
}

async function ask(question: Record<string, string>, signal: AbortSignal): Promise<Place[]> {
  return (await getJson<{ places: Place[] }>(`/coordinates?${new URLSearchParams(question)}`, signal)).places;
}
