/** Makes what draws a layer: from tiles when it is big, from features when it is small or narrowed by a question. */
import type L from "leaflet";
import type { Layer } from "../api/portal";
import type { FeatureSource } from "../api/source";
import type { DrawnLayer } from "./drawn";
import type { Groups } from "./groups";
import { PointLayer } from "./points";
import { RasterLayer } from "./raster";
import { FeatureSpots, TileSpots } from "./spots";
import type { Stack } from "./stack";
import { carriesNames } from "./style";
import { TileLayer } from "./tiles/layer";
import { painter } from "./tiles/painter";
import { VectorLayer } from "./vector";

export class LayerMaker {
  private readonly panes = new Map<string, [pane: HTMLElement, name: string]>();

  constructor(
    private readonly map: L.Map,
    private readonly stack: Stack,
    private readonly groups: Groups,
    private readonly changed: () => void,
  ) {}

  /** Everything there is of a layer: vector tiles of a big one, pictures of a raster. */
  whole(layer: Layer): DrawnLayer {
    const [pane, name] = this.pane(layer);
    if (layer.kind === "raster") return new RasterLayer(this.map, layer, name, this.changed);
    if (layer.geometry === "point") {
      return new PointLayer(this.map, new TileSpots(layer, painter(), this.changed), pane, this.groups);
    }
    return new TileLayer(this.map, layer, pane, painter(), carriesNames(layer), this.changed);
  }

  /** The features that a source holds. */
  asked(source: FeatureSource): DrawnLayer {
    const { layer } = source;
    const [pane, name] = this.pane(layer);
    if (layer.geometry === "point") return new PointLayer(this.map, new FeatureSpots(source), pane, this.groups);
    return new VectorLayer(this.map, source, name, carriesNames(layer));
  }

  private pane(layer: Layer): [pane: HTMLElement, name: string] {
    const found = this.panes.get(layer.id) ?? this.stack.pane(layer);
    this.panes.set(layer.id, found);
    return found;
  }
}
