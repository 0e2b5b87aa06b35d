/**
 * Tells the coordinates of a place in the systems of three states, each to be copied; and goes to typed coordinates.
 *
 * Degrees are told at once; the rest comes from the service, whose operations are those of all other figures here.
 */
import type L from "leaflet";
import { isAbort } from "../../api/client";
import { copyButton, fill, make } from "../../panels/dom";
import { aim } from "../aim";
import type { Around, OpenTool } from "../tool";
import { askPlace, askTyped, type Place } from "./asking";
import { degreesLines, linesOf, systemName, type Line } from "./writing";

export function open(around: Around): OpenTool {
  const pointed = new Coordinates(around);
  return { content: pointed.content, close: () => pointed.close() };
}

class Coordinates {
  readonly content: HTMLElement;
  private readonly map: L.Map;
  private readonly lines = make("div", { className: "coords" });
  private readonly field = make("input", { type: "text", id: "coords-typed", autocomplete: "off", spellcheck: false });
  private readonly answer = make("div", { className: "coords-answer" });
  private readonly stop: () => void;
  /** What is asked of the place that is told, and for the one that was typed. */
  private asking = new AbortController();
  private going = new AbortController();

  constructor(private readonly around: Around) {
    this.map = around.frame.map;
    this.content = this.form();
    this.stop = aim(this.map, { point: ({ lat, lng }) => this.pick(lat, lng) });
    const mark = around.store.get().mark;
    const middle = this.map.getCenter();
    void this.tell(mark?.lat ?? middle.lat, mark?.lon ?? middle.lng);
  }

  close(): void {
    this.stop();
    this.asking.abort();
    this.going.abort();
  }

  private form(): HTMLElement {
    const { say } = this.around;
    const submit = (event: Event): void => {
      event.preventDefault();
      void this.goTo(this.field.value.trim());
    };
    this.field.setAttribute("aria-describedby", "coords-hint");
    const go = make(
      "form",
      { onsubmit: submit },
      make("label", { htmlFor: "coords-typed" }, say("coords_go_label")),
      make("div", { className: "with-button" }, this.field, make("button", { type: "submit", className: "push" }, say("coords_go"))),
      make("p", { className: "facts", id: "coords-hint" }, say("coords_hint")),
    );
    const toMap = make("button", { type: "button", className: "quiet", onclick: () => this.map.getContainer().focus() }, say("to_map"));
    const help = make("p", { className: "facts" }, say("coords_help"));
    return make("div", { className: "tool" }, go, this.answer, help, make("p", { className: "actions" }, toMap), this.lines);
  }

  private pick(lat: number, lon: number): void {
    this.going.abort(); // the map stays where one has just pointed
    this.around.store.set({ mark: { lat, lon } });
    void this.tell(lat, lon);
    this.lines.scrollIntoView(); // on a phone it is below what is seen of the panel
  }

  /** Degrees at once, then what the service says; nothing if another place has been asked for meanwhile. */
  private async tell(lat: number, lon: number): Promise<void> {
    this.asking.abort();
    const { signal } = (this.asking = new AbortController());
    const { say, announce } = this.around;
    const degrees = degreesLines(lat, lon, say);
    this.show(degrees, lat, lon);
    try {
      const place = await askPlace(lat, lon, signal);
      const lines = (place?.systems ?? []).flatMap((each) => linesOf(each, say));
      this.lines.querySelector(":scope > p")?.before(...lines.map((each) => this.row(each))); // the degrees may be in use already
      announce(`${degrees[0]?.title}: ${degrees[0]?.text}`);
    } catch (error) {
      if (!isAbort(error)) this.lines.append(make("p", { className: "empty", role: "alert" }, say("coords_offline")));
    }
  }

  private show(lines: readonly Line[], lat: number, lon: number): void {
    const { say, lang } = this.around;
    const here = `/${lang}/here?lon=${lon.toFixed(7)}&lat=${lat.toFixed(7)}`;
    const pixel = this.pixel(lat);
    fill(
      this.lines,
      ...lines.map((each) => this.row(each)),
      make("p", { className: "facts" }, say("coords_pixel", { n: Number(pixel.toPrecision(2)) })),
      make("p", { className: "actions" }, make("a", { href: here }, say("here"))),
    );
  }

  private row({ id, title, text, accuracy }: Line): HTMLElement {
    const { say, announce } = this.around;
    const field = make("input", { type: "text", id: `coords-${id}`, readOnly: true, value: text, onfocus: () => field.select() });
    const rough = accuracy === null ? say("coords_unsure") : accuracy > 0 ? say("coords_accuracy", { n: accuracy }) : "";
    const copy = copyButton(field, say, announce);
    copy.setAttribute("aria-label", say("coords_copy", { system: title }));
    const label = make("label", { htmlFor: field.id }, title, rough && make("small", {}, rough));
    return make("div", { className: "coords-row" }, label, copy, field);
  }

  /** Metres that one point of the screen stands for at the place. */
  private pixel(lat: number): number {
    return (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** this.map.getZoom());
  }

  private async goTo(text: string): Promise<void> {
    const { say } = this.around;
    this.field.removeAttribute("aria-invalid");
    this.going.abort();
    const { signal } = (this.going = new AbortController());
    try {
      const places = text ? await askTyped(text, signal) : [];
      const [first, ...others] = places;
      if (first) return this.arrive(first, others);
      this.field.setAttribute("aria-invalid", "true");
      fill(this.answer, make("p", { className: "bad", role: "alert" }, say("coords_not_read")));
    } catch (error) {
      if (!isAbort(error)) fill(this.answer, make("p", { className: "bad", role: "alert" }, say("coords_offline")));
    }
  }

  /** The map goes there; what else the text may mean is offered. */
  private arrive(place: Place, others: readonly Place[]): void {
    const { say, frame, store } = this.around;
    const system = say("coords_read_as", { system: systemName(place.code) });
    const outside = place.inside ? null : make("p", { className: "bad" }, say("coords_outside"));
    // Beside a place in the region one elsewhere is hardly meant.
    const likely = others.filter((each) => each.inside || !place.inside);
    const rest = likely.map((each) => {
      const go = (): void => this.arrive(each, [place, ...others.filter((other) => other !== each)]);
      const words = `${systemName(each.code)}: ${each.lat.toFixed(4)}, ${each.lon.toFixed(4)}`;
      return make("li", {}, make("button", { type: "button", className: "quiet", onclick: go }, words));
    });
    const choice = rest.length > 0 && make("div", {}, make("p", { className: "facts" }, say("coords_or")), make("ul", {}, ...rest));
    const held = this.answer.contains(document.activeElement);
    fill(this.answer, make("p", { role: "status" }, system), outside, choice);
    if (held) (this.answer.querySelector("button") ?? this.field).focus();
    store.set({ mark: { lat: place.lat, lon: place.lon } });
    frame.show([place.lon, place.lat, place.lon, place.lat], [Math.max(15, this.map.getZoom()), 20]);
    void this.tell(place.lat, place.lon);
  }
}
