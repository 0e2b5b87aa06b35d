/** Keeps areas on this device, lists them, and takes them away again; each has a store of its own in the browser. */
import { isAbort, pauseOf, sameHost, ServiceError } from "../api/client";
import type { Plan } from "./plan";
import { ABOUT, AREA_STORE, KEPT, type KeptArea } from "./stores";

/** What one area may take: more is no area any more, and a phone's memory is not ours. */
export const MOST_FILES = 3000;
export const MOST_BYTES = 60 * 2 ** 20;
const AT_ONCE = 4;
const MOST_PAGES = 10;
const PATIENCE = 3;

/** The area is larger than may be kept. */
export class TooMuch extends Error {}

export async function keptAreas(): Promise<KeptArea[]> {
  const names = (await caches.keys()).filter((name) => name.startsWith(AREA_STORE));
  const found = await Promise.all(names.map(async (name) => (await caches.open(name)).match(ABOUT)));
  const areas = await Promise.all(found.flatMap((each) => (each ? [each.json() as Promise<KeptArea>] : [])));
  return areas.sort((a, b) => b.at.localeCompare(a.at));
}

export async function forget({ id }: Pick<KeptArea, "id">): Promise<void> {
  await caches.delete(AREA_STORE + id);
}

/**
 * Fetches all that the plan names and keeps it in place of what the area held before. `told` hears how many of how many
 * are here. Raises TooMuch, ServiceError, or the AbortError of `signal`; then nothing of it is left, and what was, stays.
 */
export async function keep(
  area: Omit<KeptArea, "at" | "files" | "bytes">,
  plan: Plan,
  told: (here: number, all: number) => void,
  signal: AbortSignal,
): Promise<KeptArea> {
  if (plan.files.length + plan.pages.length > MOST_FILES) throw new TooMuch();
  const fresh = `${AREA_STORE}${area.id}-coming`;
  await caches.delete(fresh);
  try {
    const at = new Date().toISOString();
    const { files, bytes } = await fetchAll({ store: await caches.open(fresh), at }, plan, told, signal);
    const kept: KeptArea = { ...area, at, files, bytes };
    await move(fresh, AREA_STORE + area.id, kept);
    return kept;
  } finally {
    await caches.delete(fresh);
  }
}

/** A store that is being filled, since when. */
interface Filling {
  store: Cache;
  at: string;
}

async function fetchAll(store: Filling, plan: Plan, told: (here: number, all: number) => void, signal: AbortSignal): Promise<{ files: number; bytes: number }> {
  const pages = new Map(plan.pages.map((address) => [address, 1]));
  const waiting = [...plan.files, ...plan.pages];
  let [here, bytes, all] = [0, 0, waiting.length];
  const work = async (): Promise<void> => {
    for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
      const body = await fetchPatiently(store, address, signal);
      const page = pages.get(address);
      const next = page !== undefined && page < MOST_PAGES ? nextOf(body) : null;
      if (next !== null && page !== undefined) {
        pages.set(next, page + 1);
        waiting.push(next);
        all += 1;
      }
      bytes += body.byteLength;
      if (bytes > MOST_BYTES) throw new TooMuch();
      told((here += 1), all);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { files: here, bytes };
}

/** The body of an answer, which is kept. A service that is busy is asked again when it says. */
async function fetchPatiently({ store, at }: Filling, address: string, signal: AbortSignal): Promise<ArrayBuffer> {
  for (let turn = 1; ; turn += 1) {
    const answer = await fetch(address, { signal, credentials: "same-origin" }).catch((error: unknown) => {
      throw isAbort(error) ? error : new ServiceError("offline", null, String(error));
    });
    if (answer.headers.has(KEPT)) throw new ServiceError("offline", null, address);
    if (answer.ok) {
      if (/private|no-store/.test(answer.headers.get("Cache-Control") ?? "")) throw new ServiceError("refused", null, `private: ${address}`);
      const body = await answer.arrayBuffer();
      // Its encoding was undone by the browser, so only its kind is kept of the headers.
      const headers = { "Content-Type": answer.headers.get("Content-Type") ?? "application/octet-stream", [KEPT]: at };
      await store.put(address, new Response(answer.status === 204 ? null : body, { status: answer.status, headers }));
      return body;
    }
    const busy = answer.status === 503 || answer.status === 429;
    if (!busy || turn === PATIENCE) throw new ServiceError(busy ? "busy" : "refused", null, `${answer.status} ${address}`);
    await pause(1000 * pauseOf(answer.headers.get("Retry-After")), signal);
  }
}

/** Resolves after so many milliseconds, or at once when it is called off. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

function nextOf(body: ArrayBuffer): string | null {
  const page = JSON.parse(new TextDecoder().decode(body)) as { links?: { rel: string; href: string }[] };
  const link = page.links?.find(({ rel }) => rel === "next");
  return link ? sameHost(link.href) : null;
}

/** Puts a complete store in the place of another; its description comes last, and without it there is no area. */
async function move(from: string, to: string, about: KeptArea): Promise<void> {
  await caches.delete(to);
  const [source, target] = [await caches.open(from), await caches.open(to)];
  for (const asked of await source.keys()) {
    const answer = await source.match(asked);
    if (answer) await target.put(asked, answer);
  }
  await target.put(ABOUT, new Response(JSON.stringify(about), { headers: { "Content-Type": "application/json" } }));
}
