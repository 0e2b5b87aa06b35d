/** What lies at a place of a decoded tile, and where the names of its areas stand. Pure; in units of the tile. */
import { distanceToSegment } from "./hit";
import type { Shape, Sheet } from "./mvt";

/** Shapes within `reach` of a place: inside an area, or near a line or point. In the order in which they are drawn. */
export function shapesAt(sheet: Sheet, x: number, y: number, reach: number): Shape[] {
  return sheet.shapes.filter((shape, index) => {
    const at = 4 * index;
    const { boxes } = sheet;
    const slack = shape.kind === "polygon" ? 0 : reach;
    const near =
      (boxes[at] ?? 0) - slack <= x && x <= (boxes[at + 2] ?? 0) + slack && (boxes[at + 1] ?? 0) - slack <= y && y <= (boxes[at + 3] ?? 0) + slack;
    return near && isAt(sheet, shape, x, y, reach);
  });
}

function isAt(sheet: Sheet, shape: Shape, x: number, y: number, reach: number): boolean {
  if (shape.kind === "polygon") return isInside(sheet, shape, x, y);
  const { xy, parts } = sheet;
  for (let part = shape.from; part < shape.to; part += 1) {
    const [first, past] = [parts[part] ?? 0, parts[part + 1] ?? 0];
    for (let vertex = first; vertex < past; vertex += 1) {
      const before = Math.max(first, vertex - 1);
      const [ax, ay] = [(xy[2 * before] ?? 0) - x, (xy[2 * before + 1] ?? 0) - y];
      const [bx, by] = [(xy[2 * vertex] ?? 0) - x, (xy[2 * vertex + 1] ?? 0) - y];
      if (distanceToSegment(ax, ay, bx, by) <= reach) return true;
    }
  }
  return false;
}

/** Even-odd rule over all rings of the shape: holes need no special case. */
function isInside({ xy, parts }: Sheet, shape: Shape, x: number, y: number): boolean {
  let odd = false;
  for (let part = shape.from; part < shape.to; part += 1) {
    const [first, past] = [parts[part] ?? 0, parts[part + 1] ?? 0];
    for (let vertex = first, before = past - 1; vertex < past; before = vertex, vertex += 1) {
      const [ax, ay] = [xy[2 * before] ?? 0, xy[2 * before + 1] ?? 0];
      const [bx, by] = [xy[2 * vertex] ?? 0, xy[2 * vertex + 1] ?? 0];
      if (ay > y !== by > y && ax + ((y - ay) / (by - ay)) * (bx - ax) > x) odd = !odd;
    }
  }
  return odd;
}

/** The middle of the widest level stretch of an area, found on a few levels; null for one without inside. */
export function widestStretch(sheet: Sheet, shape: Shape, index: number): { x: number; y: number; width: number } | null {
  const [top, bottom] = [sheet.boxes[4 * index + 1] ?? 0, sheet.boxes[4 * index + 3] ?? 0];
  let best: { x: number; y: number; width: number } | null = null;
  for (const level of [0.5, 0.4, 0.6, 0.3, 0.7]) {
    const y = top + level * (bottom - top) + 0.01;
    const cuts = crossings(sheet, shape, y).sort((a, b) => a - b);
    for (let at = 0; at + 1 < cuts.length; at += 2) {
      const [from, to] = [cuts[at] ?? 0, cuts[at + 1] ?? 0];
      if (to - from > 1.1 * (best?.width ?? 0)) best = { x: (from + to) / 2, y, width: to - from };
    }
  }
  return best;
}

function crossings({ xy, parts }: Sheet, shape: Shape, y: number): number[] {
  const found: number[] = [];
  for (let part = shape.from; part < shape.to; part += 1) {
    const [first, past] = [parts[part] ?? 0, parts[part + 1] ?? 0];
    for (let vertex = first, before = past - 1; vertex < past; before = vertex, vertex += 1) {
      const [ay, by] = [xy[2 * before + 1] ?? 0, xy[2 * vertex + 1] ?? 0];
      const [ax, bx] = [xy[2 * before] ?? 0, xy[2 * vertex] ?? 0];
      if (ay > y !== by > y) found.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
    }
  }
  return found;
}
