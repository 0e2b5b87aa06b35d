/**
 * The panel with the list of what the map shows, as the service makes it; without a script the same is a page of its own.
 *
 * Its links and forms are those of that page. Here they are followed without leaving the map: what they say of the state
 * is put into the state, the rest (which table, in which order, which page) is kept here.
 */
import { isAbort, serviceError, ServiceError } from "../api/client";
import { fetchList, type ListPart } from "../api/list";
import type { Layer, Portal } from "../api/portal";
import type { Box } from "../geometry/box";
import type { Language, Say } from "../messages/messages";
import { linkOf, mapAddress } from "../state/address";
import { layersOf, type State } from "../state/model";
import { readQuery, writeQuery, type Link } from "../state/query";
import type { Store } from "../state/store";
import { fill, make } from "./dom";
import { focusAgain, heldBy, openDetails, release, unsentIn } from "./kept";

const PAUSE = 350; // ms after the map has moved

interface Surroundings {
  store: Store<State>;
  portal: Portal;
  lang: Language;
  say: Say;
  announce: (text: string) => void;
  viewBox: () => Box;
  /** Opens the card of a row's feature, and brings it into view. */
  open: (layer: Layer, id: string, box: Box | null) => void;
  /** Shows on the map where a row is; null: nowhere any more. */
  point: (box: Box | null) => void;
}

/** What the list is asked beyond the state; `everywhere`: not only what the map shows. */
interface Own {
  table?: string;
  sort?: string;
  page?: number;
  every: boolean;
  everywhere: boolean;
}

export function listPanel(around: Surroundings): HTMLElement {
  const panel = make("div", { className: "list" });
  const list = new List(panel, around);
  const { store } = around;
  panel.addEventListener("click", (event) => list.clicked(event));
  panel.addEventListener("submit", (event) => list.sent(event));
  for (const name of ["mouseover", "focusin"]) panel.addEventListener(name, (event) => around.point(boxOf(rowOf(event.target))));
  for (const name of ["mouseleave", "focusout"]) panel.addEventListener(name, () => around.point(null));
  store.watch((state) => state.panel, () => list.follow(0));
  store.watch(({ layers, where, date }) => JSON.stringify([layers, where, date]), () => list.follow(0));
  store.watch((state) => state.view, () => list.follow(PAUSE));
  store.watch((state) => state.opened, () => list.mark());
  return panel;
}

class List {
  private own: Own = { every: false, everywhere: false };
  /** The question whose answer is shown. */
  private shown = "";
  private asking: AbortController | null = null;
  /** A link or a form of the list is being followed: nobody but the reader calls that off. */
  private following = false;
  private timer = 0;
  private readonly released: () => Promise<void>;

  constructor(
    private readonly panel: HTMLElement,
    private readonly around: Surroundings,
  ) {
    this.released = release(panel);
  }

  /** Asks anew when the map shows something else; while the panel is shut, nothing is asked. */
  follow(pause: number): void {
    clearTimeout(this.timer);
    if (this.around.store.get().panel !== "list") return this.around.point(null);
    this.timer = window.setTimeout(() => {
      const question = this.question();
      if (this.following || question === this.shown) return;
      if (this.shown && place(question) !== place(this.shown)) delete this.own.page;
      void this.ask(this.question());
    }, pause);
  }

  clicked(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    if (link.dataset.ref) {
      event.preventDefault();
      this.openRow(link.dataset.ref, boxOf(rowOf(link)));
    } else if (link.pathname === mapAddress(this.around.lang, "") && link.dataset.away === undefined) {
      event.preventDefault();
      if (link.dataset.area === "view") this.lookAtMap();
      else void this.ask(link.search.slice(1), true);
    }
  }

  sent(event: SubmitEvent): void {
    if (!(event.target instanceof HTMLFormElement)) return;
    event.preventDefault();
    const fields = [...new FormData(event.target)].map(([name, value]): [string, string] => [name, String(value)]);
    void this.ask(new URLSearchParams(fields).toString(), true);
  }

