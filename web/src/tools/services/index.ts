/**
 * Map services by address: WMS, WMTS and OGC API, read by the visitor's browser itself.
 *
 * Which hosts a page may ask is written in its Content Security Policy, so the portal's operator decides (`services` in
 * portal.yml); this portal's own services always can be added. What was added stays until it is taken away.
 */
import type L from "leaflet";
import { fill, make } from "../../panels/dom";
import { withGuests } from "../../state/model";
import type { Around, OpenTool } from "../tool";
import { serviceAt } from "./asking";
import { layerOf, type Panes } from "./drawing";
import { ServiceTrouble, type Offered, type Service } from "./offered";
import { AtPlace, type Askable } from "./place";

const PANES: Panes = { raster: "services-raster", vector: "services-vector" };
/** Layers of one service that are listed at once; a field narrows them. */
const MOST_LISTED = 60;

interface Added {
  offered: Offered;
  layer: L.Layer;
  /** Says that a part of it does not come; else empty. In the list of whichever sheet is open: no map that moves makes that anew. */
  trouble: HTMLElement;
}

/** Outlives the tool. */
const added: Added[] = [];

export function open(around: Around): OpenTool {
  const { map } = around.frame;
  if (!map.getPane(PANES.raster)) {
    const raster = map.createPane(PANES.raster);
    raster.style.zIndex = "290"; // over the background, under all layers
    raster.style.pointerEvents = "none";
    const vector = map.createPane(PANES.vector);
    vector.style.zIndex = "565";
    vector.style.pointerEvents = "none";
  }
  const sheet = new Sheet(around);
  return { content: sheet.element, close: () => sheet.close() };
}

class Sheet {
  readonly element: HTMLElement;
  private readonly field: HTMLInputElement;
  private readonly trouble = make("p", { className: "bad", id: "services-trouble", role: "alert" });
  private readonly offer = make("div");
  private readonly list = make("ul", { className: "services-list" });
  private readonly place: AtPlace;
  private asking = new AbortController();

  constructor(private readonly around: Around) {
    const { say, portal } = around;
    this.field = make("input", { type: "text", id: "services-address", inputMode: "url", autocomplete: "off", spellcheck: false, maxLength: 2000 });
    this.field.setAttribute("aria-describedby", "services-trouble services-hosts");
    const label = make("label", { htmlFor: "services-address", className: "tool-field" }, say("services_address"), this.field);
    const hosts = portal.services.length > 0 ? say("services_hosts", { hosts: portal.services.join(", ") }) : say("services_hosts_none");
    const form = make("form", {}, label, make("button", { type: "submit", className: "push" }, say("services_ask")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.ask();
    });
    this.place = new AtPlace(around, () => added.flatMap(askable));
    this.element = make("div", { className: "tool services" }, form, this.trouble, make("p", { className: "facts", id: "services-hosts" }, hosts), this.offer, this.list, this.place.element, make("p", { className: "facts" }, say("services_note")));
    this.draw();
  }

  close(): void {
    this.asking.abort();
    this.place.close();
  }

  private async ask(): Promise<void> {
    const { say, portal } = this.around;
    this.asking.abort();
    const { signal } = (this.asking = new AbortController());
    this.trouble.textContent = "";
    fill(this.offer, make("p", { className: "empty" }, say("loading")));
    try {
      this.show(await serviceAt(this.field.value, portal.services, signal));
    } catch (error) {
      if (signal.aborted) return;
      fill(this.offer);
      this.trouble.textContent = error instanceof ServiceTrouble ? say(error.key, error.values) : say("services_unknown");
    }
  }

