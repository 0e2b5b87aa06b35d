/**
 * The card of one feature: its name, its values with titles, units and code labels, its source.
 *
 * A dialog that leaves the map usable: focus goes to its heading, Escape closes it and gives the focus back.
 */
import { itemAddress } from "../api/items";
import type { Layer } from "../api/portal";
import type { Say } from "../messages/messages";
import type { ShowValue } from "../messages/values";
import { mapAddress } from "../state/address";
import { sameRef, type Opened, type State } from "../state/model";
import { nameOf } from "../state/naming";
import { writeQuery } from "../state/query";
import type { Store } from "../state/store";
import { closeButton, fill, icon, LINK, make } from "./dom";
import { featureSwatch, swatch } from "./swatch";

interface Surroundings {
  store: Store<State>;
  say: Say;
  show: ShowValue;
  announce: (text: string) => void;
}

export function cardPanel(card: HTMLElement, around: Surroundings): void {
  const { store } = around;
  let cameFrom: HTMLElement | null = null;
  let shown: Opened | null = null;
  let others: State["here"] = [];
  const close = (): void => store.set({ opened: null, here: [] });
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-labelledby", "card-title");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown && !event.defaultPrevented) close();
  });
  store.watch(
    (state) => state.opened,
    (opened) => {
      if (opened && !shown) cameFrom = document.activeElement instanceof HTMLElement ? document.activeElement : null;
      const another = !sameRef(opened?.ref, shown?.ref);
      const { here } = store.get();
      const same = !another && opened?.at === shown?.at && here === others;
      const held = card.contains(document.activeElement);
      [shown, others] = [opened, here];
      card.hidden = !opened;
      if (opened && same) return complete(card, opened, around);
      if (opened) fill(card, ...contents(opened, around, close));
      if (opened && (another || held)) card.querySelector<HTMLElement>("#card-title")?.focus();
      if (opened && another) card.scrollTop = 0;
      if (!opened && held) giveFocusBack(cameFrom);
    },
  );
}

/** The list may have been drawn anew meanwhile; then its row for the same feature, else the map. */
function giveFocusBack(cameFrom: HTMLElement | null): void {
  const row = cameFrom?.dataset.ref;
  const again = row ? document.querySelector<HTMLElement>(`[data-ref="${CSS.escape(row)}"]`) : null;
  const usable = cameFrom?.isConnected && cameFrom !== document.body ? cameFrom : null;
  (again ?? usable ?? document.getElementById("map"))?.focus();
}

/** What has come only now goes to its place: the reader may be at work in the rest of the card. */
function complete(card: HTMLElement, opened: Opened, around: Surroundings): void {
  const known = opened.feature ?? opened.sketch ?? null;
  card.querySelector(".over .swatch")?.replaceWith(featureSwatch(opened.layer, known));
  card.querySelector("#card-title")?.replaceChildren(nameOf(opened.layer, opened.ref.id, known, around.say));
  card.querySelector(":scope > dl, :scope > .empty")?.replaceWith(body(opened, around));
}

/** The values, or why they are not there. */
function body(opened: Opened, around: Surroundings): HTMLElement {
  return opened.feature ? values(opened, opened.layer, around) : make("p", { className: "empty" }, around.say(opened.trouble ?? "loading"));
}

function contents(opened: Opened, around: Surroundings, close: () => void): Node[] {
  const { say } = around;
  const { layer, feature } = opened;
  const known = feature ?? opened.sketch ?? null;
  const heading = make("h2", { id: "card-title", tabIndex: -1 }, nameOf(layer, opened.ref.id, known, say));
  const over = make("p", { className: "over" }, featureSwatch(layer, known), layer.title);
  const parts: Node[] = [make("div", { className: "card-head" }, make("div", {}, over, heading), closeButton(say("close"), close))];
  if (layer.made_up) parts.push(make("p", { className: "badge" }, say("made_up")));
  parts.push(body(opened, around));
  const others = alsoHere(opened, around);
  if (others) parts.push(others);
  parts.push(foot(opened, around));
  return parts;
}

