/**
 * A layer of points: each as a sign in its colour; where they would lie over each other, a disc with their number.
 *
 * Signs and discs are drawn on one canvas, so they are also on a picture or a print of the map; over each disc lies a
 * button (groups.ts), by which it is reached by keyboard and read out.
 */
import * as L from "leaflet";
import { gather, type Cluster } from "../geometry/clusters";
import { sharedArea, toDegrees, worldPixels, type Area } from "../geometry/tiling";
import type { DrawnLayer, Hit, PlaceName } from "./drawn";
import type { Groups } from "./groups";
import { Plate, type Lie } from "./plate";
import { Sourced } from "./sourced";
import type { SpotSource } from "./spots";
import { styleOf, type StyleOf } from "./style";
import type { Spot } from "./tiles/protocol";

/** CSS pixels within which points are gathered. */
const CELL = 72;
/** From this zoom on every point stands for itself. */
const APART = 17;

export class PointLayer extends Sourced<SpotSource> implements DrawnLayer {
  private readonly plate: Plate;
  private readonly style: StyleOf;
  private readonly spacing: number;
  private single: Spot[] = [];
  private clusters: Cluster<Spot>[] = [];
  private painted: readonly Spot[] = [];
  private on = false;

  constructor(
    private readonly map: L.Map,
    source: SpotSource,
    pane: HTMLElement,
    private readonly groups: Groups,
  ) {
    super(source);
    this.style = styleOf(this.layer);
    this.spacing = Math.max(CELL, 6 * this.layer.style.radius);
    this.plate = new Plate(map, pane, (lie) => this.paint(lie));
  }

  get shown(): number {
    const { view } = this.plate;
    const one = this.single.filter((spot) => within(spot, view));
    const ids = new Set(one.map((spot) => spot.id));
    return this.clusters.reduce((sum, each) => sum + each.dots.reduce((n, dot) => n + (within(dot, view) ? dot.count : 0), 0), ids.size);
  }

  show(): void {
    this.source.want(this.map);
    this.plate.show(true);
    this.on = true;
    this.putButtons();
  }

  hide(): void {
    if (!this.on) return;
    this.on = false;
    this.source.rest();
    this.plate.show(false);
    [this.single, this.clusters, this.painted] = [[], [], []];
    this.groups.put(this.layer, []);
  }

  draw(): void {
    if (this.on && this.source.spots() !== this.painted) this.plate.lay();
  }

  hits(at: L.LatLng, slack: number): Promise<Hit[]> {
    const reach = slack + this.layer.style.radius;
    const point = this.map.latLngToContainerPoint(at);
    const near = ({ x, y }: Spot): boolean => this.map.latLngToContainerPoint(latLng(x, y)).distanceTo(point) <= reach;
    const bounds = this.map.getBounds().pad(0.1);
    const under = this.single.filter((spot) => bounds.contains(latLng(spot.x, spot.y)) && near(spot)).reverse();
    return Promise.resolve(under.flatMap(({ id, code, label }) => (id === null ? [] : [this.hit(id, code, label)])));
  }

  names(): PlaceName[] {
    return [];
  }

  private hit(id: string, code: string | null, label: string | null): Hit {
    return { layer: this.layer, id, feature: this.source.feature(id), code, label, size: 0 };
  }

  private paint(lie: Lie): void {
    const cell = lie.zoom < APART ? this.spacing / worldPixels(lie.zoom) : 0;
    const room = this.spacing / worldPixels(lie.zoom);
    const near: Area = [lie.area[0] - room, lie.area[1] - room, lie.area[2] + room, lie.area[3] + room];
    this.painted = this.source.spots();
    const { single, clusters } = gather(this.painted.filter((spot) => within(spot, near)), cell);
    [this.single, this.clusters] = [single, clusters];
    const { pen } = this.plate;
    for (const spot of single) this.sign(pen, lie, spot);
    for (const cluster of clusters) this.disc(pen, lie, cluster);
    this.putButtons();
  }

