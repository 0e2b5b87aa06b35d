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
import { AREA_STORE, PAGE_STORE, SHELL_STORE } from "./stores";

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
  if (request.mode === "navigate") return MAP_PAGE.test(url.pathname) ? mapPage(request, url) : otherPage(request, url);
  if (url.pathname.startsWith("/assets/")) return asset(request);
  if (url.pathname === "/map/portal") return lastKnown(request, url.pathname + url.search);
  if (/^\/(ogc\/collections|backgrounds)\//.test(url.pathname)) return data(request, url);
  return null;
}

async function asset(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** The page of the map is the same whatever its address asks for; its list is another page, made by the service. */
function mapPage(request: Request, url: URL): Promise<Response> {
  return lastKnown(request, url.searchParams.has("view") ? null : url.pathname, () => noPage(url));
}

function otherPage(request: Request, url: URL): Promise<Response> {
  return fetch(request).catch(() => noPage(url));
}

/** The service's answer, which is kept under `name`; without a network the one kept last. */
async function lastKnown(request: Request, name: string | null, otherwise: () => Response = () => Response.error()): Promise<Response> {
  try {
    const answer = await fetch(request);
    const open = answer.ok && !/private|no-store/.test(answer.headers.get("Cache-Control") ?? "");
    if (open && name !== null) await (await caches.open(PAGE_STORE)).put(name, answer.clone());
    return answer;
  } catch {
    const kept = name === null ? undefined : await caches.match(name, { ignoreVary: true });
    return kept ?? otherwise();
  }
}

async function data(request: Request, url: URL): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = (await caches.match(request, { ignoreVary: true })) ?? (await feature(url));
    if (kept) return kept;
    throw error;
  }
}

/** One feature, out of the pages of features that were kept. */
async function feature({ pathname }: URL): Promise<Response | null> {
  const [, items, id] = ITEM.exec(pathname) ?? [];
  if (!items || !id) return null;
  for (const name of (await caches.keys()).filter((each) => each.startsWith(AREA_STORE))) {
    const store = await caches.open(name);
    for (const asked of await store.keys()) {
      if (new URL(asked.url).pathname !== items) continue;
      const page = (await (await store.match(asked))?.json()) as { features: { id: string | number }[] } | undefined;
      const found = page?.features.find((each) => String(each.id) === decodeURIComponent(id));
      if (found) return new Response(JSON.stringify(found), { headers: { "Content-Type": "application/geo+json" } });
    }
  }
  return null;
}

const WORDS: Record<string, { title: string; page: string; link: string }> = {
  cs: { title: titleCs, page: pageCs, link: linkCs },
  de: { title: titleDe, page: pageDe, link: linkDe },
  pl: { title: titlePl, page: pagePl, link: linkPl },
  en: { title: titleEn, page: pageEn, link: linkEn },
};

/** What stands where a page cannot be had: that there is no network, and the way to what was kept. */
function noPage({ pathname }: URL): Response {
  const lang = pathname.split("/")[1] ?? "";
  const known = lang in WORDS ? lang : "en";
  const { title = "", page = "", link = "" } = WORDS[known] ?? {};
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title}</title>`;
  const body = `<main><h1>${title}</h1><p>${page}</p><p><a href="/${known}/map">${link}</a></p></main>`;
  return new Response(`<!doctype html><html lang="${known}"><head>${head}</head><body>${body}</body></html>`, {
    status: 503,
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'" },
  });
}

