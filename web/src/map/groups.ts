/**
 * Buttons over the groups of points: one stop of the Tab key for each layer, arrows go from group to group.
 *
 * The discs themselves are drawn on the layer's canvas (points.ts); a button adds what a canvas cannot: focus and words.
 */
import * as L from "leaflet";
import type { Layer } from "../api/portal";

export interface GroupButton {
  at: L.LatLng;
  count: number;
  /** CSS pixels. */
  diameter: number;
  open: () => void;
}

/** The words for a group of `n` points of a layer, and for all groups of a layer. */
export interface GroupWords {
  group: (layer: Layer, n: number) => string;
  all: (layer: Layer) => string;
}

/** CSS pixels beyond which a press is no click. */
const DRAGGED = 5;
const FORWARD = new Set(["ArrowRight", "ArrowDown"]);
const BACK = new Set(["ArrowLeft", "ArrowUp"]);

export class Groups {
  private readonly pane: HTMLElement;
  private readonly lists = new Map<string, HTMLElement>();
  /** What stands where, of each layer. */
  private readonly said = new Map<string, string>();
  private readonly clips = new Map<string, string>();

  constructor(
    private readonly map: L.Map,
    private readonly words: GroupWords,
  ) {
    this.pane = map.createPane("groups");
    this.pane.style.zIndex = "570";
    // While the map zooms the buttons would stand beside their discs; they are put anew at its end.
    map.on("zoomanim", () => (this.pane.hidden = true));
    map.on("zoomend moveend", () => (this.pane.hidden = false));
  }

  /** Replaces the buttons of a layer; the focus stays on the group that stands where the one it was on stood. */
  put(layer: Layer, buttons: readonly GroupButton[]): void {
    const zoom = this.map.getZoom();
    const said = buttons.map(({ at, count, diameter }) => `${zoom} ${this.map.latLngToLayerPoint(at)} ${count} ${diameter}`).join();
    if ((this.said.get(layer.id) ?? "") === said) return; // one that is being pressed stays the same button
    this.said.set(layer.id, said);
    const before = this.lists.get(layer.id);
    const held = before?.contains(document.activeElement) ? document.activeElement : null;
    const place = held ? L.DomUtil.getPosition(held as HTMLElement) : null;
    before?.remove();
    this.lists.delete(layer.id);
    if (buttons.length > 0) this.lists.set(layer.id, this.list(layer, buttons));
    if (held && place) this.refocus(layer.id, place);
  }

  /** Where discs stand, in pixels of the map: names keep off them. */
  rooms(): L.Bounds[] {
    const origin = this.map.containerPointToLayerPoint([0, 0]);
    return [...this.pane.querySelectorAll("button")].map((button) => {
      const middle = L.DomUtil.getPosition(button).subtract(origin);
      const half = parseFloat(button.style.width) / 2;
      return L.bounds(middle.subtract([half, half]), middle.add([half, half]));
    });
  }

  /** What the swipe leaves of a layer's groups, as a CSS shape; "": all. */
  clip(layer: string, shape: string): void {
    this.clips.set(layer, shape);
    const list = this.lists.get(layer);
    if (list) list.style.clipPath = shape;
  }

  private list(layer: Layer, buttons: readonly GroupButton[]): HTMLElement {
    const list = document.createElement("div");
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", this.words.all(layer));
    const inOrder = [...buttons].sort((a, b) => b.at.lat - a.at.lat || a.at.lng - b.at.lng);
    const made = inOrder.map((button) => this.button(layer, button));
    made.forEach((each, at) => (each.tabIndex = at === 0 ? 0 : -1));
    list.append(...made);
    list.style.clipPath = this.clips.get(layer.id) ?? "";
    list.addEventListener("keydown", (event) => walk(event, made));
    this.pane.append(list);
    return list;
  }

  private button(layer: Layer, { at, count, diameter, open }: GroupButton): HTMLButtonElement {
    const button = document.createElement("button");
    const words = this.words.group(layer, count);
    button.type = "button";
    button.className = "group-button";
    button.title = words;
    button.setAttribute("aria-label", words);
    button.style.width = button.style.height = `${diameter}px`;
    button.style.margin = `${-diameter / 2}px`;
    L.DomUtil.setPosition(button, this.map.latLngToLayerPoint(at));
    let pressed: [x: number, y: number] = [0, 0];
    button.addEventListener("pointerdown", ({ clientX, clientY }) => (pressed = [clientX, clientY]));
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      const dragged = Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > DRAGGED;
      if (event.detail > 0 && dragged) return; // the map was dragged by this button
      if (event.detail === 0) this.map.getContainer().focus(); // by keyboard: the group falls apart, the map stays
      open();
    });
    return button;
  }

  /** The group nearest to where the focus was; the map if there is none. */
  private refocus(layer: string, place: L.Point): void {
    const buttons = [...(this.lists.get(layer)?.querySelectorAll("button") ?? [])];
    const far = (button: HTMLElement): number => L.DomUtil.getPosition(button).distanceTo(place);
    const nearest = buttons.sort((a, b) => far(a) - far(b))[0];
    if (nearest) give(nearest, buttons);
    else this.map.getContainer().focus();
  }
}

function walk(event: KeyboardEvent, buttons: HTMLButtonElement[]): void {
  const at = buttons.findIndex((button) => button === document.activeElement);
  const step = FORWARD.has(event.key) ? 1 : BACK.has(event.key) ? -1 : 0;
  const next = buttons[at + step];
  if (step === 0 || at < 0 || !next) return;
  event.preventDefault();
  event.stopPropagation();
  give(next, buttons);
}

function give(button: HTMLButtonElement, all: readonly HTMLButtonElement[]): void {
  for (const each of all) each.tabIndex = each === button ? 0 : -1;
  button.focus({ preventScroll: true });
}