  private sign(pen: CanvasRenderingContext2D, lie: Lie, { x, y, code }: Spot): void {
    const style = this.style(code);
    circle(pen, lie, x, y, style.radius);
    pen.globalAlpha = style.fillOpacity ?? 1;
    pen.fillStyle = style.fillColor;
    pen.fill();
    pen.globalAlpha = style.opacity ?? 1;
    pen.strokeStyle = style.color ?? "#fff";
    pen.lineWidth = (style.weight ?? 1) * lie.ratio;
    pen.stroke();
  }

  /** In the colour that most of its points have, so that groups of one layer are not taken for those of another. */
  private disc(pen: CanvasRenderingContext2D, lie: Lie, { x, y, count, dots }: Cluster<Spot>): void {
    const radius = radiusOf(count);
    const color = this.style(commonest(dots)).fillColor;
    circle(pen, lie, x, y, radius);
    pen.globalAlpha = 1;
    pen.fillStyle = color;
    pen.fill();
    pen.strokeStyle = "#fff";
    pen.lineWidth = 2.5 * lie.ratio;
    pen.stroke();
    pen.fillStyle = isDark(color) ? "#fff" : "#111";
    pen.font = `600 ${13 * lie.ratio}px ${FONT}`;
    [pen.textAlign, pen.textBaseline] = ["center", "middle"];
    pen.fillText(short(count), x * lie.world - lie.left, y * lie.world - lie.top + lie.ratio, 1.8 * radius * lie.ratio);
  }

  /** Only for what is in the view: what lies beside it cannot be reached, so it is not to take the focus. */
  private putButtons(): void {
    const { view } = this.plate;
    const zoom = this.map.getZoom();
    const seen = this.clusters.filter((cluster) => within(cluster, view));
    const buttons = seen.map((cluster) => ({
      at: latLng(cluster.x, cluster.y),
      count: cluster.count,
      diameter: 2 * radiusOf(cluster.count),
      open: () => this.zoomTo(cluster, zoom),
    }));
    this.groups.put(this.layer, buttons);
  }

  /** As near as the group needs to fall apart, but not so near that one loses one's way. */
  private zoomTo({ dots, x, y }: Cluster<Spot>, zoom: number): void {
    const xs = dots.map((dot) => dot.x);
    const ys = dots.map((dot) => dot.y);
    const [first, last] = [latLng(Math.min(...xs), Math.min(...ys)), latLng(Math.max(...xs), Math.max(...ys))];
    const fits = this.map.getBoundsZoom(L.latLngBounds(first, last), false, L.point(CELL, CELL));
    const wanted = Math.min(Math.max(zoom + 1.5, Math.min(fits, zoom + 4)), APART + 1, this.map.getMaxZoom());
    this.map.setView(latLng(x, y), Math.max(zoom + 1, wanted));
  }
}

const FONT = "system-ui, sans-serif";

function circle(pen: CanvasRenderingContext2D, { world, left, top, ratio }: Lie, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.arc(x * world - left, y * world - top, radius * ratio, 0, 2 * Math.PI);
}

/** The code of most of the features; of equal ones that which comes first in the alphabet. */
function commonest(dots: readonly Spot[]): string | null {
  const counts = new Map<string | null, number>();
  for (const { code, count } of dots) counts.set(code, (counts.get(code) ?? 0) + count);
  const order = [...counts].sort(([a, n], [b, m]) => m - n || String(a).localeCompare(String(b)));
  return order[0]?.[0] ?? null;
}

function radiusOf(count: number): number {
  return 13 + 4 * Math.min(4, Math.log10(count));
}

function latLng(x: number, y: number): L.LatLng {
  const { lon, lat } = toDegrees(x, y);
  return L.latLng(lat, lon);
}

function within({ x, y }: { x: number; y: number }, area: Area): boolean {
  return sharedArea(area, [x, y, x, y]) !== null;
}

let compact: Intl.NumberFormat | undefined;

function short(count: number): string {
  if (count < 1000) return String(count);
  compact ??= new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });
  return compact.format(count);
}

/** Whether white is read better on a colour (#rrggbb or #rgb) than black. */
function isDark(color: string): boolean {
  const digits = color.length === 4 ? [...color.slice(1)].map((digit) => digit + digit) : (color.slice(1).match(/../g) ?? []);
  const [red = 0, green = 0, blue = 0] = digits.map((pair) => (parseInt(pair, 16) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.18;
}
