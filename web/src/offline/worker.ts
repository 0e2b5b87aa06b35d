/**
 * The service worker: makes the app open without a network, and answers for the areas that were kept.
 *
 * The network always comes first, but for files with their hash in the name: what is kept is never shown instead of what
 * is newer. Only this portal's own addresses are looked at, and nothing is kept that the service calls private.
 */
import { offline_link as linkCs, offline_page as pageCs, offline_title as titleCs } from "../messages/tools/cs.json";
import { offline_link as linkDe, offline_page as pageDe, offline_title as titleDe } from "../messages/tools/de.json";
import { offline_link as linkEn, offline_page as pageEn, offline_title as titleEn } from "../messages/tools/en.json";
import { offline_link as linkPl, offline_page as pagePl, offline_title as titlePl } from "../messages/tools/pl.json";
import { keptPages } from "./features";
import type { KeptData } from "./kept";
import { KEPT, PAGE_STORE, SHELL_STORE } from "./stores";

/** Set by build.mjs: the files of the app, and a name that changes with them. */
declare const SHELL: { version: string; files: string[] };

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Asked extends Lasting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Scope {
  addEventListener(kind: "install" | "activate", act: (event: Lasting) => void): void;
  addEventListener(kind: "fetch", act: (event: Asked) => void): void;
  skipWaiting(): Promise<void>;
  clients: { matchAll(what: { type: "window" }): Promise<{ postMessage(message: KeptData): void }[]> };
  location: Location;
}

const scope = self as unknown as Scope;
const MAP_PAGE = /^\/(cs|de|pl|en)\/map$/;
const ITEM = /^(\/ogc\/collections\/[^/]+\/items)\/([^/]+)$/;

scope.addEventListener("install", (event) => event.waitUntil(keepShell()));
scope.addEventListener("activate", (event) => event.waitUntil(forgetOldShells()));
scope.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== scope.location.origin) return;
  const answer = answerTo(event.request, url);
  if (answer) event.respondWith(answer);
});

async function keepShell(): Promise<void> {
  await (await caches.open(SHELL_STORE + SHELL.version)).addAll(SHELL.files);
  await scope.skipWaiting();
}

/** The one before stays: a page that is still open may yet load a part of it. */
async function forgetOldShells(): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith(SHELL_STORE));
  const others = shells.filter((name) => name !== SHELL_STORE + SHELL.version);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

/** null: the request is left to the browser. */
function answerTo(request: Request, url: URL): Promise<Response> | null {
  if (request.mode === "navigate") {
    told = undefined; // the page that comes has heard nothing
    return page(request, url);
  }
  if (url.pathname.startsWith("/assets/")) return asset(request);
  if (url.pathname === "/map/portal") return lastKnown(request, url.pathname + url.search);
  if (/^\/(ogc\/collections|backgrounds)\//.test(url.pathname)) return data(request, url);
  return null;
}

async function asset(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/**
 * The page of the map is the same whatever its address asks for; its list is another page, made by the service. A map in
 * the frame of another site is none of ours: its page may be framed by anybody, and so is not kept for all to open.
 */
function page(request: Request, url: URL): Promise<Response> | null {
  const isMap = MAP_PAGE.test(url.pathname) && !url.searchParams.has("view");
  if (isMap && url.searchParams.has("embed")) return null;
  const otherwise = (): Promise<Response> => noPage(request, url);
  return isMap ? lastKnown(request, url.pathname, otherwise) : fetch(request).catch(otherwise);
}

/** The service's answer, which is kept under `name`; without a network the one kept last. */
async function lastKnown(request: Request, name: string, otherwise: () => Response | Promise<Response> = () => Response.error()): Promise<Response> {
  const answer = await fetch(request).catch(() => null);
  if (!answer) return (await caches.match(name, { ignoreVary: true })) ?? otherwise();
  const open = answer.ok && !/private|no-store/.test(answer.headers.get("Cache-Control") ?? "");
  // A device that is full, or an answer that breaks off, keeps nothing; what came is shown all the same.
  if (open) await caches.open(PAGE_STORE).then((store) => store.put(name, answer.clone())).catch(() => undefined);
  return answer;
}

async function data(request: Request, url: URL): Promise<Response> {
  try {
    const answer = await fetch(request);
    await tell(null);
    return answer;
  } catch (error) {
    if (request.signal.aborted) throw error; // called off by the page: that says nothing of the network
    const kept = await caches.match(request, { ignoreVary: true });
    if (kept) await tell(kept.headers.get(KEPT));
    const found = kept ?? (await feature(url));
    if (found) return found;
    throw error;
  }
}

/** What the pages were told last, by this worker since it was woken. */
let told: string | null | undefined;

/** Tells the pages when the oldest of their data were fetched: just now, from the network (null), or kept then. */
async function tell(keptAt: string | null): Promise<void> {
  if (keptAt === told || (keptAt && told && told < keptAt)) return;
  told = keptAt;
  for (const page of await scope.clients.matchAll({ type: "window" })) page.postMessage({ keptAt });
}

/** One feature, out of the pages of features that were kept. */
async function feature({ pathname }: URL): Promise<Response | null> {
  const [, items, id] = ITEM.exec(pathname) ?? [];
  if (!items || !id) return null;
  for await (const page of keptPages(items)) {
    const found = page.find((each) => String(each.id) === decodeURIComponent(id));
    if (found) return new Response(JSON.stringify(found), { headers: { "Content-Type": "application/geo+json" } });
  }
  return null;
}

const WORDS: Record<string, { title: string; page: string; link: string }> = {
  cs: { title: titleCs, page: pageCs, link: linkCs },
  de: { title: titleDe, page: pageDe, link: linkDe },
  pl: { title: titlePl, page: pagePl, link: linkPl },
  en: { title: titleEn, page: pageEn, link: linkEn },
};

/**
 * What stands where a page cannot be had: that there is no network, and the way back to the map that one came from, else
 * to the one that is kept. In the language of the page, if its address names one.
 */
async function noPage({ referrer }: Request, { pathname, searchParams }: URL): Promise<Response> {
  const kept = (await (await caches.open(PAGE_STORE)).keys()).map(({ url }) => new URL(url).pathname).filter((path) => MAP_PAGE.test(path));
  const before = referrer ? new URL(referrer) : null;
  const back = before && before.origin === scope.location.origin && kept.includes(before.pathname) ? before : null;
  const candidates = [languageIn(pathname), searchParams.get("lang"), languageIn(back?.pathname), languageIn(kept[0]), "en"];
  const known = candidates.find((lang) => lang && Object.hasOwn(WORDS, lang)) ?? "en";
  const own = kept.find((path) => languageIn(path) === known) ?? kept[0] ?? `/${known}/map`;
  const map = back ? back.pathname + back.search : own;
  const { title = "", page = "", link = "" } = WORDS[known] ?? {};
  const style = SHELL.files.filter((path) => path.endsWith(".css")).map((path) => `<link rel="stylesheet" href="${path}">`).join("");
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title}</title>${style}`;
  const body = `<main class="noscript"><h1>${title}</h1><p>${page}</p><p><a href="${map.replaceAll("&", "&amp;")}">${link}</a></p></main>`;
  return new Response(`<!doctype html><html lang="${known}"><head>${head}</head><body>${body}</body></html>`, {
    status: 503,
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'; style-src 'self'" },
  });
}

function languageIn(path: string | undefined): string {
  return path?.split("/")[1] ?? "";
}
