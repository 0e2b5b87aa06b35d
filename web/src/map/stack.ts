/** The panes of the layers: their order, how opaque they are, and what the swipe leaves of them, all as the state says. */
import type L from "leaflet";
import type { Layer } from "../api/portal";
import type { State, Swipe } from "../state/model";
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
  isSeenAt({ id }: Layer, at: L.LatLngExpression): boolean {
    const { swipe } = this.arranged;
    if (!swipe || (swipe.left !== id && swipe.right !== id)) return true;
    return this.map.latLngToContainerPoint(at).x <= this.lineOf(swipe) === (swipe.left === id);
  }

  /** The layers of the swipe are shown on their own side of its line only. */
  private cut(): void {
    const { swipe } = this.arranged;
    if (!swipe) return;
    const [line, width] = [this.lineOf(swipe), this.map.getSize().x];
    this.cutTo(swipe.left, 0, line);
    this.cutTo(swipe.right, line, width);
  }

  /** Pixels from the map's left edge. */
  private lineOf({ share }: Swipe): number {
    return (share / 100) * this.map.getSize().x;
  }

  private cutTo(id: string | null, from: number, to: number): void {
    const pane = id !== null && this.panes.get(id);
    if (!id || !pane) return;
    const first = this.map.containerPointToLayerPoint([from, 0]);
    const last = this.map.containerPointToLayerPoint([to, this.map.getSize().y]);
    const corners = [[first.x, first.y], [last.x, first.y], [last.x, last.y], [first.x, last.y]];
    const path = `polygon(${corners.map(([x, y]) => `${x}px ${y}px`).join(", ")})`;
    pane.style.clipPath = path;
    this.groups.clip(id, path);
  }
}