function values(opened: Opened, layer: Layer, { show }: Surroundings): HTMLElement {
  const rows = layer.popup.flatMap((column) => {
    const value = opened.feature?.properties[column.name];
    const shown = show(column, value);
    const content = shown.link ? make("a", { href: shown.link, rel: "noopener noreferrer" }, shown.text) : shown.text;
    const empty = value === null || value === undefined || value === "";
    const color = column.name === layer.by ? layer.legend.find((entry) => entry.code === value)?.color : undefined;
    const sample = color === undefined ? null : swatch(layer, color);
    return [make("dt", {}, column.title), make("dd", { className: empty ? "missing" : "" }, sample, content)];
  });
  return make("dl", {}, ...rows);
}

function alsoHere(opened: Opened, { store, say }: Surroundings): HTMLElement | null {
  const others = store.get().here.filter((each) => !sameRef(each.ref, opened.ref));
  if (others.length === 0) return null;
  const rows = others.map((each) => {
    const pick = make("button", { type: "button", onclick: () => store.set({ opened: each }) });
    const known = each.feature ?? each.sketch ?? null;
    fill(pick, featureSwatch(each.layer, known), make("span", {}, nameOf(each.layer, each.ref.id, known, say)), make("small", {}, each.layer.title));
    return make("li", {}, pick);
  });
  return make("div", { className: "also" }, make("h3", {}, say("also_here")), make("ul", {}, ...rows));
}

/** What applies where one pointed, or, where one did not or meant a point, at the feature itself. */
function whatApplies({ at, layer, ref }: Opened, say: Say): HTMLElement {
  const feature = encodeURIComponent(`${ref.collection}/${ref.id}`);
  const place = at && layer.geometry !== "point" ? `lon=${at.lon.toFixed(7)}&lat=${at.lat.toFixed(7)}` : `feature=${feature}`;
  return make("a", { href: `/${document.documentElement.lang}/here?${place}` }, say("here"));
}

function mistake({ ref }: Opened, say: Say): HTMLElement {
  const about = new URLSearchParams({ dataset: ref.collection, feature: ref.id });
  return make("a", { href: `/${document.documentElement.lang}/mistakes/new?${about}` }, say("mistake"));
}

/** The feature's link as a QR code: the picture is asked for when someone wants to see it. */
function code({ ref }: Opened, say: Say): HTMLElement {
  const address = mapAddress(document.documentElement.lang, writeQuery({ feature: ref }));
  const show = (): void => {
    if (!part.open || part.querySelector("img")) return;
    const lost = (): void => picture.replaceWith(make("p", { role: "status" }, say("qr_offline")));
    const picture = make("img", { src: `/qr.svg?to=${encodeURIComponent(address)}`, alt: say("card_qr"), width: 160, height: 160, onerror: lost });
    part.append(picture);
  };
  const part = make("details", { className: "qr", ontoggle: show }, make("summary", {}, say("qr")));
  return part;
}

function foot(opened: Opened, { say, announce }: Surroundings): HTMLElement {
  const { layer, ref } = opened;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    announce(say("copied"));
    fill(button, icon(LINK), say("copied"));
  };
  const button = make("button", { type: "button", className: "quiet", onclick: () => void copy() }, icon(LINK), say("copy_link"));
  const record = make("a", { href: `${itemAddress(layer, ref.id)}?f=html&lang=${document.documentElement.lang}` }, say("record"));
  // Without a secure origin the browser offers no clipboard; the address bar holds the same link.
  const actions = make("p", { className: "actions" }, "clipboard" in navigator && button, whatApplies(opened, say), record, mistake(opened, say));
  return make("div", { className: "card-foot" }, actions, code(opened, say), make("p", {}, say("source", { source: layer.attribution })));
}
