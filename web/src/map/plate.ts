/**
 * A canvas over the map, a little larger than it: it goes along with the map as that is moved and zoomed, and is drawn
 * again when the map has come to rest at another zoom, or has been moved to its edge.
 */
import * as L from "leaflet";
import { overlapOf } from "../geometry/fit";
import { toWorld, worldPixels, type Area } from "../geometry/tiling";
import { fineness } from "./fineness";

/** Milliseconds. */
const PATIENCE = 150;

/** How the canvas lies: all in device pixels, `world` is the width of the world. */
export interface Lie {
  zoom: number;
  ratio: number;
  world: number;
  left: number;
  top: number;
  width: number;
  height: number;
  area: Area;
}

export class Plate {
  readonly canvas: HTMLCanvasElement;
  readonly pen: CanvasRenderingContext2D;
  private lie: Lie | null = null;
  private corner = L.latLng(0, 0);
  private on = false;
  private laid = 0;

  /** `draw` is called with a clean canvas; `ahead` when the map begins to zoom, with how the canvas will lie. */
  constructor(
    private readonly map: L.Map,
    pane: HTMLElement,
    private readonly draw: (lie: Lie) => void,
    private readonly ahead?: (lie: Lie) => void,
  ) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "leaflet-zoom-animated plate";
    pane.append(this.canvas);
    const pen = this.canvas.getContext("2d");
    if (!pen) throw new Error("no canvas");
    this.pen = pen;
  }

  get current(): Lie | null {
    return this.lie;
  }

  show(on: boolean): void {
    if (on === this.on) return;
    this.on = on;
    this.canvas.hidden = !on;
    const turn = on ? "on" : "off";
    this.map[turn]("zoomanim", this.animate, this)[turn]("zoom", this.follow, this)[turn]("move", this.moved, this);
    this.map[turn]("moveend resize viewreset", this.ended, this);
    if (on) this.lay();
    else [this.canvas.width, this.canvas.height, this.lie] = [0, 0, null];
  }

  /** Puts the canvas over the map as it is now, and has it drawn. */
  lay(): void {
    if (!this.on) return;
    const corner = this.map.containerPointToLayerPoint([-this.margin, -this.margin]).round();
    const lie = this.lieAt(this.map.getPixelOrigin().add(corner), this.map.getZoom());
    const { width, height, ratio } = lie;
    [this.lie, this.laid] = [lie, performance.now()];
    this.corner = this.map.layerPointToLatLng(corner);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      [this.canvas.width, this.canvas.height] = [width, height];
      this.canvas.style.width = `${width / ratio}px`;
      this.canvas.style.height = `${height / ratio}px`;
    } else this.pen.clearRect(0, 0, width, height);
    L.DomUtil.setTransform(this.canvas, corner, 1);
    this.draw(lie);
  }

  /** The part of the world that the map shows. */
  get view(): Area {
    const bounds = this.map.getBounds();
    const [first, last] = [toWorld(bounds.getWest(), bounds.getNorth()), toWorld(bounds.getEast(), bounds.getSouth())];
    return [first.x, first.y, last.x, last.y];
  }

  private get margin(): number {
    return overlapOf(this.map.getSize());
  }

  /** `corner` in CSS pixels of the world at that zoom. */
  private lieAt(corner: L.Point, zoom: number): Lie {
    const ratio = fineness();
    const size = this.map.getSize().add([2 * this.margin, 2 * this.margin]);
    const world = worldPixels(zoom) * ratio;
    const [left, top] = [Math.round(corner.x * ratio), Math.round(corner.y * ratio)];
    const [width, height] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
    const area: Area = [left / world, top / world, (left + width) / world, (top + height) / world];
    return { zoom, ratio, world, left, top, width, height, area };
  }

  private moved(): void {
    if (!this.lie || this.covers(this.lie)) return;
    // A canvas that is stretched while the zoom changes is not drawn anew for each picture of the flight.
    if (this.lie.zoom === this.map.getZoom() || performance.now() - this.laid > PATIENCE) this.lay();
  }

  private ended(): void {
    if (!this.lie || this.lie.zoom !== this.map.getZoom() || !this.covers(this.lie)) this.lay();
  }

  private covers({ area, ratio, width, height }: Lie): boolean {
    const view = this.view;
    const size = this.map.getSize().add([2 * this.margin, 2 * this.margin]).multiplyBy(ratio);
    const fits = Math.abs(width - size.x) < 1 && Math.abs(height - size.y) < 1 && ratio === fineness();
    return fits && area[0] <= view[0] && area[1] <= view[1] && area[2] >= view[2] && area[3] >= view[3];
  }

  private follow(): void {
    this.stretch(this.map.getCenter(), this.map.getZoom());
  }

  private animate(event: L.LeafletEvent): void {
    const { center, zoom } = event as L.ZoomAnimEvent;
    this.stretch(center, zoom);
    const half = this.map.getSize().divideBy(2).add([this.margin, this.margin]);
    this.ahead?.(this.lieAt(this.map.project(center, zoom).subtract(half), zoom));
  }

  /** Where the canvas lies when the map will be at that place and zoom. */
  private stretch(center: L.LatLng, zoom: number): void {
    if (!this.lie) return;
    const half = this.map.getSize().divideBy(2);
    const pane = L.DomUtil.getPosition(this.map.getPane("mapPane") as HTMLElement);
    const origin = this.map.project(center, zoom).subtract(half).add(pane).round();
    const corner = this.map.project(this.corner, zoom).subtract(origin);
    L.DomUtil.setTransform(this.canvas, corner, this.map.getZoomScale(zoom, this.lie.zoom));
  }
}
