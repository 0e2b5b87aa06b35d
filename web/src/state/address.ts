/**
 * Keeps the address of the page and the state the same.
 *
 * The only part of state/ that touches the browser; the format itself is in query.ts.
 */
import type { Portal } from "../api/portal";
import type { Panel, State } from "./model";
import { readQuery, writeQuery, type Link } from "./query";
import type { Store } from "./store";

/** What of the state a link holds. Filters and opacities of layers that are off are not worth a word. */
export function linkOf(state: State, portal: Portal): Link {
  const on = (id: string): boolean => state.layers.includes(id);
  const link: Link = {
    layers: [...state.layers],
    opacity: Object.fromEntries(Object.entries(state.opacity).filter(([id]) => on(id))),
    where: Object.fromEntries(Object.entries(state.where).filter(([id]) => on(id))),
  };
  if (state.view) link.view = state.view;
  if (state.date) link.date = state.date;
  if (state.opened) link.feature = state.opened.ref;
  if (portal.backgrounds.length > 0) link.background = state.background;
  if (state.swipe) link.swipe = state.swipe;
  if (state.mark) link.mark = state.mark;
  if (state.embed) link.embed = true;
  return link;
}

/** The query of the state's own link, without "?"; "" while the map has no view yet. */
export function permalink(state: State, portal: Portal): string {
  return state.view ? writeQuery(linkOf(state, portal)) : "";
}

/** The address of the map in a language, from the host's root. */
export function mapAddress(lang: string, query: string): string {
  return `/${lang}/map${query && `?${query}`}`;
}

/** What the address of this page says. */
export function readAddress(): Link {
  return readQuery(location.search);
}

/** The panel that was open when the reader went from here to another page, or loaded this one again. */
export function keptPanel(otherwise: Panel | null): Panel | null {
  const kept: unknown = history.state;
  if (typeof kept !== "object" || kept === null || !("panel" in kept)) return otherwise;
  return kept.panel === "layers" || kept.panel === "list" || kept.panel === "tools" ? kept.panel : null;
}

export function bindAddress(store: Store<State>, portal: Portal): void {
  store.watch(
    (state) => permalink(state, portal),
    (query) => {
      // replaceState and not pushState: every pan would otherwise be a step of the Back button.
      if (query && `?${query}` !== location.search) history.replaceState(history.state, "", `?${query}`);
    },
  );
  // Not a matter of links, but of coming back.
  store.watch(
    (state) => state.panel,
    (panel) => panel !== keptPanel(null) && history.replaceState({ panel }, ""),
  );
}
