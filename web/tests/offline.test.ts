/** What an area needs to be drawn without a network: exactly the addresses that the map asks for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Background, Layer } from "../src/api/portal";
import { planFor, type OnMap } from "../src/offline/plan";
import { layer } from "./samples";

// Node has no canvas beside the page; big layers are those that are drawn from tiles where there is one.
Object.assign(globalThis, { OffscreenCanvas: class {} });

const tiles = { url: "/ogc/collections/towns/tiles/WebMercatorQuad/{z}/{y}/{x}", key: null };
const big: Layer = { ...layer, tiles, count: 50_000, bbox: [14, 50, 16, 51], zoom: [0, 22] };
const box = [15, 50.7, 15.02, 50.71] as const;
const plan = (onMap: Partial<OnMap>, deepest = 14) => planFor({ layers: [], background: null, box, zoom: 14, ...onMap }, deepest, 1);

test("a small layer is one question, the same as the map's; one that lies elsewhere is none", () => {
  assert.deepEqual(plan({ layers: [{ ...layer, count: 20 }] }), { files: ["/ogc/collections/towns/items?limit=1000&properties=name%2Cuse"], pages: [] });
  assert.deepEqual(plan({ layers: [{ ...layer, count: 20, bbox: [17, 50, 18, 51] }] }).files, []);
});

test("a big layer is tiles from an overview down to the detail, and its features for the cards", () => {
  const { files, pages } = plan({ layers: [big] }, 16);
  const levels = new Set(files.map((each) => Number(each.split("/")[6])));
  assert.deepEqual([...levels], [7, 8, 9, 10, 11, 12, 13, 14, 15]);
  assert.equal(new Set(files).size, files.length);
  assert.equal(pages.length, 1);
  assert.match(pages[0] ?? "", /bbox=15\.000000%2C50\.700000%2C15\.020000%2C50\.710000/);
});

test("more detail is more tiles, as far as the data have any", () => {
  const at = (deepest: number): number => plan({ layers: [big] }, deepest).files.length;
  assert.ok(at(17) > 1.5 * at(16) && at(16) > 1.5 * at(15));
  assert.equal(at(22), at(17));
});

test("a background of this portal is kept, one of another host is not", () => {
  const ours = { kind: "tiles", url: "/backgrounds/base/{z}/{x}/{y}", bbox: null, max_zoom: 15 } as unknown as Background;
  assert.ok(plan({ background: ours }).files.some((each) => each.startsWith("/backgrounds/base/14/")));
  assert.deepEqual(plan({ background: { ...ours, url: "https://tiles.example.org/{z}/{x}/{y}" } }).files, []);
});
