/**
 * The form of a filter: codes to tick, ends of ranges, parts of texts. It says what was asked; it asks nothing itself.
 *
 * Each column is folded away until it is used, so that twenty of them still can be overlooked.
 */
import { make } from "../../panels/dom";
import type { Say } from "../../messages/messages";
import type { Condition } from "./cql2";
import type { Field } from "./fields";

interface Part {
  element: HTMLElement;
  /** null: nothing is asked of the column. */
  condition(): Condition | null;
}

export interface Form {
  element: HTMLElement;
  conditions(): Condition[];
}

/** How a form names values that it shows itself. */
export interface Words {
  say: Say;
  /** A number or a date as people of the language write it. */
  value: (field: Field, value: string) => string;
}

/** `changed` is called whenever the reader has changed something. */
export function filterForm(fields: readonly Field[], held: readonly Condition[], words: Words, changed: () => void): Form {
  const parts = fields.map((field) => partOf(field, held.find((each) => each.column === field.name) ?? null, words));
  const element = make("div", { className: "filter-form", oninput: changed }, ...parts.map((part) => part.element));
  return { element, conditions: () => parts.map((part) => part.condition()).filter((each) => each !== null) };
}

function partOf(field: Field, held: Condition | null, words: Words): Part {
  const part = make("div", { className: "filter-part", role: "group", "aria-label": titleOf(field) });
  const inside = MAKERS[field.kind](field, held, words, part);
  const mark = make("span", { className: "filter-mark", hidden: held === null }, words.say("filter_set"));
  const summary = make("summary", {}, make("span", {}, titleOf(field)), mark);
  const element = make("details", { open: held !== null }, summary, part);
  part.addEventListener("input", () => (mark.hidden = inside() === null));
  return { element, condition: inside };
}

function titleOf({ title, unit }: Field): string {
  return unit ? `${title} (${unit})` : title;
}

/** Fills the part of a field; gives back what reads it. */
type Make = (field: Field, held: Condition | null, words: Words, part: HTMLElement) => () => Condition | null;

const MAKERS: Record<Field["kind"], Make> = { codes, number: range, date: range, text, flag };

function codes(field: Field, held: Condition | null, { say }: Words, part: HTMLElement): () => Condition | null {
  const { values: ticked, missing: alsoMissing } = held?.kind === "codes" ? held : { values: [] as string[], missing: false };
  // A link may name a value that no feature has any more: it is still shown, for it still filters.
  const gone = ticked.filter((value) => field.options.every((option) => option.code !== value));
  const options = [...field.options, ...gone.map((code) => ({ code, label: code }))];
  const boxes = options.map(({ code, label }) => ({ code, ...tick(label, ticked.includes(code)) }));
  const missing = tick(say("missing"), alsoMissing);
  part.append(make("ul", {}, ...[...boxes, missing].map((each) => make("li", {}, each.label))));
  return () => {
    const values = boxes.filter((each) => each.box.checked).map((each) => each.code);
    if (values.length === 0 && !missing.box.checked) return null;
    return { kind: "codes", column: field.name, values, missing: missing.box.checked };
  };
}

function tick(words: string, checked: boolean): { box: HTMLInputElement; label: HTMLElement } {
  const box = make("input", { type: "checkbox", checked });
  return { box, label: make("label", { className: "check" }, box, make("span", {}, words)) };
}

function range(field: Field, held: Condition | null, { say, value }: Words, part: HTMLElement): () => Condition | null {
  const asked = held?.kind === "number" || held?.kind === "date" ? held : { from: null, to: null };
  const type = field.kind === "date" ? "date" : "number";
  const input = (end: string | number | null): HTMLInputElement => make("input", { type, step: "any", value: end === null ? "" : String(end) });
  const [from, to] = [input(asked.from), input(asked.to)];
  if (type === "date") from.step = to.step = "1";
  const row = make("div", { className: "filter-range" }, make("label", {}, say("filter_from"), from), make("label", {}, say("filter_to"), to));
  const known = field.least !== null && field.most !== null;
  const hint = known && make("p", { className: "facts" }, say("filter_known", { from: value(field, field.least ?? ""), to: value(field, field.most ?? "") }));
  const fault = make("p", { className: "bad", role: "alert" });
  // Said once the field is left: what is being typed is rarely whole.
  row.addEventListener("focusout", () => {
    const wrong = [from, to].filter((each) => each.validity.badInput);
    for (const each of [from, to]) each.setAttribute("aria-invalid", String(wrong.includes(each)));
    fault.textContent = wrong.length > 0 ? say("filter_unread") : "";
  });
  part.append(row, fault, hint || "");
  return () => {
    if (from.value === "" && to.value === "") return null;
    const ends = [from.value, to.value].map((each) => (each === "" ? null : each));
    const [least = null, most = null] = ends;
    if (type === "date") return { kind: "date", column: field.name, from: least, to: most };
    return { kind: "number", column: field.name, from: least === null ? null : Number(least), to: most === null ? null : Number(most) };
  };
}

function text(field: Field, held: Condition | null, { say }: Words, part: HTMLElement): () => Condition | null {
  const input = make("input", { type: "text", value: held?.kind === "text" ? held.text : "", maxLength: 200, autocomplete: "off" });
  part.append(make("label", {}, say("filter_contains"), input));
  return () => (input.value.trim() === "" ? null : { kind: "text", column: field.name, text: input.value.trim() });
}

function flag(field: Field, held: Condition | null, { say }: Words, part: HTMLElement): () => Condition | null {
  const asked = held?.kind === "flag" ? held.value : null;
  const choices = ([[null, "filter_any"], [true, "yes"], [false, "no"]] as const).map(([value, key]) => {
    const button = make("input", { type: "radio", name: `filter-${field.name}`, checked: asked === value });
    return { value, button, label: make("label", { className: "check" }, button, make("span", {}, say(key))) };
  });
  part.append(...choices.map((each) => each.label));
  return () => {
    const value = choices.find((each) => each.button.checked)?.value ?? null;
    return value === null ? null : { kind: "flag", column: field.name, value };
  };
}
