/** What a service offers, whatever its kind; and why it cannot be used, in the reader's words. */
import type { Box } from "../../geometry/box";
import type { Key } from "../../messages/messages";

export interface Offered {
  name: string;
  title: string;
  /** Where there is something to see; null: not said. */
  box: Box | null;
  /** Whose it is; "": not said. */
  source: string;
  /** The address of a picture of its legend. */
  legend: string | null;
  from: From;
}

/** How a layer is asked for; all in Web Mercator but features, which are in longitude and latitude. */
export type From =
  | { kind: "wms"; url: string; layer: string; version: string; /** The form in which it tells what lies at a place. */ info: string | null }
  | { kind: "tiles"; zooms: readonly number[]; address: (zoom: number, column: number, row: number) => string }
  | { kind: "items"; url: URL };

export interface Service {
  title: string;
  layers: Offered[];
  /** Layers that it has beyond those, in no form that this map can show. */
  left: number;
}

export class ServiceTrouble extends Error {
  constructor(
    readonly key: Key,
    readonly values: Record<string, string | number> = {},
  ) {
    super(key);
  }
}

/** Whether a name means Web Mercator, in which this map is drawn. */
export function isWebMercator(name: string): boolean {
  return /(?:^|[^0-9])(?:3857|900913|102100|102113)$/.test(name.trim());
}
