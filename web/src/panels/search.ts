/**
 * The search field: an editable combobox with a list (ARIA Authoring Practices), asked as one types.
 *
 * Focus stays in the field; arrows move the active option, Enter takes it, Escape closes the list, then empties it.
 */
import { isAbort } from "../api/client";
import { search, type Found } from "../api/search";
import type { Language, Say } from "../messages/messages";
import { fill, icon, LENS, make } from "./dom";

const PAUSE = 180;
const SHORTEST = 2;

/** Five decimals of a degree are a metre. */
const DECIMALS = 5;

interface Surroundings {
  lang: Language;
  say: Say;
  choose: (found: Found) => void;
  announce: (text: string) => void;
}

export function searchField(place: HTMLElement, around: Surroundings): void {
  new Combobox(place, around);
}

class Combobox {
  private readonly input: HTMLInputElement;
  private readonly options: HTMLUListElement;
  private results: Found[] = [];
  private active = -1;
  private asking: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    place: HTMLElement,
    private readonly around: Surroundings,
  ) {
    const { say } = around;
    this.options = make("ul", { id: "found", role: "listbox", "aria-label": say("search_results"), hidden: true });
    this.input = make("input", {
      type: "text",
      id: "query",
      role: "combobox",
      autocomplete: "off",
      spellcheck: false,
      placeholder: say("search_hint"),
      "aria-label": say("search"),
      "aria-expanded": "false",
      "aria-controls": "found",
      "aria-autocomplete": "list",
      oninput: () => this.later(),
      onkeydown: (event: KeyboardEvent) => this.key(event),
      onfocus: () => this.toggle(this.results.length > 0),
      onblur: () => this.toggle(false),
    });
    place.setAttribute("role", "search");
    fill(place, icon(LENS), this.input, this.options);
  }

  private later(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.timer = setTimeout(() => void this.ask(), PAUSE);
  }

  private async ask(): Promise<void> {
    const text = this.input.value.trim();
    if (text.length < SHORTEST) return this.show([], null);
    this.asking = new AbortController();
    try {
      const results = await search(text, this.around.lang, this.asking.signal);
      const { say } = this.around;
      this.show(results, results.length > 0 ? say("search_count", { n: results.length }) : say("search_none"));
    } catch (error) {
      if (!isAbort(error)) this.show([], this.around.say("refused"));
    }
  }

  /** `words` are read out; with no results they also stand in the list. Null closes it. */
  private show(results: Found[], words: string | null): void {
    this.results = results;
    const rows = results.map((found, index) => this.option(found, index));
    const none = words !== null && rows.length === 0 && make("li", { className: "empty", role: "presentation" }, words);
    fill(this.options, ...rows, none);
    this.activate(-1);
    this.toggle(words !== null);
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
    const open = !this.options.hidden;
    const last = this.results.length - 1;
    const steps: Record<string, () => void> = {
      ArrowDown: () => this.activate(this.active >= last ? 0 : this.active + 1),
      ArrowUp: () => this.activate(this.active <= 0 ? last : this.active - 1),
      Enter: () => this.take(Math.max(0, this.active)),
      Escape: () => (open ? this.toggle(false) : this.empty()),
    };
    const step = steps[event.key];
    if (!step || (event.key === "Escape" && !open && this.input.value === "")) return;
    event.preventDefault();
    if (event.key.startsWith("Arrow")) this.toggle(last >= 0);
    step();
  }

  private activate(index: number): void {
    this.active = index;
    [...this.options.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    const row = this.options.children[index];
    if (row && index >= 0) {
      this.input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  private take(index: number): void {
    const found = this.results[index];
    if (!found) return;
    this.input.value = labelOf(found, this.around.say);
    this.toggle(false);
    this.around.choose(found);
  }

  private empty(): void {
    this.input.value = "";
    this.show([], null);
  }

  private toggle(open: boolean): void {
    this.options.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }
}

function labelOf(found: Found, say: Say): string {
  if (found.kind === "place") return say("search_place", { lat: found.lat.toFixed(DECIMALS), lon: found.lon.toFixed(DECIMALS) });
  return "title" in found ? found.title : found.label;
}

/** What it is, and where: several features may bear one name. */
function kindOf(found: Found, say: Say): string {
  if (found.kind === "place") return found.crs === "EPSG:4326" ? "WGS 84" : found.crs;
  if ("title" in found) return say(found.kind === "dataset" ? "search_dataset" : "search_dashboard");
  return [found.layer, ...found.where].join(" · ");
}
