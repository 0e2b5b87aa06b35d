/**
 * A big layer on the map: its vector tiles, drawn by the worker in our own styles, put together on one canvas.
 *
 * Every place of the canvas is painted by exactly one picture: the tile itself, or until it is here what stands in for it
 * (the same tile drawn for another zoom, the one above, those below). Where a tile failed that is hatched, and said.
 */
import type L from "leaflet";
import type { Trouble } from "../../api/client";
import type { Layer } from "../../api/portal";
import { holder, holds, levelAt, rectangleOf, toDegrees, toWorld, worldPixels, type Rectangle, type Tile } from "../../geometry/tiling";
import { Plate, type Lie } from "../plate";
import { Keeper } from "./keeper";
import type { Painter } from "./painter";
import type { DrawnLayer, Hit, PlaceName } from "../drawn";
import type { Drawn, Survey } from "./protocol";
import { tilesToDraw } from "./wanted";

interface Form {
  width: number;
  height: number;
  ratio: number;
}

/** Device pixels of pictures that are kept: 80 MB. */
const MOST_PIXELS = 20e6;
/** Levels up and down in which a stand-in is looked for. */
const UP = 6;
const DOWN = 2;
/** Milliseconds for which a tile may wait for others, on an empty canvas and on one that shows something. */
const [FIRST_PATIENCE, PATIENCE] = [250, 80];
const NOTHING: Survey = { shown: 0, names: [] };

export class TileLayer implements DrawnLayer {
  private readonly plate: Plate;
  private readonly keeper: Keeper<Form, Drawn>;
  private surveyed: Survey = NOTHING;
  private asking: AbortController | null = null;
  private on = false;
  private fresh: Tile[] = [];
  private waiting: ReturnType<typeof setTimeout> | undefined;

  /** `named`: whether names of its areas are wanted. `changed` is called when it stands otherwise. */
  constructor(
    private readonly map: L.Map,
    readonly layer: Layer,
    pane: HTMLElement,
    private readonly painter: Painter,
    private readonly named: boolean,
    private readonly changed: () => void,
  ) {
    painter.introduce(layer);
    this.plate = new Plate(map, pane, (lie) => this.compose(lie), (lie) => this.want(lie));
    this.keeper = new Keeper<Form, Drawn>({
      ask: (tile, form, signal) => painter.ask("draw", { layer: layer.id, tile, ...form }, signal),
      same: (a, b) => a.width === b.width && a.height === b.height && a.ratio === b.ratio,
      weight: ({ picture }) => (picture ? picture.width * picture.height : 0),
      most: MOST_PIXELS,
      free: ({ picture }) => picture?.close(),
      changed: (tile) => this.arrived(tile),
    });
  }

  get loading(): boolean {
    return this.keeper.loading;
  }

  get trouble(): Trouble | null {
    return this.keeper.trouble;
  }

  /** True when small features are drawn together in the view. */
  get more(): boolean {
    return this.keeper.values().some(({ value }) => value.merged);
  }

  get shown(): number {
    return this.surveyed.shown;
  }

  get counting(): boolean {
    return this.asking !== null;
  }

  names(): PlaceName[] {
    return this.surveyed.names.map(({ id, label, x, y, width }) => {
      return { key: `${this.layer.id}/${id}`, text: label, ...toDegrees(x, y), width: 360 * width };
    });
  }

  show(): void {
    this.on = true;
    this.plate.show(true);
    this.look();
  }

  hide(): void {
    if (!this.on) return;
    this.on = false;
    this.plate.show(false);
    this.keeper.rest();
    this.forgetFresh();
    this.asking?.abort();
    this.asking = null;
    this.surveyed = NOTHING;
  }

  again(): void {
    if (!this.trouble) return;
    this.keeper.again();
    this.plate.lay();
  }

  /** Its canvas follows by itself: a tile is drawn when it comes. */
  draw(): void {}

  async hits({ lat, lng }: L.LatLng, slack: number): Promise<Hit[]> {
    const tiles = this.keeper.values().map(({ tile }) => tile);
    const reach = (slack + this.layer.style.width / 2) / worldPixels(this.map.getZoom());
    const found = await this.painter.ask("hits", { layer: this.layer.id, tiles, ...toWorld(lng, lat), reach });
    return found.map((each) => {
      const size = this.layer.geometry === "polygon" ? each.size * 360 ** 2 : 0;
      return { ...each, layer: this.layer, feature: null, size };
    });
  }

  private want(lie: Lie): readonly Tile[] {
    const tiles = tilesToDraw(this.layer, lie.area, lie.zoom);
    this.keeper.want(tiles.map((tile) => ({ tile, form: { ...sizeOf(tile, lie), ratio: lie.ratio } })));
    return tiles;
  }

  private compose(lie: Lie): void {
    for (const tile of this.want(lie)) this.put(tile, lie);
    this.forgetFresh();
    this.changed();
  }

