/** The points of a layer, wherever they come from: features of a small layer or of a question, or tiles of a big one. */
import type L from "leaflet";
import type { Trouble } from "../api/client";
import type { Layer } from "../api/portal";
import type { FeatureSource } from "../api/source";
import { positions } from "../geometry/box";
import type { Feature, Held } from "../geometry/feature";
import { areaOf, toWorld } from "../geometry/tiling";
import { Sourced, type Source } from "./sourced";
import { codeOf } from "./style";
import { Keeper } from "./tiles/keeper";
import type { Painter } from "./tiles/painter";
import type { Spot } from "./tiles/protocol";
import { tilesToDraw } from "./tiles/wanted";
import { boxOfView } from "./vector";

export interface SpotSource extends Source {
  want(map: L.Map): void;
  rest(): void;
  /** The same array as long as nothing has changed. */
  spots(): readonly Spot[];
  feature(id: string): Feature | null;
}

export class FeatureSpots extends Sourced<FeatureSource> implements SpotSource {
  private readonly made = new WeakMap<Held, Spot[]>();
  private readonly joined = new Joined();

  want(map: L.Map): void {
    this.source.want(boxOfView(map), map.getZoom());
  }

  rest(): void {
    this.source.rest();
  }

  spots(): readonly Spot[] {
    return this.joined.of([...this.source.features()].map((each) => this.spotsOf(each)));
  }

  feature(id: string): Feature | null {
    return this.source.find(id)?.feature ?? null;
  }

  private spotsOf(each: Held): Spot[] {
    let spots = this.made.get(each);
    if (!spots) {
      const { id, feature } = each;
      const code = codeOf(this.layer, feature);
      const places = feature.geometry ? [...positions(feature.geometry)] : [];
      spots = places.map(([lon = NaN, lat = NaN]) => ({ id, ...toWorld(lon, lat), code, label: null, count: 1 }));
      this.made.set(each, spots);
    }
    return spots;
  }
}

/** Points of one tile weigh as many as they are. */
const MOST_SPOTS = 300_000;

export class TileSpots implements SpotSource {
  private readonly keeper: Keeper<null, Spot[]>;
  private readonly joined = new Joined();

  constructor(
    readonly layer: Layer,
    painter: Painter,
    changed: () => void,
  ) {
    painter.introduce(layer);
    this.keeper = new Keeper<null, Spot[]>({
      ask: (tile, _, signal) => painter.ask("spots", { layer: layer.id, tile }, signal),
      same: () => true,
      weight: (spots) => spots.length,
      most: MOST_SPOTS,
      free: () => undefined,
      changed,
    });
  }

  get loading(): boolean {
    return this.keeper.loading;
  }

  get trouble(): Trouble | null {
    return this.keeper.trouble;
  }

  /** A group says how many it stands for, so nothing is kept back. */
  get more(): boolean {
    return false;
  }

  want(map: L.Map): void {
    const tiles = tilesToDraw(this.layer, areaOf(boxOfView(map)), map.getZoom());
    this.keeper.want(tiles.map((tile) => ({ tile, form: null })));
  }

  rest(): void {
    this.keeper.rest();
  }

  again(): void {
    this.keeper.again();
  }

  spots(): readonly Spot[] {
    return this.joined.of(this.keeper.values().map(({ value }) => value));
  }

  feature(): null {
    return null;
  }
}

/** Lists put one after another, anew only when one of them is another than before. */
class Joined {
  private parts: readonly Spot[][] = [];
  private whole: readonly Spot[] = [];

  of(parts: readonly Spot[][]): readonly Spot[] {
    const same = parts.length === this.parts.length && parts.every((part, at) => part === this.parts[at]);
    if (!same) [this.parts, this.whole] = [parts, parts.flat()];
    return this.whole;
  }
}
