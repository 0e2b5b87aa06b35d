/**
 * Keeps the area in view on this device, so that its map works without a network; lists what is kept, and removes it.
 *
 * What is kept is what the map would ask for (offline/plan.ts); fetching and storing is in offline/keeping.ts.
 */
import { isAbort } from "../../api/client";
import type { Background } from "../../api/portal";
import { dateText } from "../../messages/values";
import { forget, keep, keptAreas, MOST_FILES, TooMuch } from "../../offline/keeping";
import { isOurs, planFor, type Plan } from "../../offline/plan";
import { register } from "../../offline/register";
import type { KeptArea } from "../../offline/stores";
import { closeButton, fill, make } from "../../panels/dom";
import { layersOf } from "../../state/model";
import type { Around, OpenTool } from "../tool";

const DETAILS = [
  [0, "offline_detail_view"],
  [2, "offline_detail_near"],
  [4, "offline_detail_nearest"],
] as const;

type Description = Pick<KeptArea, "id" | "name" | "box" | "view" | "layers">;

export function open(around: Around): OpenTool {
  const possible = "serviceWorker" in navigator && "caches" in window;
  if (!possible) return { content: make("p", { className: "tool" }, around.say("offline_none_possible")), close: () => undefined };
  const tool = new KeepTool(around);
  return { content: tool.element, close: () => tool.close() };
}

class KeepTool {
  readonly element: HTMLElement;
  private readonly name: HTMLInputElement;
  private readonly detail: HTMLSelectElement;
  private readonly weight = make("p", { className: "facts" });
  private readonly standing = make("p", { role: "status" });
  private readonly bar = make("progress", { hidden: true });
  private readonly button: HTMLButtonElement;
  private readonly list = make("ul", { className: "kept" });
  private readonly stops: (() => void)[];
  private running: AbortController | null = null;
  /** The area that is being fetched, or was last. */
  private coming = "";

  constructor(private readonly around: Around) {
    const { say, store } = around;
    this.name = make("input", { type: "text", id: "offline-name", maxLength: 60, autocomplete: "off" });
    const options = DETAILS.map(([steps, words]) => make("option", { value: String(steps) }, say(words)));
    this.detail = make("select", { id: "offline-detail", onchange: () => this.weigh() }, ...options);
    this.detail.value = "2";
    this.button = make("button", { type: "submit", className: "push" }, say("offline_keep"));
    const send = (event: Event): void => {
      event.preventDefault();
      if (this.running) this.running.abort();
      else void this.keep(this.describe());
    };
    const form = make(
      "form",
      { onsubmit: send },
      make("label", { htmlFor: "offline-name" }, say("offline_name")),
      this.name,
      make("label", { htmlFor: "offline-detail" }, say("offline_detail")),
      this.detail,
      this.weight,
      make("p", { className: "actions" }, this.button),
      this.bar,
      this.standing,
    );
    const kept = make("section", {}, make("h3", {}, say("offline_kept")), this.list);
    this.element = make("div", { className: "tool offline" }, make("p", {}, say("offline_about")), form, kept);
    const weigh = (): void => this.weigh();
    this.stops = [store.watch(({ view }) => view, weigh), store.watch(({ layers }) => layers, weigh), store.watch(({ background }) => background, weigh)];
    void this.showKept();
  }

  close(): void {
    this.running?.abort();
    for (const stop of this.stops) stop();
  }

  /** The area in view, as it would be kept now. */
  private describe(): Description {
    const { store, frame } = this.around;
    const { view, layers } = store.get();
    const name = this.name.value.trim() || this.name.placeholder;
    const { zoom = 0, lat = 0, lon = 0 } = view ?? {};
    return { id: String(Date.now()), name, box: frame.viewBox(), view: { zoom, lat, lon }, layers: [...layers] };
  }