  /** Several that come soon after one another are painted at once: each time the whole canvas goes to the screen anew. */
  private arrived(tile: Tile): void {
    this.fresh.push(tile);
    if (this.loading) this.waiting ??= setTimeout(() => this.paintFresh(), this.surveyed === NOTHING ? FIRST_PATIENCE : PATIENCE);
    else this.paintFresh();
  }

  private paintFresh(): void {
    const lie = this.plate.current;
    this.look(); // counted by the worker while the page paints: both then go to the screen at once
    for (const tile of lie ? this.fresh : []) {
      if (!lie || tile.z !== levelAt(lie.zoom)) continue;
      const { left, top, width, height } = rectangleOf(tile, lie.world, lie.left, lie.top);
      this.plate.pen.clearRect(left, top, width, height);
      this.put(tile, lie);
    }
    this.forgetFresh();
    this.changed();
  }

  /** What came is painted, or will not be. */
  private forgetFresh(): void {
    clearTimeout(this.waiting);
    [this.fresh, this.waiting] = [[], undefined];
  }

  /** The view has come to rest, or its last tile is here: counts what is in it. */
  private look(): void {
    if (this.on && !this.loading) void this.survey();
  }

  /** Paints the tile's place, which is clean. */
  private put(tile: Tile, lie: Lie): void {
    const place = rectangleOf(tile, lie.world, lie.left, lie.top);
    if (!onPlate(place, lie)) return;
    const drawn = this.keeper.get(tile);
    if (drawn) this.picture(drawn, place);
    else this.standIn(tile, place, lie);
    if (this.keeper.isMissing(tile)) hatch(this.plate.pen, place, lie.ratio);
  }

  private picture({ picture, box: [west, north, east, south] }: Drawn, { left, top, width, height }: Rectangle): void {
    if (!picture) return;
    const [x, y] = [Math.round(left + west * width), Math.round(top + north * height)];
    this.plate.pen.drawImage(picture, x, y, Math.round(left + east * width) - x, Math.round(top + south * height) - y);
  }

  private standIn(tile: Tile, place: Rectangle, lie: Lie): void {
    for (let up = 1; up <= Math.min(UP, tile.z); up += 1) {
      const above = holder(tile, tile.z - up);
      const drawn = this.keeper.get(above);
      if (drawn) return this.part(drawn, above, tile, place);
    }
    for (let down = 1; down <= DOWN; down += 1) {
      const [first, count] = [2 ** down, 2 ** down];
      for (let at = 0; at < count * count; at += 1) {
        const below = { z: tile.z + down, x: tile.x * first + (at % count), y: tile.y * first + Math.floor(at / count) };
        const drawn = this.keeper.get(below);
        if (drawn && !this.hasBetween(below, tile)) this.picture(drawn, rectangleOf(below, lie.world, lie.left, lie.top));
      }
    }
  }

  /** True when a tile between the two has painted this place already. */
  private hasBetween(below: Tile, tile: Tile): boolean {
    for (let z = below.z - 1; z > tile.z; z -= 1) if (this.keeper.get(holder(below, z))) return true;
    return false;
  }

  /** Paints with the part of a picture that shows a tile below it. */
  private part({ picture, box: [west, north, east, south] }: Drawn, above: Tile, tile: Tile, { left, top, width, height }: Rectangle): void {
    if (!picture || !holds(above, tile)) return;
    const count = 2 ** (tile.z - above.z);
    // Pixels of the tile above if its picture were whole, and where the tile begins in the picture.
    const [across, down] = [picture.width / (east - west), picture.height / (south - north)];
    const [x, y] = [(tile.x / count - above.x - west) * across, (tile.y / count - above.y - north) * down];
    this.plate.pen.drawImage(picture, x, y, across / count, down / count, left, top, width, height);
  }

  private async survey(): Promise<void> {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const tiles = this.keeper.values().map(({ tile }) => tile);
    const asked = { layer: this.layer.id, tiles, area: this.plate.view, named: this.named };
    const found = await this.painter.ask("survey", asked, asking.signal).catch(() => null);
    if (this.asking !== asking) return;
    this.asking = null;
    if (found) this.surveyed = found;
    this.changed();
  }
}

function sizeOf(tile: Tile, { world }: Lie): { width: number; height: number } {
  const { width, height } = rectangleOf(tile, world, 0, 0);
  return { width, height };
}

function onPlate({ left, top, width, height }: Rectangle, lie: Lie): boolean {
  return left < lie.width && top < lie.height && left + width > 0 && top + height > 0;
}

const STEP = 14;

/** Lines from corner to corner say that here something is missing. */
function hatch(pen: CanvasRenderingContext2D, { left, top, width, height }: Rectangle, ratio: number): void {
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  pen.beginPath();
  for (let at = -height; at < width; at += STEP * ratio) {
    pen.moveTo(left + at, top + height);
    pen.lineTo(left + at + height, top);
  }
  pen.strokeStyle = "#777";
  pen.globalAlpha = 0.6;
  pen.lineWidth = ratio;
  pen.stroke();
  pen.restore();
}
