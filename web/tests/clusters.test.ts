/** Groups of points: none is lost, none is counted twice, panning does not regroup. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gather, type Dot } from "../src/geometry/clusters";

/** Points without rhyme, the same each time. */
function scattered(n: number): Dot[] {
  let seed = 7;
  const next = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  return Array.from({ length: n }, () => ({ x: next(), y: next(), count: 1 }));
}

const total = (dots: readonly Dot[]): number => dots.reduce((sum, { count }) => sum + count, 0);

test("each point is in one group or stands alone, and a group is of at least three", () => {
  const dots = [...scattered(2000), { x: 0.5, y: 0.5, count: 40 }];
  const { single, clusters } = gather(dots, 0.05);
  assert.equal(total(single) + total(clusters), total(dots));
  assert.equal(new Set([...single, ...clusters.flatMap((each) => each.dots)]).size, dots.length);
  assert.ok(clusters.every(({ count, dots: own }) => count >= 3 && count === total(own)));
});

test("no two groups stand over each other", () => {
  const { clusters } = gather(scattered(3000), 0.05);
  for (const a of clusters) for (const b of clusters) assert.ok(a === b || Math.hypot(a.x - b.x, a.y - b.y) > 0.015);
});

test("what was sent as one point for many stays a group at every zoom", () => {
  const { single, clusters } = gather([{ x: 0.1, y: 0.1, count: 2 }, { x: 0.9, y: 0.9, count: 1 }], 0);
  assert.deepEqual([clusters.map(({ count }) => count), single.length], [[2], 1]);
});

test("near to each other, without a cell, every point stands for itself", () => {
  const dots = Array.from({ length: 9 }, () => ({ x: 0.5, y: 0.5, count: 1 }));
  assert.deepEqual([gather(dots, 0).single.length, gather(dots, 0.01).clusters.map(({ count }) => count)], [9, [9]]);
});

test("points far away change nothing about the groups here", () => {
  const dots = scattered(1500);
  const here = (each: Dot): boolean => each.x < 0.3 && each.y < 0.3;
  const view = (from: readonly Dot[]): string[] => gather(from, 0.04).clusters.filter(here).map(({ x, y, count }) => `${x.toFixed(9)} ${y.toFixed(9)} ${count}`).sort();
  assert.deepEqual(view(dots), view(dots.filter(({ x, y }) => x < 0.6 && y < 0.6)));
});