  private planOf({ box, view, layers }: Description): Plan {
    const shown = layersOf(this.around.portal).filter((each) => layers.includes(each.id));
    const onMap = { layers: shown, background: this.background(), box, zoom: view.zoom };
    return planFor(onMap, view.zoom + Number(this.detail.value), window.devicePixelRatio);
  }

  private background(): Background | null {
    const { portal, store } = this.around;
    return portal.backgrounds.find(({ id }) => id === store.get().background) ?? null;
  }

  /** Says what it would take to keep what is in view. */
  private weigh(): void {
    if (this.running) return;
    const { say, store } = this.around;
    const { where, date } = store.get();
    const background = this.background();
    const plan = this.planOf(this.describe());
    const count = plan.files.length + plan.pages.length;
    const notes = [
      count === 0 ? say("offline_nothing") : count > MOST_FILES ? say("offline_too_much") : say("offline_files", { n: count }),
      Object.keys(where).length > 0 || date ? say("offline_questions") : "",
      background && !isOurs(background) ? say("offline_background") : "",
    ];
    this.weight.textContent = notes.filter(Boolean).join(" ");
    this.button.disabled = count === 0 || count > MOST_FILES;
  }

  private async keep(area: Description): Promise<void> {
    const { say, lang, announce } = this.around;
    const running = (this.running = new AbortController());
    this.coming = area.id;
    this.button.textContent = say("offline_stop");
    this.bar.hidden = false;
    try {
      await register(lang);
      await navigator.storage.persist().catch(() => false);
      const told = (here: number, all: number): void => {
        [this.bar.max, this.bar.value] = [all, here];
        this.standing.textContent = say("offline_progress", { n: here, all });
      };
      this.standing.setAttribute("aria-live", "off"); // three thousand numbers are not to be read out
      const kept = await keep(area, this.planOf(area), told, running.signal);
      this.say(say("offline_done", { name: kept.name }));
      if (this.name.value.trim() === area.name) this.name.value = ""; // else it is that of the next one
    } catch (error) {
      this.say(say(isAbort(error) ? "offline_stopped" : error instanceof TooMuch ? "offline_too_much" : "offline_failed"));
    }
    this.running = null;
    this.bar.hidden = true;
    this.button.textContent = say("offline_keep");
    announce(this.standing.textContent ?? "");
    const held = this.list.contains(document.activeElement);
    await this.showKept();
    this.weigh();
    if (held) this.name.focus();
  }

  private say(text: string): void {
    this.standing.textContent = text;
  }

  private async showKept(): Promise<void> {
    const areas = await keptAreas();
    const { say } = this.around;
    this.name.placeholder = say("offline_default", { n: areas.length + 1 });
    fill(this.list, ...(areas.length > 0 ? areas.map((area) => this.row(area)) : [make("li", { className: "empty" }, say("offline_empty"))]));
  }

  private row(area: KeptArea): HTMLElement {
    const { say, lang, store } = this.around;
    const { name, view, layers } = area;
    const size = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(area.bytes / 2 ** 20);
    const facts = say("offline_facts", { date: dateText(area.at, lang, { dateStyle: "medium", timeStyle: "short" }), size });
    const known = layersOf(this.around.portal).map(({ id }) => id);
    const show = (): void => store.set({ view, layers: layers.filter((id) => known.includes(id)) });
    const again = (): void => void (this.running ?? this.keep(area));
    const remove = async (): Promise<void> => {
      if (area.id === this.coming) this.running?.abort(); // else it would come back
      await forget(area);
      await this.showKept();
      this.around.announce(say("offline_removed", { name }));
      this.name.focus();
    };
    return make(
      "li",
      {},
      make("div", {}, make("button", { type: "button", className: "quiet", "aria-label": say("offline_show", { name }), onclick: show }, name), make("small", {}, facts)),
      make("button", { type: "button", className: "quiet", "aria-label": say("offline_again", { name }), title: say("offline_again", { name }), onclick: again }, "↻"),
      closeButton(say("offline_remove", { name }), () => void remove()),
    );
  }
}
