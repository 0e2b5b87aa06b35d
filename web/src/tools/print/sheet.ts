/**
 * The sheet as it comes out of the printer: title, map, legend, scale, north, sources, date, address.
 *
 * It lies over the page, made smaller to be seen whole; on paper it has its true size (styles/tools/print.css).
 */
import { fill, make } from "../../panels/dom";
import { dateText } from "../../messages/values";
import { mapAddress, permalink } from "../../state/address";
import type { Around } from "../tool";
import { legend } from "./legend";
import { sizeOf, type Paper, type Turn } from "./paper";
import { barOf, MILLIMETRE_PIXELS } from "../scale";

export interface Wish {
  paper: Paper;
  turn: Turn;
  denominator: number;
  title: string;
  note: string;
}

/** Longest scale bar, in millimetres. */
const LONGEST_BAR = 50;
/** The longest address that a QR code of this size holds legibly. */
const LONGEST_QR = 600;
/** From here on the scale differs by more than some 2 in 1000 between the middle and the edge of a sheet. */
const FAR = 100_000;
const NORTH = { arrow: "M12 1L17 14 12 11.4 7 14z", letter: "M9.6 23V16.5L14.4 23V16.5" };

export class Sheet {
  readonly element: HTMLElement;
  readonly place = make("div", { className: "sheet-map" });
  private readonly page: HTMLElement;
  private readonly title = make("h2", {});
  private readonly over = make("p", { className: "sheet-over" });
  private readonly scale = make("div", { className: "sheet-scale" });
  private readonly legend = make("div", { className: "sheet-legend" });
  private readonly rest = make("div", { className: "sheet-rest" });
  private readonly foot = make("div", { className: "sheet-foot" });
  private path = "";
  private readonly second = make("div", { className: "sheet-page sheet-second" });

  constructor(private readonly around: Around) {
    const head = make("div", { className: "sheet-head" }, make("div", {}, this.title, this.over), north(around.say("print_north")));
    const side = make("div", { className: "sheet-side" }, this.legend, this.scale, this.rest);
    this.page = make("div", { className: "sheet-page" }, head, this.place, side, this.foot);
    const words = { role: "region", "aria-label": around.say("print_preview") };
    const fitted = [this.page, this.second].map((each) => make("div", { className: "sheet-fit" }, each));
    this.element = make("div", { className: "sheet", ...words }, ...fitted);
  }

  /** Sizes of the paper; the map on it must be told afterwards. */
  lay({ paper, turn }: Wish): void {
    const [width, height] = sizeOf(paper, turn);
    this.element.dataset.page = `${paper}-${turn}`;
    this.element.style.setProperty("--page-width", `${width}mm`);
    this.element.style.setProperty("--page-height", `${height}mm`);
  }

  /** Makes the sheet as large as fits into so many pixels; it is never larger than the paper. */
  fit(wide: number, high: number, { paper, turn }: Wish): void {
    const [width, height] = sizeOf(paper, turn).map((each) => each * MILLIMETRE_PIXELS) as [number, number];
    const scale = Math.min(1, wide / width, high / height);
    this.element.style.setProperty("--fit", scale.toFixed(4));
  }

  /** Writes what depends on the state and on the wishes. */
  write(wish: Wish): void {
    const { say, portal, lang, store } = this.around;
    const { date } = store.get();
    const day = { dateStyle: "long" } as const;
    this.title.textContent = wish.title || portal.title;
    const over = [
      wish.note,
      wish.title && wish.title !== portal.title ? portal.title : "",
      date ? say("print_as_of", { date: dateText(date, lang, { ...day, timeZone: "UTC" }) }) : "",
      say("print_made", { date: dateText(new Date().toISOString(), lang, day) }),
    ];
    this.over.textContent = over.filter(Boolean).join(" · ");
    fill(this.scale, ...scaleOf(wish.denominator, this.around));
    this.writeAddress();
    fill(this.foot, make("p", {}, document.getElementById("sources")?.textContent ?? ""), portal.notice && make("p", {}, portal.notice));
    this.writeLegend();
  }

  /** A legend that finds no room beside the map is written smaller; if that does not help, it has a sheet of its own. */
  private writeLegend(): void {
    const { say } = this.around;
    const sections: Node[] = legend(this.around);
    if (this.place.querySelector(".group-button")) sections.push(make("p", {}, say("print_groups")));
    this.second.parentElement?.toggleAttribute("hidden", true);
    this.legend.classList.remove("small");
    fill(this.legend, ...sections);
    if (fits(this.legend)) return;
    this.legend.classList.add("small");
    if (fits(this.legend)) return;
    fill(this.legend, make("p", {}, say("print_legend_next")));
    fill(this.second, make("h2", {}, say("print_legend")), make("div", { className: "sheet-legend" }, ...sections));
    this.second.parentElement?.toggleAttribute("hidden", false);
  }

  private writeAddress(): void {
    const { store, portal, lang, say } = this.around;
    const path = mapAddress(lang, permalink(store.get(), portal));
    if (path === this.path) return;
    this.path = path;
    const image = make("img", { alt: say("print_qr"), src: `/qr.svg?to=${encodeURIComponent(path)}` });
    image.addEventListener("error", () => image.remove());
    const words = make("p", { className: "sheet-address" }, location.origin + path);
    fill(this.rest, path.length <= LONGEST_QR && image, words);
  }
}

function fits({ scrollWidth, clientWidth, scrollHeight, clientHeight }: HTMLElement): boolean {
  return scrollWidth <= clientWidth + 1 && scrollHeight <= clientHeight + 1;
}

function scaleOf(denominator: number, { lang, say }: Around): Node[] {
  const { metres, millimetres } = barOf(denominator, LONGEST_BAR);
  const bar = make("div", { className: "sheet-bar", "aria-hidden": "true" }, ...[1, 2, 3, 4].map(() => make("i", {})));
  bar.style.setProperty("width", `${millimetres}mm`);
  const figures = [0, metres / 2, metres].map((each) => make("span", {}, short(each, metres, lang)));
  const labels = make("div", { className: "sheet-bar-figures" }, ...figures);
  labels.style.setProperty("width", `${millimetres}mm`);
  const number = new Intl.NumberFormat(lang).format(denominator);
  const middle = denominator >= FAR ? say("print_middle") : "";
  const words = say("print_words", { length: short(denominator / 100, denominator / 100, lang) });
  return [make("p", { className: "sheet-ratio" }, `1 : ${number}`), make("div", {}, bar, labels), make("p", {}, middle ? `${words} (${middle})` : words)];
}

/** Only the last figure of the bar carries the unit. */
function short(metres: number, longest: number, lang: string): string {
  const kilometres = longest >= 1000;
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 }).format(kilometres ? metres / 1000 : metres);
  return metres === longest ? `${number}\u00a0${kilometres ? "km" : "m"}` : number;
}

function north(words: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "sheet-north");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", words);
  for (const [name, path] of Object.entries(NORTH)) {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
    shape.setAttribute("class", name);
    shape.setAttribute("d", path);
    svg.append(shape);
  }
  return svg;
}
