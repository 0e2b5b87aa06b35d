/**
 * Filters a layer by its attributes: a form over its columns, and the same as CQL2 text.
 *
 * What is asked stands in the state (`where`), so the map, the list and every link have it. A filter that the form cannot
 * show (written by hand, or come by a link) is left as it is and shown as text.
 */
import { fetchColumns, fetchExtremes, refusalOf } from "../../api/columns";
import { isAbort, ServiceError } from "../../api/client";
import { countItems, questionOf } from "../../api/items";
import type { Layer } from "../../api/portal";
import { dateText } from "../../messages/values";
import { fill, make } from "../../panels/dom";
import { layersOf } from "../../state/model";
import type { Around, OpenTool } from "../tool";
import { read, write } from "./cql2";
import { fieldsOf, type Field } from "./fields";
import { filterForm } from "./form";

/** Milliseconds after the last keystroke. */
const PAUSE = 350;

export function open(around: Around): OpenTool {
  const { store, portal, say } = around;
  const vectors = layersOf(portal).filter((layer) => layer.kind === "vector");
  const place = make("div");
  const choice = make("select", { id: "filter-layer", onchange: () => choose(choice.value) });
  let sheet: Sheet | null = null;

  const choose = (id: string | undefined): void => {
    const layer = vectors.find((each) => each.id === id);
    if (sheet?.layer === layer) return;
    sheet?.close();
    sheet = layer ? new Sheet(layer, around) : null;
    fill(place, sheet?.element ?? make("p", { className: "empty" }, say("filter_no_layer")));
  };
  const offer = (on: readonly string[]): void => {
    const offered = on.flatMap((id) => vectors.filter((layer) => layer.id === id));
    const held = offered.find((layer) => layer === sheet?.layer) ?? offered.find((layer) => store.get().where[layer.id]) ?? offered[0];
    fill(choice, ...offered.map((layer) => make("option", { value: layer.id, selected: layer === held }, layer.title)));
    picker.hidden = offered.length === 0;
    choose(held?.id);
  };
  const picker = make("p", { className: "tool-field" }, make("label", { htmlFor: "filter-layer" }, say("filter_layer")), choice);
  choose(undefined);
  const stop = store.watch((state) => state.layers, offer);
  const close = (): void => {
    stop();
    sheet?.close();
  };
  return { content: make("div", { className: "tool filter" }, picker, place), close };
}

/** The filter of one layer. */
class Sheet {
  readonly element = make("div");
  private readonly form = make("div");
  private readonly count = make("p", { className: "filter-count", tabIndex: -1 });
  private readonly text = make("textarea", { id: "filter-text", rows: 3, spellcheck: false, maxLength: 4000 });
  private readonly fault = make("p", { className: "bad", id: "filter-fault", role: "alert" });
  private readonly raw: HTMLDetailsElement;
  private readonly ending = new AbortController();
  private counting = new AbortController();
  private applying = new AbortController();
  private fields: readonly Field[] = [];
  /** What this sheet wrote itself: the form that wrote it stays as it is. */
  private own: string | null = null;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private readonly stop: (() => void)[];

  constructor(
    readonly layer: Layer,
    private readonly around: Around,
  ) {
    const { say, store } = around;
    this.raw = this.asText();
    const clear = make("button", { type: "button", className: "quiet", onclick: () => this.clear() }, say("filter_clear"));
    fill(this.form, make("p", { className: "empty" }, say("loading")));
    fill(this.element, this.count, this.form, this.raw, make("p", {}, clear));
    this.stop = [
      store.watch((state) => state.where[layer.id] ?? "", (where) => this.show(where, clear)),
      store.watch((state) => questionOf(layer, state).date, () => void this.tell()),
    ];
    void this.learn();
  }

  close(): void {
    this.ending.abort();
    this.counting.abort();
    this.applying.abort();
    clearTimeout(this.pause);
    for (const stop of this.stop) stop();
  }

  private get where(): string {
    return this.around.store.get().where[this.layer.id] ?? "";
  }

  /** The button goes with the filter; the focus goes to what is said of the layer then. */
  private clear(): void {
    this.own = null;
    this.ask("");
    this.count.focus();
  }

