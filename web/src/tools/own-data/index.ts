/**
 * Files of the reader's own on the map: GeoJSON, GPX, KML, KMZ and small GeoPackages, by button or dropped on the page.
 *
 * They are read here, in the browser, and never sent anywhere: there is not one request in this folder.
 */
import { boxOf, meets } from "../../geometry/box";
import type { Feature } from "../../geometry/feature";
import { fill, make } from "../../panels/dom";
import { ownSwatch } from "../../panels/swatch";
import { withGuests } from "../../state/model";
import type { Around, OpenTool } from "../tool";
import { takeDrops } from "./drop";
import { readFile } from "./open";
import { FileTrouble } from "./reading";
import { Shelf, type Placed } from "./shelf";

/** Features of a layer that are listed; all are on the map. */
const MOST_LISTED = 200;
const NAMES = ["name", "title", "nazev", "název", "nazwa", "bezeichnung", "label", "jmeno"];

/** Outlives the tool: what one has brought stays on the map. */
let shelf: Shelf | null = null;
/** What the tool shows while it is open: a file may be read to its end when the sheet that took it is gone. */
let sheet: Sheet | null = null;
/** Pointed at on the map while the tool was shut: told once it is in its panel. */
let pointed: [Placed, Feature] | null = null;

export function open(around: Around): OpenTool {
  const { store, say } = around;
  shelf ??= new Shelf(around.frame.map, (placed, feature) => {
    pointed = [placed, feature];
    store.set({ panel: "tools", tool: "own-data", opened: null, here: [] });
    tellPointed();
  }, (shown) => store.set(withGuests(store.get(), "own-data", shown.map(({ layer, color }) => ({ title: layer.name, source: "", sample: { color } })))));
  const opened = (sheet = new Sheet(shelf, around));
  takeDrops((files) => void opened.take(files));
  queueMicrotask(tellPointed);
  const close = (): void => {
    takeDrops(null);
    sheet = null;
  };
  return { content: make("div", { className: "tool own-data" }, make("p", { className: "facts" }, say("own_private")), opened.element), close };
}

function tellPointed(): void {
  if (!sheet || !pointed) return;
  sheet.pick(...pointed);
  pointed = null;
}

class Sheet {
  readonly element: HTMLElement;
  private readonly troubles = make("div", { className: "own-troubles", role: "alert" });
  private readonly list = make("ul", { className: "own-list" });
  private readonly card = make("section", { className: "own-card", hidden: true });

  constructor(
    private readonly shelf: Shelf,
    private readonly around: Around,
  ) {
    const { say } = around;
    const input = make("input", { type: "file", id: "own-files", multiple: true, accept: ".geojson,.json,.gpx,.kml,.kmz,.gpkg" });
    input.addEventListener("change", () => {
      void this.take([...(input.files ?? [])]);
      input.value = ""; // the same file can be chosen again
    });
    const label = make("label", { htmlFor: "own-files", className: "tool-field" }, say("own_choose"), input);
    this.element = make("div", {}, label, make("p", { className: "facts" }, say("own_drop")), this.troubles, this.list, this.card);
    this.draw();
  }

  /** Reads files one after the other and shows each, or says why it cannot be shown. */
  async take(files: readonly File[]): Promise<void> {
    const { say, announce, frame } = this.around;
    fill(this.troubles);
    for (const file of files) {
      announce(say("own_reading", { file: file.name }));
      try {
        const placed = (await readFile(file)).map((layer) => this.shelf.add(layer));
        const n = placed.reduce((sum, { layer }) => sum + layer.features.length, 0);
        announce(say("own_shown", { n, file: file.name }));
        const [first] = placed;
        if (first && this.isInReach(first)) frame.show(first.box ?? frame.viewBox(), [0, 18]);
      } catch (error) {
        (sheet ?? this).tellTrouble(file.name, error);
      }
    }
    sheet?.draw();
  }

