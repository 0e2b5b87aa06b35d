/** The features that are kept with areas, as pages of the service's own answers: for the service worker and for the list. */
import type { Feature } from "../geometry/feature";
import { AREA_STORE } from "./stores";

/** Every kept page of a collection's features (`items`: the path of its features), of all areas; one feature may be in several. */
export async function* keptPages(items: string): AsyncGenerator<Feature[]> {
  for (const name of (await caches.keys()).filter((each) => each.startsWith(AREA_STORE))) {
    const store = await caches.open(name);
    for (const asked of await store.keys()) {
      if (new URL(asked.url).pathname !== items) continue;
      const page = (await (await store.match(asked))?.json()) as { features: Feature[] } | undefined;
      if (page) yield page.features;
    }
  }
}
