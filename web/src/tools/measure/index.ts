/**
 * Measures lengths and areas: places are pointed at, the figure grows with them.
 *
 * By keyboard the middle of the map is the pointer: arrow keys move it, Enter adds a place, Backspace takes one back.
 */
import type L from "leaflet";
import { copyButton, make } from "../../panels/dom";
import { aim } from "../aim";
import type { Around, OpenTool } from "../tool";
import { Drawing } from "./drawing";
import { areaText, lengthText } from "../../messages/figures";
import { areaOf, crosses, lengthOf } from "./geodesic";

/** Two clicks of a double click lie within so many pixels. */
const SAME = 3;

export function open(around: Around): OpenTool {
  const measuring = new Measuring(around);
  return { content: measuring.content, close: () => measuring.close() };
}

class Measuring {
  readonly content: HTMLElement;
  private readonly map: L.Map;
  private readonly drawing: Drawing;
  private readonly figure = make("input", { type: "text", id: "measured", readOnly: true });
  private readonly more = make("p", { className: "facts" });
  private readonly stop: () => void;
  private places: L.LatLng[] = [];
  private mode: "length" | "area" = "length";
  /** After a double click the next place begins anew. */
  private done = false;

  constructor(private readonly around: Around) {
    this.map = around.frame.map;
    this.drawing = new Drawing(this.map);
    this.content = this.form();
    this.stop = aim(this.map, { point: (at) => this.add(at), back: () => this.back(), end: () => (this.done = true) });
    this.map.on("mousemove", this.follow, this);
    this.map.on("mouseout", this.unlead, this);
    this.show("");
  }

  close(): void {
    this.stop();
    this.map.off("mousemove", this.follow, this);
    this.map.off("mouseout", this.unlead, this);
    this.drawing.remove();
  }

  private form(): HTMLElement {
    const { say, announce } = this.around;
    const button = (key: "measure_undo" | "measure_clear" | "to_map", onclick: () => void): HTMLElement =>
      make("button", { type: "button", className: "quiet", onclick }, say(key));
    return make(
      "div",
      { className: "tool measure" },
      make("fieldset", { className: "choice" }, make("legend", {}, say("measure_what")), this.kind("length"), this.kind("area")),
      make("label", { htmlFor: "measured" }, say("measure_result")),
      this.figure,
      this.more,
      make(
        "p",
        { className: "actions" },
        copyButton(this.figure, say, announce),
        button("measure_undo", () => this.back()),
        button("measure_clear", () => this.clear()),
      ),
      make("p", { className: "facts" }, say("measure_help")),
      make("p", { className: "actions" }, button("to_map", () => this.map.getContainer().focus())),
      make("p", { className: "facts" }, say("measure_note")),
    );
  }

  private kind(mode: "length" | "area"): HTMLElement {
    const change = (): void => {
      this.mode = mode;
      this.show(this.said());
    };
    const circle = make("input", { type: "radio", name: "measure", checked: mode === this.mode, onchange: change });
    return make("label", { className: "check" }, circle, make("span", {}, this.around.say(`measure_${mode}`)));
  }

  private add(at: L.LatLng): void {
    const last = this.places.at(-1);
    const near = last && this.map.latLngToContainerPoint(last).distanceTo(this.map.latLngToContainerPoint(at)) < SAME;
    if (near && !this.done) return this.around.announce(this.around.say("measure_same"));
    this.places = this.done ? [at] : [...this.places, at];
    this.done = false;
    this.show(this.said());
  }

  private back(): void {
    this.done = false;
    this.places = this.places.slice(0, -1);
    this.show(this.said());
  }

  private clear(): void {
    this.done = false;
    this.places = [];
    this.show(this.said());
  }

  private show(said: string): void {
    const { say } = this.around;
    const text = this.figureText();
    this.figure.value = text || say("measure_none");
    this.more.textContent = [say("measure_points", { n: this.places.length }), this.aside()].filter(Boolean).join(" · ");
    this.drawing.show(this.places, this.mode === "area", text);
    if (said) this.around.announce(said);
  }

  /** The figure as it stands; empty while there are too few places, or where there is none. */
  private figureText(): string {
    const { lang } = this.around;
    if (this.mode === "length") return this.places.length > 1 ? lengthText(lengthOf(this.places), lang) : "";
    return this.places.length > 2 && !crosses(this.places) ? areaText(areaOf(this.places).area, lang) : "";
  }

  /** What is to be said beside the figure of an area. */
  private aside(): string {
    const { say, lang } = this.around;
    if (this.mode === "length" || this.places.length < 3) return "";
    if (crosses(this.places)) return say("measure_crosses");
    return say("measure_around", { length: lengthText(areaOf(this.places).around, lang) });
  }

  private said(): string {
    const points = this.around.say("measure_points", { n: this.places.length });
    return [this.figureText(), points, this.aside()].filter(Boolean).join(". ");
  }

  private follow({ latlng }: L.LeafletMouseEvent): void {
    this.drawing.lead(this.done ? undefined : this.places.at(-1), latlng);
  }

  private unlead(): void {
    this.drawing.lead(undefined, null);
  }
}
