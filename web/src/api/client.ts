/**
 * Asks the service for JSON or bytes, and says in the app's own terms what went wrong when it does not come.
 *
 * Everything that talks to the network goes through `get`, so errors and waiting are the same everywhere.
 */

/** busy: the service asks to come back later; offline: no answer; refused: asking again would not help. */
export type Trouble = "busy" | "offline" | "refused";

export class ServiceError extends Error {
  constructor(
    readonly trouble: Trouble,
    /** Seconds after which it makes sense to ask again; null when it does not. */
    readonly retryAfter: number | null,
    message: string,
  ) {
    super(message);
  }
}

/** What went wrong, in these terms; what is none of the service's errors is "refused". */
export function serviceError(error: unknown): ServiceError {
  return error instanceof ServiceError ? error : new ServiceError("refused", null, String(error));
}

const OFFLINE_PAUSE = 10;
const BUSY_PAUSE = 5;
const LONGEST_PAUSE = 120;

/** Raises ServiceError, or the AbortError of `signal`. Only this portal is ever asked. */
export async function getJson<T>(address: string, signal?: AbortSignal): Promise<T> {
  return get(address, signal, async (response) => (await response.json()) as T);
}

/** The bytes at an address, none when the service says that there is nothing (204). Raises as `getJson`. */
export async function getBytes(address: string, signal: AbortSignal): Promise<Uint8Array> {
  return get(address, signal, async (response) => new Uint8Array(await response.arrayBuffer()));
}

async function get<T>(address: string, signal: AbortSignal | undefined, read: (response: Response) => Promise<T>): Promise<T> {
  const lost = (error: unknown): never => {
    throw signal?.aborted ? error : new ServiceError("offline", OFFLINE_PAUSE, String(error));
  };
  const response = await fetch(address, { ...(signal ? { signal } : {}), credentials: "same-origin" }).catch(lost);
  if (response.ok) return read(response).catch(lost); // the connection can break in the middle of an answer
  const busy = response.status === 503 || response.status === 429 || response.status === 502 || response.status === 504;
  const pause = busy ? pauseOf(response.headers.get("Retry-After")) : null;
  throw new ServiceError(busy ? "busy" : "refused", pause, `${response.status} ${address}`);
}

/** Seconds said by a Retry-After header: a number or an HTTP date. */
export function pauseOf(header: string | null, now: number = Date.now()): number {
  if (header === null || header.trim() === "") return BUSY_PAUSE;
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(LONGEST_PAUSE, Math.max(1, Math.ceil(seconds))) : BUSY_PAUSE;
}

/** The part of a link that stays on this host: the service may be published under another name than it is asked by. */
export function sameHost(link: string): string {
  const address = new URL(link, location.href);
  return address.pathname + address.search;
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
