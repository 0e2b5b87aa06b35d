/** Opens features: what a card shows is taken from what is loaded, else fetched; the layer is switched on with it. */
import { isAbort, serviceError } from "../api/client";
import type { Layer } from "../api/portal";
import type { Feature } from "../geometry/feature";
import { sameRef, switched, type FeatureRef, type Opened, type State } from "./model";
import type { Store } from "./store";

export function open(store: Store<State>, layer: Layer, id: string, feature: Feature | null): void {
  const state = store.get();
  const ref = { collection: layer.id, id };
  const opened: Opened = { ref, layer, feature, trouble: null };
  store.set({ opened, here: [opened], layers: switched(state.layers, layer.id, true, state.natural) });
}

/** Completes every card that is opened without its feature, whoever opened it: the search, a link, the address bar. */
export function completeOpened(
  store: Store<State>,
  find: (ref: FeatureRef) => Feature | null,
  fetch: (layer: Layer, id: string, signal: AbortSignal) => Promise<Feature>,
): void {
  let asking: AbortController | null = null;
  store.watch(
    (state) => state.opened,
    (opened) => {
      if (!opened || opened.feature || opened.trouble) return;
      const known = find(opened.ref);
      if (known) return store.set({ opened: { ...opened, feature: known } });
      asking?.abort();
      asking = new AbortController();
      void complete(opened, asking.signal);
    },
  );

  async function complete(opened: Opened, signal: AbortSignal): Promise<void> {
    const change = await fetch(opened.layer, opened.ref.id, signal).then(
      (feature) => ({ feature }),
      (error: unknown) => (isAbort(error) ? null : { trouble: serviceError(error).trouble }),
    );
    const now = store.get().opened;
    if (change && now && sameRef(now.ref, opened.ref)) store.set({ opened: { ...now, ...change } });
  }
}
