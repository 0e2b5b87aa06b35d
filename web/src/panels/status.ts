/**
 * How things stand, in words: what is loading, what is not shown, what went wrong and how to try again.
 *
 * Seen at the edge of the map and read out politely by screen readers.
 */
import type { Trouble } from "../api/client";
import type { Language, Say } from "../messages/messages";
import { dateText } from "../messages/values";
import type { LayerStatus, State } from "../state/model";
import type { Store } from "../state/store";
import { byId, fill, make } from "./dom";

/** Says a text to screen readers. */
export function announce(text: string): void {
  byId("status").textContent = text;
}

/** Milliseconds. */
const MOMENT = 100;

export function statusLine(store: Store<State>, say: Say, again: () => void): void {
  byId("loading").setAttribute("aria-hidden", "true");
  let before = "";
  let waiting: ReturnType<typeof setTimeout> | undefined;
  // Words come a moment after the picture: the first time a browser forms a number takes a phone longer than a frame.
  const tell = (all: readonly LayerStatus[], loading: boolean): void => {
    const words = loading ? say("loading") : say("drawn", { n: shownIn(all) });
    if (words !== before && all.length > 0) announce(words);
    before = words;
  };
  store.watch(
    (state) => state.status,
    (status) => {
      const all = Object.values(status);
      const loading = all.some((each) => each.phase === "loading");
      byId("loading").hidden = !loading;
      sayHint(all, say);
      showTrouble(all.find((each) => each.trouble)?.trouble ?? null, say, again);
      clearTimeout(waiting);
      waiting = setTimeout(() => tell(all, loading), MOMENT);
    },
  );
}

/** Features in the view, all layers together. */
function shownIn(all: readonly LayerStatus[]): number {
  return all.reduce((sum, each) => sum + each.shown, 0);
}

function sayHint(all: readonly LayerStatus[], say: Say): void {
  const hint = byId("hint");
  const more = all.some((each) => each.more);
  hint.textContent = more ? say("more") : "";
  hint.hidden = !more;
}

/** That the data are kept ones, and from when (ISO moment); null: they are not. */
export function keptLine(at: string | null, say: Say, lang: Language): void {
  byId("kept").textContent = at && say("kept_data", { date: dateText(at, lang, { dateStyle: "medium", timeStyle: "short" }) });
}

/**
 * A line with a button; it is only rebuilt when the trouble is another, so that it is read out once. When it goes, whoever
 * was on its button is led to the map.
 */
export function showTrouble(trouble: Trouble | null, say: Say, again: () => void): void {
  const place = byId("trouble");
  if ((place.dataset.trouble ?? "") === (trouble ?? "")) return;
  place.dataset.trouble = trouble ?? "";
  const held = place.contains(document.activeElement);
  const button = make("button", { type: "button", onclick: again }, say("try_again"));
  if (trouble) fill(place, make("span", {}, say(trouble)), button);
  else fill(place);
  if (held) (trouble ? button : byId("map")).focus();
}