  /** Changes the state; everything else follows from that. */
  private ask(where: string): void {
    clearTimeout(this.pause); // what was being typed is older,
    this.applying.abort(); // and so is the text that is being looked at
    const { [this.layer.id]: _, ...others } = this.around.store.get().where;
    this.around.store.set({ where: where ? { ...others, [this.layer.id]: where } : others });
  }

  /** Takes the text over once the service has taken it: the map is not emptied by a slip of the pen. */
  private async apply(): Promise<void> {
    const { layer, around: { lang, say } } = this;
    this.applying.abort();
    const { signal } = (this.applying = new AbortController());
    const where = this.text.value.trim();
    const refusal = where ? await refusalOf(layer, { where, date: null }, lang, signal).catch(() => say("offline")) : null;
    if (signal.aborted) return;
    this.text.setAttribute("aria-invalid", String(refusal !== null));
    this.fault.textContent = refusal ?? "";
    if (refusal === null) this.ask(where);
  }

  private show(where: string, clear: HTMLButtonElement): void {
    clear.hidden = where === "";
    if (this.text.value.trim() !== where) this.text.value = where;
    this.fault.textContent = "";
    if (this.fields.length > 0 && where !== this.own) this.draw();
    void this.tell();
  }

  private async learn(): Promise<void> {
    const { layer, around, ending: { signal } } = this;
    try {
      const columns = await fetchColumns(layer, around.lang, signal);
      const fields = fieldsOf(columns, layer.popup.map((column) => column.name));
      this.fields = await Promise.all(fields.map((field) => withExtremes(layer, field, signal)));
      this.draw();
    } catch (error) {
      if (!isAbort(error)) fill(this.form, make("p", { className: "bad", role: "alert" }, around.say("refused")));
    }
  }

  private draw(): void {
    const { say, lang } = this.around;
    const held = read(this.where, this.fields);
    if (held === null) {
      this.raw.open = true;
      return fill(this.form, make("p", { className: "filter-foreign" }, say("filter_foreign")));
    }
    const value = (field: Field, known: string): string => {
      return field.kind === "date" ? dateText(known, lang, { dateStyle: "medium", timeZone: "UTC" }) : Number(known).toLocaleString(lang, { useGrouping: !field.plain });
    };
    const form = filterForm(this.fields, held, { say, value }, () => {
      this.applying.abort();
      clearTimeout(this.pause);
      this.pause = setTimeout(() => {
        this.own = write(form.conditions());
        this.ask(this.own);
      }, PAUSE);
    });
    fill(this.form, form.element);
  }

  /** Says how many features answer; the number before is not left standing beside another filter. */
  private async tell(): Promise<void> {
    const { layer, around: { store, say, announce, lang } } = this;
    this.counting.abort();
    const { signal } = (this.counting = new AbortController());
    const question = questionOf(layer, store.get());
    this.count.textContent = "…";
    try {
      const n = await countItems(layer, question, signal);
      const number = new Intl.NumberFormat(lang);
      const words = say("filter_count", { n, shown: number.format(n), all: number.format(layer.count ?? n) });
      this.count.textContent = words;
      if (question.where) announce(words);
    } catch (error) {
      if (isAbort(error)) return;
      this.count.textContent = "";
      const refusal = await refusalOf(layer, question, lang, signal).catch(() => null);
      if (signal.aborted) return;
      this.fault.textContent = refusal ?? say(error instanceof ServiceError ? error.trouble : "refused");
      this.raw.open = true;
    }
  }

  private asText(): HTMLDetailsElement {
    const { say } = this.around;
    this.text.setAttribute("aria-describedby", "filter-fault");
    const apply = make("button", { type: "button", className: "push", onclick: () => void this.apply() }, say("filter_apply"));
    return make(
      "details",
      { className: "filter-raw" },
      make("summary", {}, say("filter_as_text")),
      make("label", { htmlFor: "filter-text" }, say("filter_text")),
      this.text,
      this.fault,
      apply,
    );
  }
}

/** Ranges with too many values to be listed are told by their ends, for one cannot guess them. */
async function withExtremes(layer: Layer, field: Field, signal: AbortSignal): Promise<Field> {
  if ((field.kind !== "number" && field.kind !== "date") || field.least !== null) return field;
  const [least, most] = await fetchExtremes(layer, field.name, signal).catch((): [null, null] => [null, null]);
  return least === null || most === null ? field : { ...field, least: String(least), most: String(most) };
}
