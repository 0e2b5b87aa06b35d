/**
 * What goes ahead of the app: a phone runs this at once, and the app, thirteen times as large, only later. Meanwhile the
 * worker of tiles comes to life, and what the first view needs is on its way.
 *
 * Here and nowhere else is decided what the map shows first; main.ts takes it over.
 */
import { fetchPortal, type Portal } from "./api/portal";
import { CLOSE, fitted, NEAREST } from "./geometry/fit";
import { askAhead } from "./map/ahead";
import { painter } from "./map/tiles/painter";
import { languageOf, speaker, wordsOf } from "./messages/messages";
import { byId } from "./panels/dom";
import { covered, isWide } from "./panels/layout";
import { keptPanel, readAddress } from "./state/address";
import { initialState, layersOf, type State } from "./state/model";
import type { Link } from "./state/query";

/** Milliseconds. */
const PATIENCE = 250;

export interface First {
  portal: Portal;
  link: Link;
  state: State;
}

export const lang = languageOf(location.pathname, navigator.languages);
export const speaking = wordsOf(lang).then((words) => speaker(lang, words));
document.documentElement.lang = lang;
if ("OffscreenCanvas" in window) painter();
/** The answer to the first question; who is told of trouble asks again. */
export const first = ask();
first.catch(() => undefined); // looked at by the app, when there are words for it

/** What the portal has, and what of it is shown first. Raises ServiceError. */
export async function ask(): Promise<First> {
  const portal = await fetchPortal(lang);
  const link = readAddress();
  document.body.classList.toggle("embed", link.embed ?? false);
  notice(portal);
  const state = initialState(portal, link, keptPanel(isWide() && !link.embed ? "layers" : null));
  const { clientWidth: x, clientHeight: y } = byId("map");
  const view = link.view ?? fitted(link.bbox ?? portal.view.bbox, { x, y }, covered(), link.bbox ? CLOSE : NEAREST);
  // To start the app makes the page deaf for long, so the worker comes first; but one that cannot be heard is not waited for.
  const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE));
  await Promise.race([askAhead(layersOf(portal), state, view, { x, y }), patience]);
  return { portal, link, state: { ...state, view } };
}

/** That data are made up, or what else the portal has to say; before the map is fitted to the room that is left. */
function notice(portal: Portal): void {
  byId("notice").textContent = portal.notice;
  byId("notice").hidden = !portal.notice;
}
