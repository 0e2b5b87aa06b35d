/** Boxes, cells, hits and anchors, on shapes one can check by eye. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Geometry } from "geojson";
import { anchorOf } from "../src/geometry/anchor";
import { boxOf, meets, shared, type Box } from "../src/geometry/box";
import { ancestors, cellBox, cellsOf, nameOf } from "../src/geometry/cells";
import { boxAround, isHit, scaleAt, type Place } from "../src/geometry/hit";

const square: Geometry = {
  type: "Polygon",
  coordinates: [
    [[15, 50], [15.1, 50], [15.1, 50.1], [15, 50.1], [15, 50]],
    [[15.04, 50.04], [15.06, 50.04], [15.06, 50.06], [15.04, 50.06], [15.04, 50.04]],
  ],
};
const at = (lon: number, lat: number, zoom = 14): Place => ({ lon, lat, scale: scaleAt(zoom) });

test("the box of a geometry holds every position; an empty one has none", () => {
  assert.deepEqual(boxOf(square), [15, 50, 15.1, 50.1]);
  assert.deepEqual(boxOf({ type: "Point", coordinates: [15, 50, 400] }), [15, 50, 15, 50]);
  assert.equal(boxOf({ type: "MultiPolygon", coordinates: [] }), null);
  const both: Geometry = { type: "GeometryCollection", geometries: [square, { type: "Point", coordinates: [16, 49] }] };
  assert.deepEqual(boxOf(both), [15, 49, 16, 50.1]);
});

test("boxes that only touch meet", () => {
  assert.ok(meets([0, 0, 1, 1], [1, 1, 2, 2]));
  assert.ok(!meets([0, 0, 1, 1], [1.1, 0, 2, 1]));
  assert.deepEqual(shared([0, 0, 2, 2], [1, -1, 3, 1]), [1, 0, 2, 1]);
  assert.equal(shared([0, 0, 1, 1], [2, 2, 3, 3]), null);
});

test("the cells of a view cover it without gap or overlap", () => {
  const view: Box = [14.2, 50.5, 15.6, 51.1];
  const cells = cellsOf(view, 11);
  const boxes = cells.map(cellBox);
  assert.equal(new Set(cells.map(nameOf)).size, cells.length);
  assert.ok(Math.min(...boxes.map((box) => box[0])) <= view[0] && Math.max(...boxes.map((box) => box[2])) >= view[2]);
  assert.ok(Math.min(...boxes.map((box) => box[1])) <= view[1] && Math.max(...boxes.map((box) => box[3])) >= view[3]);
  for (let lon = view[0]; lon < view[2]; lon += 0.017) {
    const holding = boxes.filter((box) => box[0] <= lon && lon < box[2] && box[1] <= 50.77 && 50.77 < box[3]);
    assert.equal(holding.length, 1);
  }
});

test("a cell of a screen of 1280 × 800 points is asked for in a handful of questions", () => {
  const degrees = 1280 / scaleAt(13);
  assert.ok(cellsOf([15, 50.7, 15 + degrees, 50.7 + degrees * 0.4], 13).length <= 6);
});

test("a cell lies within each of its ancestors, the last of which is the world", () => {
  const [cell] = cellsOf([15, 50, 15.001, 50.001], 12);
  assert.ok(cell);
  const holders = [...ancestors(cell)];
  assert.equal(nameOf(holders.at(-1) ?? cell), "0/0/0");
  for (const holder of holders) assert.deepEqual(shared(cellBox(holder), cellBox(cell)), cellBox(cell));
});

test("an area is hit inside, not in its hole, not outside", () => {
  assert.ok(isHit(square, at(15.02, 50.02), 0));
  assert.ok(!isHit(square, at(15.05, 50.05), 0));
  assert.ok(!isHit(square, at(15.2, 50.05), 0));
});

test("lines and points are hit within the reach in pixels, on both axes alike", () => {
  const pixel = 1 / scaleAt(14);
  const point: Geometry = { type: "Point", coordinates: [15, 50] };
  assert.ok(isHit(point, at(15 + 5 * pixel, 50), 6));
  assert.ok(!isHit(point, at(15 + 7 * pixel, 50), 6));
  const up = pixel * Math.cos((50 * Math.PI) / 180);
  assert.ok(isHit(point, at(15, 50 + 5 * up), 6));
  assert.ok(!isHit(point, at(15, 50 + 7 * up), 6));
  const line: Geometry = { type: "LineString", coordinates: [[15, 50], [15.1, 50]] };
  assert.ok(isHit(line, at(15.05, 50 + 3 * up), 4));
  assert.ok(!isHit(line, at(15.05, 50 + 5 * up), 4));
  assert.ok(!isHit(line, at(15.1 + 5 * pixel, 50), 4));
});

test("the box round a place reaches as far as the hit", () => {
  const [west, south, east, north] = boxAround(at(15, 50), 10);
  assert.ok(Math.abs((east - west) * scaleAt(14) - 20) < 1e-6);
  assert.ok((north - south) < (east - west));
});

test("a name stands where the area is widest, never in a hole", () => {
  const anchor = anchorOf(square);
  assert.ok(anchor && isHit(square, at(anchor.lon, anchor.lat), 0));
  assert.ok(Math.abs(anchor.width - 0.1) < 1e-9);
  assert.equal(anchorOf({ type: "Point", coordinates: [15, 50] }), null);
  assert.equal(anchorOf({ type: "MultiPolygon", coordinates: [] }), null);
});
