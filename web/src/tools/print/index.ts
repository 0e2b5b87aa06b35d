/**
 * Prints the map at a true scale: shows the sheet with the map on it, then leaves the rest to the browser's own printing.
 *
 * The browser also makes the PDF, so nothing leaves the machine, and text on the sheet stays text.
 */
import type L from "leaflet";
import { byId, make } from "../../panels/dom";
import { covered, isWide } from "../../panels/layout";
import type { Key } from "../../messages/messages";
import { settled } from "../fine";
import type { Around, OpenTool } from "../tool";
import { Borrowed } from "./borrowing";
import { PAPERS, sizeOf, TURNS, type Paper, type Turn } from "./paper";
import { fittingScale, SCALES } from "../scale";
import { Sheet, type Wish } from "./sheet";

/** Share of the paper that the map has, about: for the scale that is offered first. */
const SHARE = 0.75;
const MARGIN = 16;
/** Milliseconds that printing waits for what is still being loaded. */
const PATIENCE = 15_000;

export function open(around: Around): OpenTool {
  const printing = new Printing(around);
  return { content: printing.content, close: () => printing.close() };
}

class Printing {
  readonly content: HTMLElement;
  private readonly sheet: Sheet;
  private readonly borrowed: Borrowed;
  private readonly scale = make("select", { id: "print-scale", onchange: () => this.change({ denominator: Number(this.scale.value) }) });
  private readonly stops: (() => void)[];
  private wish: Wish;

  constructor(private readonly around: Around) {
    const { map } = around.frame;
    const middle = middleSeen(map);
    this.wish = firstWish(map);
    this.content = this.form();
    this.sheet = new Sheet(around);
    document.body.append(this.sheet.element);
    document.body.classList.add("with-sheet");
    this.sheet.lay(this.wish);
    this.borrowed = new Borrowed(map, this.sheet.place, middle, () => {
      const { layers, guests } = around.store.get();
      return layers.length + guests.length;
    });
    this.stops = this.follow();
    this.arrange();
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.borrowed.giveBack();
    this.sheet.element.remove();
    document.body.classList.remove("with-sheet");
  }

  private form(): HTMLElement {
    const { say, lang, portal } = this.around;
    const number = new Intl.NumberFormat(lang);
    this.scale.append(...SCALES.map((each) => make("option", { value: String(each), selected: each === this.wish.denominator }, `1 : ${number.format(each)}`)));
    const text = (name: "title" | "note", value: string): HTMLElement[] => {
      const field = make("input", { type: "text", id: `print-${name}`, value, maxLength: 120, oninput: () => this.change({ [name]: field.value.trim() }) });
      return [make("label", { htmlFor: field.id }, say(`print_${name}`)), field];
    };
    const print = make("button", { type: "button", className: "push", onclick: () => void this.print(print) }, say("print_go"));
    return make(
      "div",
      { className: "tool" },
      ...this.papers(),
      make("label", { htmlFor: "print-scale" }, say("print_scale")),
      this.scale,
      ...text("title", portal.title),
      ...text("note", ""),
      make("p", { className: "actions" }, print),
      make("p", { className: "facts" }, say("print_help")),
    );
  }

  private papers(): HTMLElement[] {
    const { say } = this.around;
    const choice = <T extends string>(legend: Key, name: "paper" | "turn", values: readonly T[], words: (value: T) => string): HTMLElement => {
      const circle = (value: T): HTMLElement => {
        const checked = this.wish[name] === value;
        const input = make("input", { type: "radio", name: `print-${name}`, value, checked, onchange: () => this.change({ [name]: value }) });
        return make("label", { className: "check" }, input, make("span", {}, words(value)));
      };
      return make("fieldset", { className: "choice" }, make("legend", {}, say(legend)), ...values.map(circle));
    };
    return [
      choice<Paper>("print_paper", "paper", PAPERS, (value) => value.toUpperCase()),
      choice<Turn>("print_turn", "turn", TURNS, (value) => say(`print_${value}`)),
    ];
  }

  private change(wish: Partial<Wish>): void {
    this.wish = { ...this.wish, ...wish };
    this.arrange();
  }

  private arrange(): void {
    this.sheet.lay(this.wish);
    this.fit();
    this.sheet.write(this.wish);
    // What is written beside the map makes the room for it, so the map comes last.
    this.borrowed.setScale(this.wish.denominator);
  }

  /** As large as the part of the page allows that no panel covers. */
  private fit(): void {
    const { top, bottom, left } = covered();
    const { style } = this.sheet.element;
    style.inset = `${top}px 0 ${isWide() ? 0 : bottom}px ${left}px`;
    const wide = window.innerWidth - left - 2 * MARGIN;
    this.sheet.fit(wide, window.innerHeight - top - (isWide() ? 0 : bottom) - 2 * MARGIN, this.wish);
  }

  /** Keeps the sheet as the state is: its legend, its address, its size. */
  private follow(): (() => void)[] {
    const { store } = this.around;
    let waiting = 0;
    const again = (): void => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => this.arrange());
    };
    const resized = new ResizeObserver(again);
    resized.observe(byId("panel"));
    window.addEventListener("resize", again);
    const unwatch = [store.watch((state) => state.status, again), store.watch((state) => state.panel, again), store.watch((state) => state.view, again)];
    return [...unwatch, () => resized.disconnect(), () => window.removeEventListener("resize", again), () => cancelAnimationFrame(waiting)];
  }

  private async print(button: HTMLButtonElement): Promise<void> {
    // A button that is disabled loses the focus; this one keeps it and does nothing twice.
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    this.around.announce(this.around.say("print_waiting"));
    await settled(this.around.frame.map, PATIENCE);
    button.removeAttribute("aria-disabled");
    if (this.sheet.element.isConnected) window.print(); // else the tool was left meanwhile
  }
}

/** The middle of the part of the map that no panel covers. */
function middleSeen(map: L.Map): L.LatLng {
  const { top, right, bottom, left } = covered();
  const size = map.getSize();
  return map.containerPointToLatLng([(left + size.x - right) / 2, (top + size.y - bottom) / 2]);
}

/** What the sheet is like when it comes up: most of what is seen is on it. */
function firstWish(map: L.Map): Wish {
  const turn: Turn = map.getSize().x > map.getSize().y ? "landscape" : "portrait";
  const [width, height] = sizeOf("a4", turn);
  const { top, right, bottom, left } = covered();
  const size = map.getSize();
  const screen: [number, number] = [size.x - left - right, size.y - top - bottom];
  const denominator = fittingScale(screen, map.getZoom(), map.getCenter().lat, [width * SHARE, height * SHARE]);
  return { paper: "a4", turn, denominator, title: "", note: "" };
}
