/**
 * Hands the map on: a link that restores everything, the same as a QR code for a telephone, and code for other pages.
 */
import type { Key } from "../../messages/messages";
import { copyButton, fill, make } from "../../panels/dom";
import { linkOf, mapAddress } from "../../state/address";
import { writeQuery, type Link } from "../../state/query";
import type { Around, OpenTool } from "../tool";

/** The longest address that a QR code holds legibly on a screen. */
const LONGEST_QR = 700;

export function open(around: Around): OpenTool {
  const { store, portal, lang, say } = around;
  const pin = make("input", { type: "checkbox", onchange: () => draw() });
  const link = make("input", { type: "url", id: "share-link", readOnly: true, onfocus: () => link.select() });
  const code = make("textarea", { id: "share-code", readOnly: true, rows: 4, spellcheck: false, onfocus: () => code.select() });
  const picture = make("p", { className: "qr" });

  const draw = (): void => {
    const shared: Link = linkOf(store.get(), portal);
    delete shared.embed;
    if (pin.checked && shared.view) shared.mark = { lat: shared.view.lat, lon: shared.view.lon };
    const address = mapAddress(lang, writeQuery(shared));
    link.value = location.origin + address;
    code.value = frameCode(location.origin + mapAddress(lang, writeQuery({ ...shared, embed: true })), portal.title);
    fill(picture, qr(address, say("share_qr")) ?? say("share_qr_long"));
  };
  const content = make(
    "div",
    { className: "tool share" },
    make("label", { className: "check" }, pin, make("span", {}, say("share_pin"))),
    make("label", { htmlFor: "share-link" }, say("share_link")),
    link,
    copyOf(link, "share_link", around),
    picture,
    make("label", { htmlFor: "share-code" }, say("share_code")),
    code,
    copyOf(code, "share_code", around),
    make("p", { className: "facts" }, say("share_note")),
  );
  const stop = store.watch((state) => writeQuery(linkOf(state, portal)), draw);
  return { content, close: stop };
}

/** There are two of them: each says what it copies. */
function copyOf(field: HTMLInputElement | HTMLTextAreaElement, label: Key, { say, announce }: Around): HTMLElement {
  const button = copyButton(field, say, announce);
  button.setAttribute("aria-label", `${say("copy")}: ${say(label)}`);
  return button;
}

/** The picture of an address; null for one too long to be read off a screen. */
function qr(address: string, words: string): HTMLImageElement | null {
  if (address.length > LONGEST_QR) return null;
  return make("img", { src: `/qr.svg?to=${encodeURIComponent(address)}`, alt: words, width: 180, height: 180 });
}

/** HTML for another page. The title comes from a file, so what could end its attribute is escaped. */
function frameCode(address: string, title: string): string {
  const safe = (text: string): string => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
  return `<iframe src="${safe(address)}" title="${safe(title)}" width="100%" height="480" loading="lazy" allow="fullscreen; geolocation"></iframe>`;
}
