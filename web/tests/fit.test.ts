/** How a map lies on the screen: the region in the part that is left free, and what a view shows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { areaInView, fitted, MARGIN, overlapOf, ZOOM_STEP, type Covered } from "../src/geometry/fit";
import { areaOf, toDegrees, worldPixels } from "../src/geometry/tiling";

const size = { x: 412, y: 823 };
const free: Covered = { top: 0, right: 0, bottom: 0, left: 0 };
const region = [14.7, 50.74, 15.09, 50.98] as const;

/** Where the box's edges stand in the view, in pixels of the map. */
function edges(view: ReturnType<typeof fitted>): [left: number, top: number, right: number, bottom: number] {
  const [west, north] = areaInView(view, size, 0);
  const [left, top, right, bottom] = areaOf(region);
  const pixels = worldPixels(view.zoom);
  return [(left - west) * pixels, (top - north) * pixels, (right - west) * pixels, (bottom - north) * pixels];
}

test("a box stands in the middle of what is free, as near as it fits", () => {
  for (const covered of [free, { ...free, top: 210 }, { ...free, left: 180 }, { top: 100, right: 50, bottom: 300, left: 10 }]) {
    const view = fitted(region, size, covered, 20);
    const [left, top, right, bottom] = edges(view);
    const inner = { left: covered.left + MARGIN, top: covered.top + MARGIN, right: size.x - covered.right - MARGIN, bottom: size.y - covered.bottom - MARGIN };
    assert.ok(left > inner.left - 1 && top > inner.top - 1 && right < inner.right + 1 && bottom < inner.bottom + 1);
    assert.ok(Math.abs(left - inner.left - (inner.right - right)) < 1 && Math.abs(top - inner.top - (inner.bottom - bottom)) < 1);
    const nearer = 2 ** ZOOM_STEP;
    assert.ok((right - left) * nearer > inner.right - inner.left || (bottom - top) * nearer > inner.bottom - inner.top);
    assert.equal(view.zoom % ZOOM_STEP, 0);
  }
});

test("a point is shown as near as is allowed; a map with nothing free still opens", () => {
  const point = [15, 50.8, 15, 50.8] as const;
  assert.equal(fitted(point, size, free, 17).zoom, 17);
  const hidden = fitted(region, { x: 0, y: 0 }, { ...free, top: 300 }, 20);
  assert.ok(Number.isFinite(hidden.lat) && hidden.zoom >= 0);
});

test("the area of a view is the map's, and what its canvases reach beyond it", () => {
  const view = { zoom: 12.25, lat: 50.8, lon: 15 };
  const [west, north, east, south] = areaInView(view, size, 10);
  assert.ok(Math.abs((east - west) * worldPixels(12.25) - 432) < 1e-6 && Math.abs((south - north) * worldPixels(12.25) - 843) < 1e-6);
  const middle = toDegrees((west + east) / 2, (north + south) / 2);
  assert.ok(Math.abs(middle.lon - 15) < 1e-9 && Math.abs(middle.lat - 50.8) < 1e-9);
  assert.deepEqual([overlapOf({ x: 1280, y: 800 }), overlapOf(size)], [114, 59]);
});