  /** Marks the row of the feature whose card is open. */
  mark(): void {
    const ref = this.around.store.get().opened?.ref;
    for (const row of this.panel.querySelectorAll<HTMLElement>("[data-row]")) {
      if (ref && row.dataset.row === `${ref.collection}/${ref.id}`) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  private lookAtMap(): void {
    this.own = { ...this.own, everywhere: false };
    delete this.own.page;
    void this.ask(this.question(), false);
  }

  private openRow(ref: string, box: Box | null): void {
    const slash = ref.indexOf("/");
    const layer = layersOf(this.around.portal).find((each) => each.id === ref.slice(0, slash));
    if (layer) this.around.open(layer, ref.slice(slash + 1), box);
  }

  /** The query of what is shown now. What does not change the rows is left out: it would be asked for nothing. */
  private question(): string {
    const { layers, where, date, view } = linkOf(this.around.store.get(), this.around.portal);
    return this.written({ layers: layers ?? [], where: where ?? {}, ...(date ? { date } : {}), ...(view ? { view } : {}) });
  }

  private written(link: Link): string {
    const { table, sort, page, every, everywhere } = this.own;
    const { view, ...rest } = link;
    const area = everywhere ? {} : { ...(view ? { view } : {}), bbox: this.around.viewBox() };
    const asked = { ...(table ? { table } : {}), ...(sort ? { sort } : {}), ...(page ? { page } : {}) };
    return writeQuery({ ...rest, ...area, ...asked, list: true }) + (every ? "&columns=all" : "");
  }

  /** `followed`: a link or a form of the list is; then the state becomes what the answer says of itself. */
  private async ask(query: string, followed = false): Promise<void> {
    this.asking?.abort();
    const { signal } = (this.asking = new AbortController());
    this.following = followed;
    this.panel.setAttribute("aria-busy", "true");
    const { where } = this.around.store.get();
    try {
      const found = await fetchList(this.around.lang, query, signal);
      await styled(found.content);
      await this.released();
      if (signal.aborted) return;
      this.following = false;
      if (followed) this.adopt(found.query, where);
      const now = this.question();
      // The map may have moved on since this was asked, and a link that was followed may be older than where the map is.
      const overtaken = followed ? place(found.query) !== place(now) : now !== query;
      this.shown = followed && !overtaken ? now : query;
      this.show(found, followed);
      if (overtaken) this.follow(PAUSE);
    } catch (error) {
      if (isAbort(error)) return; // whoever called it off is asking now
      this.following = false;
      this.fail(error, () => void this.ask(followed ? query : this.question(), followed));
    }
  }

  /** `before`: the filters when it was asked for; one that the reader has set elsewhere since then is newer. */
  private adopt(query: string, before: State["where"]): void {
    const link = readQuery(query);
    const { table, sort, page } = link;
    const every = new URLSearchParams(query).get("columns") === "all";
    const own = { ...(table ? { table } : {}), ...(sort ? { sort } : {}), ...(page ? { page } : {}) };
    this.own = { ...own, every, everywhere: !link.bbox };
    const { store } = this.around;
    const { layers, where } = store.get();
    if (where !== before) return;
    const off = Object.entries(where).filter(([id]) => !layers.includes(id));
    store.set({ where: { ...Object.fromEntries(off), ...link.where } });
  }

  private show({ content }: ListPart, followed: boolean): void {
    const held = heldBy(this.panel);
    const details = openDetails(this.panel);
    const before = this.panel.querySelector("#count")?.textContent;
    const isSame = titleOf(content) === titleOf(this.panel);
    const unsent = isSame && !followed ? unsentIn(this.panel) : [];
    fill(this.panel, content);
    for (const each of unsent) this.panel.querySelector(`[id="${CSS.escape(each.id)}"]`)?.replaceWith(each);
    this.panel.removeAttribute("aria-busy");
    for (const each of this.panel.querySelectorAll("details")) if (details.has(each.id)) each.open = true;
    this.panel.querySelector("[data-page]")?.setAttribute("href", this.pageAddress());
    this.mark();
    focusAgain(this.panel, held);
    const count = this.panel.querySelector("#count")?.textContent ?? "";
    if (count !== before) this.around.announce(`${titleOf(this.panel)}: ${count}`);
  }

  /** The address of the list as a page, of the whole state. */
  private pageAddress(): string {
    return mapAddress(this.around.lang, this.written(linkOf(this.around.store.get(), this.around.portal)));
  }

  /** `askAgain` asks for what was followed; the map may have moved on, and is asked about as it is then. */
  private fail(error: unknown, askAgain: () => void): void {
    this.panel.removeAttribute("aria-busy");
    const held = heldBy(this.panel) !== null;
    const { trouble } = serviceError(error);
    const again = make("button", { type: "button", className: "quiet", onclick: askAgain }, this.around.say("try_again"));
    fill(this.panel, make("p", { className: "empty", role: "alert" }, this.around.say(trouble)), again);
    if (held) again.focus();
    this.shown = "";
    if (trouble === "offline" && "caches" in window) this.showKept(again).catch(() => undefined); // no area was ever kept, so neither was what lists them
    if (!(error instanceof ServiceError)) throw error;
  }

  /** Without a network: what this device keeps of the view. */
  private async showKept(again: HTMLElement): Promise<void> {
    const { portal, store, viewBox, lang, say } = this.around;
    const { keptList } = await import("./kept-list");
    const kept = await keptList(portal, store.get(), viewBox(), lang, say);
    if (!again.isConnected) return; // the network is back, or something else is asked
    again.previousElementSibling?.replaceWith(kept); // the button stays, with the focus that it may have
    this.mark();
  }
}

function titleOf(list: Element): string {
  return list.querySelector("#table-title")?.textContent ?? "";
}

/** What of a question says where it looks, and at what. */
function place(question: string): string {
  const { bbox, layers, where, date } = readQuery(question);
  return JSON.stringify([bbox, layers, where, date]);
}

function rowOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
}

function boxOf(row: HTMLElement | null): Box | null {
  const [west, south, east, north] = (row?.dataset.box || "x").split(",").map(Number);
  const known = west !== undefined && south !== undefined && east !== undefined && north !== undefined;
  return known ? [west, south, east, north] : null;
}

/** Has the style of the list loaded once, before the list is seen. */
async function styled(content: Element): Promise<void> {
  const href = content.getAttribute("data-style");
  if (!href || document.querySelector(`link[href="${CSS.escape(href)}"]`)) return;
  await new Promise((done) => document.head.append(make("link", { rel: "stylesheet", href, onload: done, onerror: done })));
}
