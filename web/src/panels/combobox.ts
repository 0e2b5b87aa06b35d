/**
 * Makes a field an editable combobox with a list (ARIA Authoring Practices), asked as one types.
 *
 * Apart from the map's search field because the portal's pages have the same. Focus stays in the field; arrows move the
 * active option, Enter takes it, Escape closes the list, then empties the field.
 */
import { isAbort, serviceError } from "../api/client";
import { search, type Found, type Results } from "../api/search";
import type { Language, Say } from "../messages/messages";
import { fill, make } from "./dom";

const PAUSE = 180;
const SHORTEST = 2;

/** Five decimals of a degree are a metre. */
const DECIMALS = 5;

export interface Surroundings {
  lang: Language;
  say: Say;
  choose: (found: Found) => void;
  announce: (text: string) => void;
  /** Whether Enter takes the first option when none is active; else it is the form's. */
  takesFirst: boolean;
}

const NOTHING: Results = { found: [], note: null };

/** The list stands right behind the field, which must be in a box of its own. */
export function combobox(input: HTMLInputElement, around: Surroundings): void {
  new Combobox(input, around);
}

class Combobox {
  private readonly list: HTMLUListElement;
  private options: HTMLElement[] = [];
  private results: readonly Found[] = [];
  /** The text that the list answers. */
  private answered = "";
  private active = -1;
  private asking: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly input: HTMLInputElement,
    private readonly around: Surroundings,
  ) {
    this.list = make("ul", { id: "found", role: "listbox", "aria-label": around.say("search_results"), hidden: true });
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list", autocomplete: "off" };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    input.spellcheck = false;
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("focus", () => this.toggle(this.results.length > 0));
    input.addEventListener("blur", () => this.toggle(false));
    input.after(this.list);
  }

  private later(): void {
    this.stopAsking();
    this.activate(-1);
    this.timer = setTimeout(() => void this.ask(), PAUSE);
  }

  private stopAsking(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  private async ask(): Promise<void> {
    this.stopAsking();
    const text = this.input.value.trim();
    if (text.length < SHORTEST) return this.show(NOTHING, null);
    this.asking = new AbortController();
    const { lang, say } = this.around;
    try {
      const results = await search(text, lang, this.asking.signal);
      const n = results.found.length;
      this.show(results, [results.note, n > 0 ? say("search_count", { n }) : say("search_none")].filter(Boolean).join(" "), text);
    } catch (error) {
      if (!isAbort(error)) this.show(NOTHING, say(serviceError(error).trouble === "offline" ? "search_offline" : "refused"));
    }
  }

  /**
   * `words` are read out; with no results they also stand in the list. Null closes it. What was walked to while the answer
   * was on its way stays chosen, if it is still offered.
   */
  private show({ found, note }: Results, words: string | null, answered = ""): void {
    const chosen = JSON.stringify(this.results[this.active]);
    [this.results, this.answered] = [found, answered];
    this.options = found.map((each, index) => this.option(each, index));
    const said = found.length > 0 ? note : words;
    fill(this.list, said !== null && make("li", { className: "empty", role: "presentation" }, said), ...this.options);
    this.list.scrollTop = 0;
    this.toggle(words !== null && document.activeElement === this.input);
    this.activate(found.findIndex((each) => JSON.stringify(each) === chosen));
    if (words !== null) this.around.announce(words);
  }

  private option(found: Found, index: number): HTMLElement {
    const row = make("li", { id: `found-${index}`, role: "option", "aria-selected": "false" });
    const { say } = this.around;
    fill(row, make("span", {}, labelOf(found, say)), " ", make("small", {}, kindOf(found, say)));
    // pointerdown, not click: the field would lose the focus, and the list with it, before the click came.
    row.addEventListener("pointerdown", (event) => event.preventDefault());
    row.addEventListener("click", () => this.take(index));
    return row;
  }

  private key(event: KeyboardEvent): void {
    const open = !this.list.hidden;
    const last = this.results.length - 1;
    const steps: Record<string, () => void> = {
      ArrowDown: () => this.activate(this.active >= last ? 0 : this.active + 1),
      ArrowUp: () => this.activate(this.active <= 0 ? last : this.active - 1),
      Enter: () => void this.enter(),
      Escape: () => (open ? this.close() : this.empty()),
    };
    const step = steps[event.key];
    if (!step || event.isComposing || (event.key === "Escape" && !open && this.input.value === "")) return;
    if (event.key === "Enter" && this.active < 0 && !this.around.takesFirst) return;
    event.preventDefault();
    if (event.key.startsWith("Arrow")) this.toggle(last >= 0);
    step();
  }

  /** Whoever types fast and presses Enter means what stands in the field, not what the list still answers. */
  private async enter(): Promise<void> {
    const isStale = (): boolean => this.active < 0 && this.answered !== this.input.value.trim();
    if (isStale()) await this.ask();
    if (isStale()) return; // there is no answer, or more was typed meanwhile
    this.take(Math.max(0, this.active));
  }

  private activate(index: number): void {
    this.active = index;
    this.options.forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    const row = this.options[index];
    if (row) {
      this.input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  private take(index: number): void {
    const found = this.results[index];
    if (!found) return;
    this.stopAsking();
    this.activate(index);
    this.input.value = labelOf(found, this.around.say);
    this.toggle(false);
    this.around.choose(found);
  }

  /** An answer that is still on its way does not open it again. */
  private close(): void {
    this.stopAsking();
    this.toggle(false);
  }

  private empty(): void {
    this.stopAsking();
    this.input.value = "";
    this.show(NOTHING, null);
  }

  private toggle(open: boolean): void {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.input.removeAttribute("aria-activedescendant");
  }
}

function labelOf(found: Found, say: Say): string {
  if (found.kind === "place") return say("search_place", { lat: found.lat.toFixed(DECIMALS), lon: found.lon.toFixed(DECIMALS) });
  return "title" in found ? found.title : found.label;
}

/** What it is, and where, if its name does not say so: several features may bear one name. */
function kindOf(found: Found, say: Say): string {
  if (found.kind === "place") return found.crs === "EPSG:4326" ? "WGS 84" : found.crs;
  if ("title" in found) return say(found.kind === "dataset" ? "search_dataset" : "search_dashboard");
  return [found.layer, ...found.where.filter((each) => !found.label.includes(each))].join(" · ");
}
