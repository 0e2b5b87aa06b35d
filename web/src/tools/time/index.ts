/**
 * The map as of a day: a slider over the span of the data, a date to type, steps back and forth.
 *
 * The day stands in the state (`date`) and holds for all layers that have time; what it means for each of them is the
 * service's matter (`datetime=`).
 */
import { isAbort } from "../../api/client";
import { countItems, questionOf } from "../../api/items";
import type { Layer } from "../../api/portal";
import { dateText } from "../../messages/values";
import { fill, icon, make } from "../../panels/dom";
import { layersOf, switchLayer } from "../../state/model";
import type { Around, OpenTool } from "../tool";
import { changesOf, type Changes } from "./changes";
import { dayOf, nextChange, numberOf, stepped, today, within, type Unit } from "./days";

/** Milliseconds after the last move of the slider. */
const PAUSE = 200;
const BACK = "M15 5l-7 7 7 7";
const ON = "M9 5l7 7-7 7";

export function open(around: Around): OpenTool {
  const { store, portal } = around;
  const timed = layersOf(portal).filter((layer) => layer.time !== null);
  const content = make("div", { className: "tool time" });
  let control: Control | null = null;
  let ending = new AbortController();

  const begin = async (on: readonly string[]): Promise<void> => {
    ending.abort();
    const { signal } = (ending = new AbortController());
    control?.close();
    control = null;
    const layers = timed.filter((layer) => on.includes(layer.id));
    const held = content.contains(document.activeElement);
    if (layers.length === 0) return fill(content, ...offer(timed, around));
    fill(content, make("p", { className: "empty" }, around.say("loading")));
    try {
      const changes = await changesOf(layers, around.lang, signal, today());
      control = new Control(layers, changes, around);
      fill(content, control.element);
      // The button that switched the layer on is gone; whoever has gone on meanwhile is not called back.
      if (held && document.activeElement === document.body) content.querySelector("input")?.focus();
    } catch (error) {
      if (!isAbort(error)) fill(content, make("p", { className: "bad", role: "alert" }, around.say("refused")));
    }
  };
  const stop = store.watch((state) => timed.filter((layer) => state.layers.includes(layer.id)).map((layer) => layer.id).join(), (ids) => void begin(ids.split(",")));
  const close = (): void => {
    stop();
    ending.abort();
    control?.close();
  };
  return { content, close };
}

/** None of the layers that are on knows time: which do, to be switched on at once. */
function offer(timed: readonly Layer[], { store, say }: Around): Node[] {
  if (timed.length === 0) return [make("p", { className: "empty" }, say("time_none"))];
  const rows = timed.map((layer) => {
    const on = (): void => store.set(switchLayer(store.get(), layer.id, true));
    return make("li", {}, make("button", { type: "button", className: "quiet", onclick: on }, layer.title));
  });
  return [make("p", { className: "empty" }, say("time_no_layer")), make("ul", {}, ...rows)];
}

