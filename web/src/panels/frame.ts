/**
 * What stands round the map: title and languages, the tabs and their panel, notices, sources, skip links.
 *
 * Each function takes its element of index.html and follows the state.
 */
import type { Layer, Portal } from "../api/portal";
import { LANGUAGES, type Key, type Language, type Say } from "../messages/messages";
import { mapAddress, permalink } from "../state/address";
import { layersOf, type Panel, type State } from "../state/model";
import type { Store } from "../state/store";
import { endsWithPanel, toolTitle } from "../tools/panel";
import { BACK, byId, closeButton, fill, icon, LINES, make, STACK, TOOLBOX } from "./dom";

const NAMES: Record<Language, string> = { cs: "Čeština", de: "Deutsch", pl: "Polski", en: "English" };
const PAGES = [
  ["here", "here"],
  ["datasets", "page_datasets"],
  ["dashboards", "page_dashboards"],
  ["help", "page_help"],
] as const;
const TABS = [
  ["layers", STACK],
  ["list", LINES],
  ["tools", TOOLBOX],
] as const;

export function brand(portal: Portal, lang: Language, say: Say, store: Store<State>): void {
  document.title = portal.title;
  const offered = LANGUAGES.filter((each) => portal.languages.includes(each));
  const links = offered.map((each) => {
    const properties = { lang: each, hreflang: each, title: NAMES[each], "aria-label": `${each} – ${NAMES[each]}` };
    const link = make("a", { ...properties, href: mapAddress(each, "") }, each);
    if (each === lang) link.setAttribute("aria-current", "page");
    return link;
  });
  // The other language opens on the same map: same place, same layers, same card.
  store.watch(
    (state) => permalink(state, portal),
    (query) => links.forEach((link, at) => (link.href = mapAddress(offered[at] ?? lang, query))),
  );
  const nav = make("nav", { className: "languages", "aria-label": say("language") }, ...links);
  fill(byId("brand"), make("h1", {}, make("a", { href: `/${lang}/` }, portal.title)), nav);
}

/** The portal's other pages. On a narrow screen the title leads home, where all of them are. */
export function pages(lang: Language, say: Say): void {
  const links = PAGES.map(([path, title]) => make("a", { href: `/${lang}/${path}` }, say(title)));
  byId("pages").setAttribute("aria-label", say("portal_pages"));
  fill(byId("pages"), ...links);
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

/** Buttons that open and shut the panel below them; one panel is open at a time. */
export function tabs(panels: Record<Panel, HTMLElement>, say: Say, store: Store<State>): void {
  const panel = byId("panel");
  const button = ([name, path]: (typeof TABS)[number]): HTMLButtonElement => {
    const toggle = (): void => (store.get().panel === name ? shut() : store.set({ panel: name }));
    const properties = { type: "button", id: `tab-${name}`, "aria-controls": "panel", onclick: toggle };
    return make("button", properties, icon(path), make("span", {}, say(name)));
  };
  const buttons = TABS.map(button);
  fill(byId("tabs"), ...buttons);
  panel.tabIndex = -1;
  const shut = (): void => {
    const { panel: name, tool } = store.get();
    store.set({ panel: null, ...(name === "tools" && endsWithPanel(tool) ? { tool: null } : {}) });
    if (name) byId(`tab-${name}`).focus();
  };
  leadBack(panel, store, shut);
  store.watch(
    ({ panel: open, tool }) => `${open ?? ""} ${open === "tools" ? (tool ?? "") : ""}`,
    () => {
      const { panel: open, tool } = store.get();
      TABS.forEach(([name], at) => buttons[at]?.setAttribute("aria-expanded", String(open === name)));
      panel.hidden = open === null;
      if (open) showPanel(panel, head(titleOf(open, tool), open === "tools" && tool !== null, { say, store, shut }), panels[open]);
    },
  );
  store.watch(
    (state) => state.tool,
    (tool) => {
      byId("tab-tools").classList.toggle("in-use", tool !== null);
      if (!tool) return;
      store.set({ panel: "tools" });
      panel.querySelector("h2")?.focus();
    },
  );
}

/** Escape goes one step back: from the panel to the button that opened it, from the map to the tool that is at work there. */
function leadBack(panel: HTMLElement, store: Store<State>, shut: () => void): void {
  const on = (place: HTMLElement, step: () => void): void =>
    place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || store.get().opened) return;
      event.preventDefault();
      step();
    });
  on(panel, shut);
  on(byId("map"), () => {
    if (store.get().tool === null) return;
    store.set({ panel: "tools" });
    panel.querySelector("h2")?.focus();
  });
}

function titleOf(open: Panel, tool: State["tool"]): Key {
  if (open === "list") return "list_title";
  return (open === "tools" && toolTitle(tool)) || open;
}

interface Handles {
  say: Say;
  store: Store<State>;
  shut: () => void;
}

/** The panel's title; in front of the title of a tool the way back to all of them. */
function head(title: Key, isTool: boolean, { say, store, shut }: Handles): HTMLElement {
  const words = say("tool_back");
  const properties = { type: "button", className: "plain", title: words, "aria-label": words };
  const back = isTool && make("button", { ...properties, onclick: () => store.set({ tool: null }) }, icon(BACK));
  const heading = make("h2", { id: "panel-title", tabIndex: -1 }, say(title));
  return make("div", { className: "panel-head" }, back, heading, closeButton(say("close"), shut));
}

/** Only what differs is put in: what is taken out and put back in loses its focus and where it was scrolled to. */
function showPanel(panel: HTMLElement, top: HTMLElement, content: HTMLElement): void {
  panel.setAttribute("aria-labelledby", "panel-title");
  if (content.parentElement === panel) panel.firstElementChild?.replaceWith(top);
  else fill(panel, top, content);
}

/** Who the data on the map come from, and the background below them: one line, that unfolds when it is pressed. */
export function sources(portal: Portal, say: Say, store: Store<State>): void {
  const layers = layersOf(portal);
  const unfold = (open: boolean): void => line.setAttribute("aria-expanded", String(open));
  const line = make("button", { type: "button", onclick: () => unfold(line.getAttribute("aria-expanded") !== "true") });
  line.addEventListener("keydown", ({ key }) => key === "Escape" && unfold(false));
  unfold(false);
  fill(byId("sources"), line);
  store.watch(
    (state) => attributions(portal, layers, state),
    (names) => {
      line.hidden = !names;
      line.textContent = names && say("source", { source: names });
    },
  );
}

function attributions(portal: Portal, layers: readonly Layer[], { layers: on, background, guests }: State): string {
  const below = portal.backgrounds.filter((each) => each.id === background).map((each) => each.attribution);
  const names = layers.filter((layer) => on.includes(layer.id)).map((layer) => layer.attribution);
  return [...new Set([...names, ...below, ...guests.map((each) => each.source)])].filter(Boolean).join(" · ");
}
