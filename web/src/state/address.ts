/**
 * Keeps the address and the state the same: writes the permalink as the state changes, reads it when someone edits it.
 *
 * The only part of state/ that touches the browser; the format itself is in hash.ts.
 */
import type { Layer } from "../api/portal";
import { readHash, writeHash } from "./hash";
import { linked, sameRef, type State } from "./model";
import type { Store } from "./store";

/** The permalink of a state; "" while the map has no view yet. */
export function permalink(state: State): string {
  if (!state.view) return "";
  return writeHash({
    view: state.view,
    layers: [...state.layers],
    ...(state.opened ? { feature: state.opened.ref } : {}),
  });
}

export function bindAddress(store: Store<State>, layers: readonly Layer[]): void {
  store.watch(permalink, (hash) => {
    // replaceState and not location.hash: every pan would otherwise be a step of the Back button.
    if (hash && hash !== location.hash) history.replaceState(null, "", hash);
  });
  window.addEventListener("hashchange", () => {
    if (location.hash === permalink(store.get())) return;
    const link = readHash(location.hash);
    const state = store.get();
    const change = linked(layers, link, state);
    const same = sameRef(change.opened?.ref, state.opened?.ref);
    store.set({ ...change, opened: same ? state.opened : change.opened, here: [] });
  });
}