class Control {
  readonly element: HTMLElement;
  private readonly slider = make("input", { type: "range", id: "time-slider", step: "1" });
  private readonly field = make("input", { type: "date", id: "time-date" });
  private readonly unit = make("select", { id: "time-unit" });
  private readonly count = make("p", { className: "time-count" });
  private readonly steps: HTMLButtonElement[];
  private readonly stop: () => void;
  private counting = new AbortController();
  private pause: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly layers: readonly Layer[],
    private readonly changes: Changes,
    private readonly around: Around,
  ) {
    const { say, store } = around;
    this.steps = [this.step(-1, BACK), this.step(1, ON)];
    this.element = this.sheet();
    this.slider.addEventListener("input", () => this.slid());
    this.field.addEventListener("change", () => /^[1-9]\d{3}-/.test(this.field.value) && store.set({ date: this.field.value }));
    const units: (Unit | "change")[] = changes.days.length > 0 ? ["change", "day", "month", "year"] : ["month", "day", "year"];
    fill(this.unit, ...units.map((unit) => make("option", { value: unit }, say(`time_${unit}`))));
    this.stop = store.watch((state) => state.date, (date) => this.show(date));
    this.unit.addEventListener("change", () => this.show(store.get().date));
  }

  close(): void {
    this.stop();
    this.counting.abort();
    clearTimeout(this.pause);
  }

  private sheet(): HTMLElement {
    const { say, store, lang } = this.around;
    const all = make("button", { type: "button", className: "quiet", onclick: () => store.set({ date: null }) }, say("time_all"));
    const now = make("button", { type: "button", className: "quiet", onclick: () => store.set({ date: today() }) }, say("time_today"));
    const { span } = this.changes;
    if (!span) return make("p", { className: "empty" }, say("time_unsaid"));
    this.slider.min = String(numberOf(span.from));
    this.slider.max = String(numberOf(span.to));
    const ends = [span.from, span.to].map((day) => make("span", {}, written(day, lang, "medium")));
    return make(
      "div",
      {},
      make("label", { htmlFor: "time-date", className: "tool-field" }, say("time_date"), this.field),
      make("label", { htmlFor: "time-slider", className: "unseen" }, say("time_slider")),
      this.slider,
      make("p", { className: "time-ends" }, ...ends),
      make("div", { className: "time-steps" }, this.steps[0] ?? null, make("label", { htmlFor: "time-unit", className: "unseen" }, say("time_unit")), this.unit, this.steps[1] ?? null),
      this.count,
      make("p", { className: "actions" }, now, all),
      make("p", { className: "facts" }, say("time_layers", { layers: this.layers.map((layer) => layer.title).join(" · ") })),
    );
  }

  private step(way: 1 | -1, path: string): HTMLButtonElement {
    const words = this.around.say(way > 0 ? "time_later" : "time_earlier");
    const go = (): void => {
      const target = this.target(way);
      if (target) this.around.store.set({ date: target });
    };
    return make("button", { type: "button", className: "plain", title: words, "aria-label": words, onclick: go }, icon(path));
  }

  /** Where a step leads; null when there is nothing further on that side. */
  private target(way: 1 | -1): string | null {
    const { span, days } = this.changes;
    const from = this.around.store.get().date ?? today();
    if (!span) return null;
    const unit = this.unit.value as Unit | "change";
    const next = unit === "change" ? nextChange(days, from, way) : within(stepped(from, unit, way), span);
    return next === from ? null : next;
  }

  private slid(): void {
    const day = dayOf(Number(this.slider.value));
    this.name(day);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.around.store.set({ date: day }), PAUSE);
  }

  private show(date: string | null): void {
    const { span } = this.changes;
    if (!span) return;
    clearTimeout(this.pause);
    const day = date ?? within(today(), span);
    this.slider.value = String(numberOf(within(day, span)));
    this.name(day, date === null);
    this.element.classList.toggle("time-off", date === null);
    // A button that is disabled loses the focus; this one stays where it is and does nothing.
    this.steps.forEach((button, at) => button.setAttribute("aria-disabled", String(this.target(at === 0 ? -1 : 1) === null)));
    void this.tell(date);
  }

  /** What the slider and the field say, before the map has followed. */
  private name(day: string, isOff = false): void {
    const words = isOff ? this.around.say("time_off") : written(day, this.around.lang, "long");
    this.slider.setAttribute("aria-valuetext", words);
    this.field.value = isOff ? "" : day;
  }

  private async tell(date: string | null): Promise<void> {
    const { say, lang, store, announce } = this.around;
    this.counting.abort();
    const { signal } = (this.counting = new AbortController());
    try {
      const counts = await Promise.all(this.layers.map((layer) => countItems(layer, questionOf(layer, store.get()), signal)));
      const n = counts.reduce((sum, each) => sum + each, 0);
      const words = date === null ? say("time_count_all", { n }) : say("time_count", { n, date: written(date, lang, "long") });
      if (this.count.textContent !== words && this.count.textContent) announce(words);
      this.count.textContent = words;
    } catch (error) {
      if (!isAbort(error)) this.count.textContent = "";
    }
  }
}

function written(day: string, lang: string, dateStyle: "long" | "medium"): string {
  return dateText(day, lang as Around["lang"], { dateStyle, timeZone: "UTC" });
}
