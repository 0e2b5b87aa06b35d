/**
 * Makes the app one that opens without a network: after the first map is drawn, so that nobody waits for it.
 *
 * The first page was loaded without the service worker; so the page itself lays down what it was made of.
 */
import type { Language } from "../messages/messages";
import { PAGE_STORE } from "./stores";

/** Milliseconds after the page has loaded. */
const LATER = 3000;

/** Browsers offer it on https and on localhost only; elsewhere nothing happens. */
export function openWithoutNetwork(lang: Language): void {
  if (!("serviceWorker" in navigator)) return;
  const begin = (): void => void setTimeout(() => void register(lang).catch(() => undefined), LATER);
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin, { once: true });
}

/** Once done, page and portal of the language are kept. Raises what the browser says when it refuses. */
export async function register(lang: Language): Promise<void> {
  await navigator.serviceWorker.register("/offline.js");
  await navigator.serviceWorker.ready;
  const store = await caches.open(PAGE_STORE);
  for (const address of [`/${lang}/map`, `/map/portal?lang=${lang}`]) {
    if (!(await store.match(address, { ignoreVary: true }))) await store.add(address);
  }
}