  /** Shows the values of one feature and brings it into sight. */
  pick(placed: Placed, feature: Feature): void {
    const rows = Object.entries(feature.properties).filter(([, value]) => value !== null && value !== undefined && value !== "");
    const values = rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, typeof value === "object" ? JSON.stringify(value) : String(value))]);
    const heading = make("h3", { tabIndex: -1 }, this.nameOf(feature));
    fill(this.card, make("p", { className: "facts" }, placed.layer.name), heading, make("dl", {}, ...values));
    this.card.hidden = false;
    heading.focus();
  }

  private tellTrouble(file: string, error: unknown): void {
    const { say } = this.around;
    if (!(error instanceof FileTrouble)) console.error(error);
    const words = error instanceof FileTrouble ? say(error.key, error.values) : say("own_broken");
    this.troubles.append(make("p", {}, make("strong", {}, file), " ", words));
  }

  /** Whether the map, which does not leave the region's surroundings, can go there. */
  private isInReach({ box }: Placed): boolean {
    const bounds = this.around.frame.map.options.maxBounds;
    if (!box || !bounds || Array.isArray(bounds)) return true;
    return meets(box, [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]);
  }

  draw(): void {
    this.card.hidden = true;
    fill(this.list, ...this.shelf.placed.map((placed) => this.item(placed)));
  }

  private item(placed: Placed): HTMLElement {
    const { say, frame } = this.around;
    const { layer, box } = placed;
    const shown = make("input", { type: "checkbox", checked: this.shelf.isShown(placed), onchange: () => this.shelf.show(placed, shown.checked) });
    const facts = [
      say("count", { n: layer.features.length }),
      say("own_system", { crs: layer.crs }),
      layer.left > 0 ? say("own_left", { n: layer.left }) : "",
      this.isInReach(placed) ? "" : say("own_outside"),
    ].filter(Boolean);
    const zoom = make("button", { type: "button", className: "quiet", onclick: () => box && frame.show(box, [0, 18]) }, say("own_zoom"));
    const remove = make("button", { type: "button", className: "quiet", onclick: () => this.remove(placed) }, say("own_remove"));
    remove.setAttribute("aria-label", `${say("own_remove")}: ${layer.name}`);
    zoom.setAttribute("aria-label", `${say("own_zoom")}: ${layer.name}`);
    const ways = make("p", { className: "actions" }, this.isInReach(placed) && zoom, remove);
    return make("li", {}, make("label", { className: "check" }, shown, ownSwatch(placed.color), make("span", {}, layer.name)), make("p", { className: "facts" }, facts.join(" · ")), ways, this.features(placed));
  }

  /** The features as a list, made when it is unfolded: they can be reached without pointing at the map. */
  private features(placed: Placed): HTMLElement {
    const { say, frame } = this.around;
    const { features } = placed.layer;
    const list = make("ul", { className: "own-features" });
    const unfold = (): void => {
      if (list.childElementCount > 0) return;
      const rows = features.slice(0, MOST_LISTED).map((feature) => {
        const go = (): void => {
          const box = feature.geometry && boxOf(feature.geometry);
          if (box) frame.show(box, [0, 18]);
          this.pick(placed, feature);
        };
        return make("li", {}, make("button", { type: "button", onclick: go }, this.nameOf(feature)));
      });
      fill(list, ...rows);
    };
    const details = make("details", { ontoggle: unfold }, make("summary", {}, say("own_features")), list);
    if (features.length > MOST_LISTED) details.append(make("p", { className: "facts" }, say("own_first", { n: MOST_LISTED })));
    return details;
  }

  private remove(placed: Placed): void {
    const { say, announce } = this.around;
    this.shelf.remove(placed);
    this.draw();
    announce(say("own_removed", { layer: placed.layer.name }));
    (this.list.querySelector<HTMLElement>("input") ?? this.element.querySelector<HTMLElement>("#own-files"))?.focus();
  }

  private nameOf(feature: Feature): string {
    const key = Object.keys(feature.properties).find((each) => NAMES.includes(each.toLowerCase()) && feature.properties[each]);
    return key ? String(feature.properties[key]) : this.around.say("unnamed", { id: String(feature.id) });
  }
}
