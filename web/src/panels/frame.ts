/**
 * What stands round the map: title and languages, the two tabs and their panel, notices, sources, skip links.
 *
 * Each function takes its element of index.html and follows the state.
 */
import type { Layer, Portal } from "../api/portal";
import { LANGUAGES, type Language, type Say } from "../messages/messages";
import { permalink } from "../state/address";
import { layersOf, type Panel, type State } from "../state/model";
import type { Store } from "../state/store";
import { byId, closeButton, fill, icon, LINES, make, STACK } from "./dom";

const NAMES: Record<Language, string> = { cs: "Čeština", de: "Deutsch", pl: "Polski", en: "English" };

export function brand(portal: Portal, lang: Language, say: Say, store: Store<State>): void {
  document.title = portal.title;
  const offered = LANGUAGES.filter((each) => portal.languages.includes(each));
  const links = offered.map((each) => {
    const properties = { lang: each, hreflang: each, title: NAMES[each], "aria-label": NAMES[each] };
    const link = make("a", { ...properties, href: `/${each}/` }, each);
    if (each === lang) link.setAttribute("aria-current", "page");
    return link;
  });
  // The other language opens on the same map: same place, same layers, same card.
  store.watch(permalink, (hash) => links.forEach((link, at) => (link.href = `/${offered[at]}/${hash}`)));
  const nav = make("nav", { className: "languages", "aria-label": say("language") }, ...links);
  fill(byId("brand"), make("h1", {}, portal.title), nav);
}

export function skipLinks(say: Say, store: Store<State>): void {
  const toList = (): void => {
    store.set({ panel: "list" });
    byId("panel").focus();
  };
  fill(
    byId("skip"),
    make("button", { type: "button", onclick: () => byId("map").focus() }, say("skip_map")),
    make("button", { type: "button", onclick: toList }, say("skip_list")),
  );
}

/** Two buttons that open and shut the panel below them; one panel is open at a time. */
export function tabs(panels: Record<Panel, HTMLElement>, say: Say, store: Store<State>): void {
  const panel = byId("panel");
  const button = (name: Panel, path: string): HTMLButtonElement => {
    const toggle = (): void => store.set({ panel: store.get().panel === name ? null : name });
    const properties = { type: "button", id: `tab-${name}`, "aria-controls": "panel", onclick: toggle };
    return make("button", properties, icon(path), say(name));
  };
  const buttons = { layers: button("layers", STACK), list: button("list", LINES) };
  fill(byId("tabs"), buttons.layers, buttons.list);
  panel.tabIndex = -1;
  const shut = (): void => {
    const name = store.get().panel;
    store.set({ panel: null });
    if (name) buttons[name].focus();
  };
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || store.get().opened) return;
    event.preventDefault();
    shut();
  });
  store.watch(
    (state) => state.panel,
    (open) => {
      for (const name of ["layers", "list"] as const) buttons[name].setAttribute("aria-expanded", String(open === name));
      panel.hidden = open === null;
      if (!open) return;
      const title = say(open === "list" ? "list_title" : "layers");
      panel.setAttribute("aria-label", title);
      fill(panel, make("div", { className: "panel-head" }, make("h2", {}, title), closeButton(say("close"), shut)), panels[open]);
    },
  );
}

export function notice(portal: Portal): void {
  byId("notice").textContent = portal.notice;
  byId("notice").hidden = !portal.notice;
}

/** Who the data on the map come from. */
export function sources(portal: Portal, say: Say, store: Store<State>): void {
  const layers = layersOf(portal);
  store.watch(
    (state) => state.layers,
    (on) => {
      const names = new Set(layers.filter((layer) => on.includes(layer.id)).map((layer: Layer) => layer.attribution));
      byId("sources").textContent = names.size > 0 ? say("source", { source: [...names].join(" · ") }) : "";
    },
  );
}
