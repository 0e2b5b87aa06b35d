/** What the map asks of each layer on it, however that is drawn: from tiles, from features, as points or as pictures. */
import type L from "leaflet";
import type { Trouble } from "../api/client";
import type { Feature } from "../geometry/feature";
import type { Layer } from "../api/portal";

/** Something that lies at a place. `size`: of its box, in square degrees or what it shows of it; 0 for points and lines. */
export interface Hit {
  layer: Layer;
  id: string;
  /** null: only `code` and `label` are known of it. */
  feature: Feature | null;
  code: string | null;
  label: string | null;
  size: number;
}

/** A name with the place where it stands; `width` in degrees of longitude: the room that is there. */
export interface PlaceName {
  key: string;
  text: string;
  lat: number;
  lon: number;
  width: number;
}

export interface DrawnLayer {
  readonly layer: Layer;
  readonly loading: boolean;
  readonly trouble: Trouble | null;
  /** Features in the view. */
  readonly shown: number;
  /** True while what is in the view is still being counted. */
  readonly counting?: boolean;
  /** True when the view holds more than is shown one by one. */
  readonly more: boolean;
  /** Shows it for the map's view, or the view that has changed. */
  show(): void;
  hide(): void;
  /** Asks again for what failed. */
  again(): void;
  /** Brings the drawing to what is held now. */
  draw(): void;
  /** What lies within `slack` pixels of its sign, what is drawn last first. */
  hits(at: L.LatLng, slack: number): Promise<Hit[]>;
  names(): PlaceName[];
}
