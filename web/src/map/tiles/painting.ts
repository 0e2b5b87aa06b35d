/**
 * Draws a decoded tile on a canvas, in the portal's own styles.
 *
 * Made for tiles with tens of thousands of areas: neighbours in the tile that have one colour are one path, corners nearer
 * than a third of a pixel to the one before are passed over, and what is smaller than a pixel becomes one.
 */
import type { Shape, Sheet } from "../../geometry/mvt";
import type { Area } from "../../geometry/tiling";
import type { Ways } from "./protocol";

/** What a canvas of a page and one of a worker have in common. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  "beginPath" | "moveTo" | "lineTo" | "closePath" | "rect" | "fill" | "stroke" | "fillStyle" | "strokeStyle" | "globalAlpha" | "lineWidth" | "lineJoin" | "lineCap"
>;

/** From units of a tile to pixels: x · scale + left. */
export interface Fit {
  scale: number;
  left: number;
  top: number;
  width: number;
  height: number;
  ratio: number;
}

const OUTLINE = 0.85;
const LINE = 0.95;
/** A path of more vertices takes longer to fill than two of half as many. */
const LONGEST_PATH = 4000;
/** Squared: corners nearer to the one before are not seen. */
const NEAR = 0.35 ** 2;
/** Areas narrower than this, in CSS pixels, have a thinner outline: else nothing is seen but outlines. */
const SMALL = 14;

/** The part of the picture that will not be empty, in whole pixels of it; `slack`: how far lines reach beyond the shapes. */
export function extentOf({ boxes }: Sheet, { scale, left, top, width, height }: Fit, slack: number): Area {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < boxes.length; at += 4) {
    west = Math.min(west, boxes[at] ?? 0);
    north = Math.min(north, boxes[at + 1] ?? 0);
    east = Math.max(east, boxes[at + 2] ?? 0);
    south = Math.max(south, boxes[at + 3] ?? 0);
  }
  const within = (pixel: number, most: number): number => Math.min(most, Math.max(0, pixel));
  return [
    within(Math.floor(west * scale + left - slack), width),
    within(Math.floor(north * scale + top - slack), height),
    within(Math.ceil(east * scale + left + slack), width),
    within(Math.ceil(south * scale + top + slack), height),
  ];
}

export function paint(pen: Pen, sheet: Sheet, ways: Ways, fit: Fit): void {
  pen.lineJoin = "round";
  pen.lineCap = "round";
  const visible = inside(sheet, fit);
  const width = ways.width * fit.ratio * (ways.geometry === "polygon" ? slimness(sheet, visible, fit) : 1);
  for (let at = 0; at < visible.length; ) {
    const first = sheet.shapes[visible[at] ?? 0];
    if (!first) break;
    const color = (first.code === null ? null : ways.colors[first.code]) ?? ways.color;
    pen.beginPath();
    at = trace(pen, sheet, visible, at, fit);
    if (first.kind === "polygon") fill(pen, color, ways.fill);
    if (!first.merged && width > 0) outline(pen, color, first.kind === "line" ? LINE : OUTLINE, width);
  }
}

function fill(pen: Pen, color: string, opacity: number): void {
  pen.globalAlpha = opacity;
  pen.fillStyle = color;
  pen.fill("nonzero"); // rings are turned so that holes stay open; areas over one another do not cut holes
}

function outline(pen: Pen, color: string, opacity: number, width: number): void {
  pen.globalAlpha = opacity;
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.stroke();
}

/** Indices of the shapes that reach the picture. */
function inside({ shapes, boxes }: Sheet, { scale, left, top, width, height }: Fit): number[] {
  const slack = 16;
  return shapes.flatMap((_, index) => {
    const at = 4 * index;
    const [west, north] = [(boxes[at] ?? 0) * scale + left, (boxes[at + 1] ?? 0) * scale + top];
    const [east, south] = [(boxes[at + 2] ?? 0) * scale + left, (boxes[at + 3] ?? 0) * scale + top];
    return east > -slack && south > -slack && west < width + slack && north < height + slack ? [index] : [];
  });
}

/** 1 for areas of a good size, less for many small ones. */
function slimness({ boxes }: Sheet, visible: number[], { scale, ratio }: Fit): number {
  let sum = 0;
  for (const index of visible) sum += (boxes[4 * index + 2] ?? 0) - (boxes[4 * index] ?? 0);
  const mean = (sum / Math.max(1, visible.length)) * (scale / ratio);
  return Math.min(1, Math.max(0.15, mean / SMALL));
}

/** Adds shapes to the path while they are drawn alike; returns the index of the first that is not in it. */
function trace(pen: Pen, sheet: Sheet, visible: number[], start: number, fit: Fit): number {
  const first = sheet.shapes[visible[start] ?? 0];
  let [at, vertices] = [start, 0];
  for (; at < visible.length && vertices < LONGEST_PATH; at += 1) {
    const index = visible[at] ?? 0;
    const shape = sheet.shapes[index];
    if (!shape || shape.code !== first?.code || shape.merged !== first.merged || shape.kind !== first.kind) break;
    vertices += traceShape(pen, sheet, shape, index, fit);
  }
  return at;
}

function traceShape(pen: Pen, sheet: Sheet, shape: Shape, index: number, fit: Fit): number {
  const { scale, left, top } = fit;
  const { xy, parts, boxes } = sheet;
  const [west, north] = [boxes[4 * index] ?? 0, boxes[4 * index + 1] ?? 0];
  const [across, down] = [((boxes[4 * index + 2] ?? 0) - west) * scale, ((boxes[4 * index + 3] ?? 0) - north) * scale];
  if (across < 1 && down < 1) {
    pen.rect(west * scale + left, north * scale + top, Math.max(0.75, across), Math.max(0.75, down));
    return 4;
  }
  for (let part = shape.from; part < shape.to; part += 1) {
    tracePart(pen, xy, parts[part] ?? 0, parts[part + 1] ?? 0, scale, left, top);
    if (shape.kind === "polygon") pen.closePath();
  }
  return (parts[shape.to] ?? 0) - (parts[shape.from] ?? 0);
}

function tracePart(pen: Pen, xy: Int16Array, first: number, past: number, scale: number, left: number, top: number): void {
  let [lastX, lastY] = [Infinity, Infinity];
  for (let vertex = first; vertex < past; vertex += 1) {
    const x = (xy[2 * vertex] ?? 0) * scale + left;
    const y = (xy[2 * vertex + 1] ?? 0) * scale + top;
    if (vertex === first) pen.moveTo(x, y);
    else if ((x - lastX) ** 2 + (y - lastY) ** 2 >= NEAR || vertex === past - 1) pen.lineTo(x, y);
    else continue;
    lastX = x; // not both in one: an array for each vertex costs a sixth of the drawing
    lastY = y;
  }
}
