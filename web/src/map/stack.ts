/** The panes of the layers: their order, how opaque they are, and what the swipe leaves of them, all as the state says. */
import type L from "leaflet";
import type { Layer } from "../api/portal";
import type { State } from "../state/model";
import type { Groups } from "./groups";

/** Leaflet's own panes for tiles and paths stand at 200 and 400; ours lie between, one for each layer. */
const LOWEST = 300;

type Arrangement = Pick<State, "layers" | "opacity" | "swipe">;

export class Stack {
  private readonly panes = new Map<string, HTMLElement>();
  private arranged: Arrangement = { layers: [], opacity: {}, swipe: null };

  constructor(
    private readonly map: L.Map,
    private readonly groups: Groups,
  ) {
    // Panes go along with the map, so the line they are cut at is put back to its place on the screen.
    map.on("move zoom moveend viewreset resize", () => this.cut());
  }

  /** The pane of a layer, and its name. */
  pane({ id }: Layer): [pane: HTMLElement, name: string] {
    const name = `layer-${id}`;
    const pane = this.map.createPane(name);
    pane.style.pointerEvents = "none";
    this.panes.set(id, pane);
    return [pane, name];
  }

  arrange(state: Arrangement): void {
    this.arranged = state;
    for (const [id, pane] of this.panes) {
      const place = state.layers.indexOf(id);
      const opacity = (state.opacity[id] ?? 100) / 100;
      pane.style.zIndex = String(LOWEST + (place < 0 ? 0 : state.layers.length - place));
      pane.style.opacity = opacity < 1 ? String(opacity) : "";
      pane.style.clipPath = "";
      this.groups.clip(id, "");
    }
    this.cut();
  }

  /** True when the swipe leaves the layer visible at that place. */
  isSeenAt({ id }: Layer, at: L.LatLng): boolean {
    const { swipe } = this.arranged;
    if (swipe?.layer !== id) return true;
    return this.map.latLngToContainerPoint(at).x <= (swipe.share / 100) * this.map.getSize().x;
  }

  /** The layer of the swipe is shown only to the left of its line. */
  private cut(): void {
    const { swipe } = this.arranged;
    const pane = swipe && this.panes.get(swipe.layer);
    if (!swipe || !pane) return;
    const size = this.map.getSize();
    const first = this.map.containerPointToLayerPoint([0, 0]);
    const last = this.map.containerPointToLayerPoint([(swipe.share / 100) * size.x, size.y]);
    const corners = [[first.x, first.y], [last.x, first.y], [last.x, last.y], [first.x, last.y]];
    const path = `polygon(${corners.map(([x, y]) => `${x}px ${y}px`).join(", ")})`;
    pane.style.clipPath = path;
    this.groups.clip(swipe.layer, path);
  }
}