  private show(service: Service): void {
    const { say, announce } = this.around;
    const heading = make("h3", { tabIndex: -1 }, service.title || say("tool_services"));
    const rows = make("ul", { className: "services-offer" });
    const more = make("p", { className: "facts" });
    const narrow = make("input", { type: "search", id: "services-narrow", autocomplete: "off" });
    const draw = (): void => {
      const wanted = narrow.value.trim().toLowerCase();
      const found = service.layers.filter(({ title, name }) => `${title} ${name}`.toLowerCase().includes(wanted));
      fill(rows, ...found.slice(0, MOST_LISTED).map((each) => this.row(each)));
      more.textContent = found.length > MOST_LISTED ? say("services_more", { n: found.length - MOST_LISTED }) : "";
    };
    narrow.addEventListener("input", draw);
    draw();
    const isLong = service.layers.length > 12;
    const left = service.left > 0 && make("p", { className: "facts" }, say("services_left", { n: service.left }));
    const field = isLong && make("label", { htmlFor: "services-narrow", className: "tool-field" }, say("services_narrow"), narrow);
    fill(this.offer, heading, field, rows, more, left);
    announce(say("services_found", { n: service.layers.length, service: service.title }));
    const { activeElement } = document;
    if (activeElement === document.body || this.element.contains(activeElement)) heading.focus(); // who has gone elsewhere meanwhile is not called back
  }

  private row(offered: Offered): HTMLElement {
    const { say } = this.around;
    const button = make("button", { type: "button", className: "quiet", onclick: () => this.add(offered) }, say("services_add"));
    button.setAttribute("aria-label", say("services_add_layer", { layer: offered.title }));
    return make("li", {}, make("span", {}, offered.title), button);
  }

  private add(offered: Offered): void {
    const { frame, say, announce } = this.around;
    const trouble = make("span", { className: "bad" });
    const layer = layerOf(offered.from, PANES, (failed) => (trouble.textContent = failed ? say("services_failed") : ""));
    added.unshift({ offered, layer, trouble });
    layer.addTo(frame.map);
    this.changed();
    announce(say("services_added", { layer: offered.title }));
  }

  /** Other services are on the map than before. */
  private changed(): void {
    const { store } = this.around;
    const guests = added.map(({ offered: { title, source, legend } }) => ({ title, source, sample: legend ? { picture: legend } : null }));
    store.set(withGuests(store.get(), "services", guests));
    this.draw();
  }

  draw(): void {
    const { say, frame } = this.around;
    frame.map.getContainer().dataset.services = String(added.length);
    this.place.arrange();
    fill(this.list, ...added.map((entry) => {
      const { title, box, source } = entry.offered;
      const remove = make("button", { type: "button", className: "quiet", onclick: () => this.remove(entry) }, say("own_remove"));
      remove.setAttribute("aria-label", `${say("own_remove")}: ${title}`);
      const zoom = make("button", { type: "button", className: "quiet", onclick: () => box && frame.show(box, [0, 18]) }, say("own_zoom"));
      zoom.setAttribute("aria-label", `${say("own_zoom")}: ${title}`);
      return make("li", {}, make("strong", {}, title), entry.trouble, source && make("p", { className: "facts" }, say("source", { source })), this.legend(entry.offered), make("p", { className: "actions" }, box && zoom, remove));
    }));
  }

  /** The picture that the service itself has made of its signs; none where that does not come. */
  private legend({ legend, title }: Offered): HTMLElement | null {
    if (!legend) return null;
    const picture = make("img", { src: legend, alt: this.around.say("services_legend", { layer: title }), loading: "lazy", referrerPolicy: "no-referrer" });
    picture.addEventListener("error", () => picture.remove());
    return picture;
  }

  private remove(entry: Added): void {
    const { say, announce } = this.around;
    entry.layer.remove();
    added.splice(added.indexOf(entry), 1);
    this.changed();
    announce(say("own_removed", { layer: entry.offered.title }));
    (this.list.querySelector<HTMLElement>("button") ?? this.field).focus();
  }
}

function askable({ offered: { title, from } }: Added): Askable[] {
  return from.kind === "wms" && from.info !== null ? [{ title, from }] : [];
}
