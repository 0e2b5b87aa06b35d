/** What the worker answers about tiles that are here: what lies at a place, what is in an area, which points there are. */
import type { Sheet } from "../../geometry/mvt";
import { shapesAt, widestStretch } from "../../geometry/shapes";
import { areaOfTile, type Area, type Tile } from "../../geometry/tiling";
import type { Found, Spot, Survey } from "./protocol";

/** A tile that is here, and the one it was read for. */
export interface Lying {
  tile: Tile;
  sheet: Sheet;
}

export function spotsOf({ tile, sheet }: Lying): Spot[] {
  const [west, north, east] = areaOfTile(tile);
  const unit = (east - west) / sheet.extent;
  const spots: Spot[] = [];
  for (const { id, code, label, count, from, to } of sheet.shapes) {
    for (let part = from; part < to; part += 1) {
      const vertex = sheet.parts[part] ?? 0;
      const [x, y] = [sheet.xy[2 * vertex] ?? 0, sheet.xy[2 * vertex + 1] ?? 0];
      // The margin belongs to the neighbour, which has the same point.
      if (x < 0 || y < 0 || x >= sheet.extent || y >= sheet.extent) continue;
      spots.push({ id, code, label, count, x: west + x * unit, y: north + y * unit });
    }
  }
  return spots;
}

/** Each feature once, what is drawn last first. */
export function foundAt(lying: readonly Lying[], x: number, y: number, reach: number): Found[] {
  const found = new Map<string, Found>();
  for (const { tile, sheet } of lying) {
    const [west, north, east] = areaOfTile(tile);
    const units = sheet.extent / (east - west);
    for (const shape of shapesAt(sheet, (x - west) * units, (y - north) * units, reach * units).reverse()) {
      const { id, code, label } = shape;
      if (id === null) continue;
      const index = sheet.shapes.indexOf(shape);
      const [left = 0, top = 0, right = 0, bottom = 0] = sheet.boxes.subarray(4 * index, 4 * index + 4);
      const size = ((right - left) * (bottom - top)) / units ** 2;
      found.set(id, { id, code, label, size: Math.max(size, found.get(id)?.size ?? 0) });
    }
  }
  return [...found.values()];
}

/** A feature that lies in several tiles counts once, and its name stands where it is widest. */
export function survey(lying: readonly Lying[], area: Area, named: boolean): Survey {
  const ids = new Set<string>();
  const names = new Map<string, Survey["names"][number]>();
  for (const { tile, sheet } of lying) {
    const [west, north, east] = areaOfTile(tile);
    const unit = (east - west) / sheet.extent;
    sheet.shapes.forEach(({ id, label }, index) => {
      const [left = 0, top = 0, right = 0, bottom = 0] = sheet.boxes.subarray(4 * index, 4 * index + 4);
      const apart =
        west + right * unit < area[0] || west + left * unit > area[2] || north + bottom * unit < area[1] || north + top * unit > area[3];
      if (id === null || apart) return;
      ids.add(id);
      if (named && label) name(names, id, label, sheet, index, west, north, unit);
    });
  }
  return { shown: ids.size, names: [...names.values()] };
}

function name(
  names: Map<string, Survey["names"][number]>,
  id: string,
  label: string,
  sheet: Sheet,
  index: number,
  west: number,
  north: number,
  unit: number,
): void {
  const shape = sheet.shapes[index];
  const room = shape?.kind === "polygon" ? widestStretch(sheet, shape, index) : null;
  if (!room || room.width * unit <= (names.get(id)?.width ?? 0)) return;
  names.set(id, { id, label, x: west + room.x * unit, y: north + room.y * unit, width: room.width * unit });
}
