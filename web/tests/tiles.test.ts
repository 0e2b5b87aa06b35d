/** Vector tiles: read, hit, counted, laid on the screen, kept; on a tile made here with the encoder of the same format. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PbfWriter } from "pbf";
import { ServiceError } from "../src/api/client";
import { decode, EMPTY, type Meanings } from "../src/geometry/mvt";
import { shapesAt } from "../src/geometry/shapes";
import { areaOf, areaOfTile, holder, holds, levelAt, rectangleOf, sharedArea, tilesOf, tileName, toDegrees, toWorld, type Tile } from "../src/geometry/tiling";
import { foundAt, spotsOf, survey } from "../src/map/tiles/answering";
import { Keeper } from "../src/map/tiles/keeper";
import { extentOf, paint, type Pen } from "../src/map/tiles/painting";

interface Given {
  id?: number;
  type: 1 | 2 | 3;
  /** Parts of absolute vertices. */
  parts: [number, number][][];
  tags?: Record<string, string | number | boolean>;
}

const zigzag = (value: number): number => (value << 1) ^ (value >> 31);

function commands({ type, parts }: Given): number[] {
  const made: number[] = [];
  let [x, y] = [0, 0];
  for (const part of parts) {
    part.forEach(([atX, atY], index) => {
      if (index === 0) made.push(1 | (1 << 3));
      if (index === 1) made.push(2 | ((part.length - 1) << 3));
      made.push(zigzag(atX - x), zigzag(atY - y));
      [x, y] = [atX, atY];
    });
    if (type === 3) made.push(7 | (1 << 3));
  }
  return made;
}

/** A tile of one layer, its fields in the order in which PostGIS writes them. */
function encoded(features: Given[]): Uint8Array {
  const keys = [...new Set(features.flatMap(({ tags }) => Object.keys(tags ?? {})))];
  const values = [...new Set(features.flatMap(({ tags }) => Object.values(tags ?? {})))];
  const tile = new PbfWriter();
  tile.writeMessage(3, (_, layer) => {
    layer.writeStringField(1, "areas");
    for (const given of features) {
      layer.writeMessage(2, (_given, each) => {
        if (given.id !== undefined) each.writeVarintField(1, given.id);
        each.writePackedVarint(2, Object.entries(given.tags ?? {}).flatMap(([key, value]) => [keys.indexOf(key), values.indexOf(value)]));
        each.writeVarintField(3, given.type);
        each.writePackedVarint(4, commands(given));
      }, given);
    }
    for (const key of keys) layer.writeStringField(3, key);
    for (const value of values) {
      layer.writeMessage(4, (_value, each) => {
        if (typeof value === "string") each.writeStringField(1, value);
        else if (typeof value === "number") each.writeVarintField(4, value);
        else each.writeBooleanField(7, value);
      }, value);
    }
    layer.writeVarintField(5, 4096);
    layer.writeVarintField(15, 2);
  }, null);
  return tile.finish();
}

const square = (left: number, top: number, size: number): [number, number][] => [
  [left, top],
  [left + size, top],
  [left + size, top + size],
  [left, top + size],
];
const byNumber: Meanings = { key: null, by: "use", label: "name" };
const holed: Given = {
  id: 7,
  type: 3,
  parts: [square(1000, 1000, 800), square(1200, 1200, 100).reverse()],
  tags: { use: "A", name: "Louka u lesa, největší v obci" },
};
const tile: Tile = { z: 10, x: 555, y: 345 };

test("a tile is read whole: ids, codes, labels, rings with their holes, boxes", () => {
  const sheet = decode(encoded([holed, { id: 2 ** 50, type: 1, parts: [[[5, 6]]], tags: { use: 12, name: "ž" } }]), byNumber);
  assert.equal(sheet.extent, 4096);
  assert.deepEqual(sheet.shapes.map(({ id, code, label, kind }) => [id, code, label, kind]), [
    ["7", "A", "Louka u lesa, největší v obci", "polygon"],
    [String(2 ** 50), "12", "ž", "point"],
  ]);
  assert.deepEqual([...sheet.boxes], [1000, 1000, 1800, 1800, 5, 6, 5, 6]);
  assert.deepEqual([...sheet.parts], [0, 4, 8, 9]);
  assert.deepEqual([...sheet.xy.slice(0, 8)], square(1000, 1000, 800).flat());
  assert.deepEqual(decode(new Uint8Array(), byNumber), EMPTY);
});

test("an id that is a text is an attribute; what stands for several has none", () => {
  const features: Given[] = [
    { id: 99, type: 1, parts: [[[1, 1]]], tags: { code: "VO-1" } },
    { type: 1, parts: [[[9, 9]]], tags: { _count: 12 } },
    { type: 3, parts: [square(0, 0, 64)], tags: { _merged: true, use: "A" } },
  ];
  const { shapes } = decode(encoded(features), { key: "code", by: "use", label: null });
  assert.deepEqual(shapes.map(({ id, count, merged }) => [id, count, merged]), [["VO-1", 1, false], [null, 12, false], [null, 1, true]]);
});

test("a hit is inside an area and not in its hole, or within reach of a line or point", () => {
  const line: Given = { id: 8, type: 2, parts: [[[0, 3000], [4096, 3000]]] };
  const sheet = decode(encoded([holed, line, { id: 9, type: 1, parts: [[[2000, 2000], [2500, 2500]]] }]), byNumber);
  const at = (x: number, y: number, reach: number): (string | null)[] => shapesAt(sheet, x, y, reach).map(({ id }) => id);
  assert.deepEqual(at(1100, 1100, 0), ["7"]);
  assert.deepEqual(at(1250, 1250, 20), []);
  assert.deepEqual(at(1850, 1100, 40), [], "reach does not widen areas");
  assert.deepEqual(at(1500, 3009, 10), ["8"]);
  assert.deepEqual(at(1500, 3011, 10), []);
  assert.deepEqual(at(2507, 2507, 10), ["9"], "the second point of a multipoint");
});

test("an area that lies in two tiles counts once, is found as one, and is named where it is widest", () => {
  const left = { tile, sheet: decode(encoded([{ ...holed, parts: [[[3000, 100], [4160, 100], [4160, 200], [3000, 200]]] }]), byNumber) };
  const right = { tile: { ...tile, x: 556 }, sheet: decode(encoded([{ ...holed, parts: [[[-64, 100], [2000, 100], [2000, 200], [-64, 200]]] }]), byNumber) };
  const found = survey([left, right], areaOfTile({ z: 5, x: 17, y: 10 }), true);
  assert.equal(found.shown, 1);
  assert.equal(found.names.length, 1);
  const [west, , east] = areaOfTile(right.tile);
  assert.ok((found.names[0]?.x ?? 0) > west && (found.names[0]?.x ?? 0) < east);
  assert.equal(survey([left, right], areaOfTile({ z: 10, x: 558, y: 345 }), false).shown, 0);
  const edge = areaOfTile(right.tile);
  const y = edge[1] + (150 / 4096) * (edge[3] - edge[1]);
  assert.deepEqual(foundAt([left, right], edge[0], y, 0).map(({ id }) => id), ["7"]);
});

test("a point in the margin of a tile is left to the neighbour that holds it", () => {
  const sheet = decode(encoded([{ id: 1, type: 1, parts: [[[-3, 50]]] }, { id: 2, type: 1, parts: [[[0, 50]]] }]), byNumber);
  assert.deepEqual(spotsOf({ tile, sheet }).map(({ id }) => id), ["2"]);
});

test("tiles cover the screen at every zoom, each pixel once", () => {
  for (const zoom of [9, 9.25, 9.5, 11.75, 14]) {
    const world = 256 * 2 ** zoom * 1.5;
    const middle = toWorld(15.05, 50.76);
    const [left, top] = [Math.round(middle.x * world) - 700, Math.round(middle.y * world) - 500];
    const tiles = tilesOf([left / world, top / world, (left + 1400) / world, (top + 1000) / world], levelAt(zoom));
    const seen = new Uint8Array(1400 * 1000);
    for (const each of tiles) {
      const place = rectangleOf(each, world, left, top);
      for (let y = Math.max(0, place.top); y < Math.min(1000, place.top + place.height); y += 1) {
        for (let x = Math.max(0, place.left); x < Math.min(1400, place.left + place.width); x += 1) seen[y * 1400 + x] = (seen[y * 1400 + x] ?? 0) + 1;
      }
    }
    assert.ok(seen.every((times) => times === 1), `zoom ${zoom}`);
  }
});

test("places go to the world and back; holders hold", () => {
  const { x, y } = toWorld(15.05619, 50.76712);
  const back = toDegrees(x, y);
  assert.ok(Math.abs(back.lon - 15.05619) < 1e-9 && Math.abs(back.lat - 50.76712) < 1e-9);
  const deep = { z: 14, x: 8877, y: 5523 };
  assert.equal(tileName(holder(deep, 10)), "10/554/345");
  assert.ok(holds(holder(deep, 3), deep) && !holds({ z: 10, x: 1, y: 1 }, deep));
  assert.deepEqual(tilesOf(areaOf([15, 50, 15, 50]), 10).length, 1, "a layer of one point has tiles");
  assert.equal(sharedArea(areaOf([15, 50, 16, 51]), areaOf([17, 50, 18, 51])), null);
});

/** A pen that writes down what it was told. */
function recorder(): { pen: Pen; told: [string, ...unknown[]][] } {
  const told: [string, ...unknown[]][] = [];
  const pen = new Proxy({}, { get: (_, name) => (...given: unknown[]) => told.push([String(name), ...given]), set: (_, name, value) => (told.push([`=${String(name)}`, value]), true) });
  return { pen: pen as Pen, told };
}

test("what is smaller than a pixel is drawn, what stands for many has no outline, colours are the legend's", () => {
  const features: Given[] = [
    { id: 1, type: 3, parts: [square(100, 100, 2)], tags: { use: "A" } },
    { type: 3, parts: [square(500, 500, 500)], tags: { use: "B", _merged: true } },
    { id: 3, type: 3, parts: [square(2000, 2000, 500)], tags: { use: "unknown" } },
  ];
  const { pen, told } = recorder();
  const ways = { geometry: "polygon", address: "", meanings: byNumber, fill: 0.5, width: 1, color: "#888", colors: { A: "#a00", B: "#0b0" } } as const;
  paint(pen, decode(encoded(features), byNumber), ways, { scale: 512 / 4096, left: 0, top: 0, width: 512, height: 512, ratio: 1 });
  assert.deepEqual(told.filter(([name]) => name === "=fillStyle").map(([, color]) => color), ["#a00", "#0b0", "#888"]);
  assert.equal(told.filter(([name]) => name === "rect").length, 1);
  assert.equal(told.filter(([name]) => name === "stroke").length, 2);
  assert.ok(told.every(([name, rule]) => name !== "fill" || rule === "nonzero"), "areas over one another cut no holes");
});

test("a picture is as large as what is drawn in the tile, with the reach of its lines, and ends at the tile's edge", () => {
  const sheet = decode(encoded([{ id: 1, type: 3, parts: [square(1024, 2048, 512)] }, { id: 2, type: 3, parts: [square(4000, 2100, 200)] }]), byNumber);
  const whole = { scale: 512 / 4096, left: 0, top: 0, width: 512, height: 512, ratio: 1 };
  assert.deepEqual(extentOf(sheet, whole, 2), [126, 254, 512, 322]);
  assert.deepEqual(extentOf(sheet, { ...whole, scale: 1024 / 4096, left: -512, top: -256 }, 2), [0, 254, 512, 386], "a quarter of a tile that is enlarged");
  const [west, , east] = extentOf(decode(encoded([{ id: 1, type: 3, parts: [square(-80, 0, 40)] }]), byNumber), whole, 2);
  assert.ok(east <= west, "what lies in the margin alone needs no picture");
  const [, north, , south] = extentOf(EMPTY, whole, 2);
  assert.ok(south <= north);
});

const settled = (milliseconds = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function keeperOver(answer: (tile: Tile, signal: AbortSignal) => Promise<string>) {
  const log = { asked: [] as string[], freed: [] as string[] };
  const keeper = new Keeper<string, string>({
    ask: (each, form, signal) => (log.asked.push(`${tileName(each)}@${form}`), answer(each, signal)),
    same: (a, b) => a === b,
    weight: () => 1,
    most: 3,
    free: (value) => log.freed.push(value),
    changed: () => undefined,
  });
  return { keeper, log };
}

const row = (...xs: number[]): Tile[] => xs.map((x) => ({ z: 4, x, y: 1 }));
const wanted = (form: string, ...xs: number[]) => row(...xs).map((each) => ({ tile: each, form }));

test("a tile that failed is said to be missing and asked again, by itself when the service said when", async () => {
  let broken = true;
  const { keeper } = keeperOver(async ({ x }) => {
    if (broken && x === 2) throw new ServiceError("busy", 0.03, "503");
    return `tile ${x}`;
  });
  keeper.want(wanted("a", 1, 2));
  await settled();
  assert.equal(keeper.trouble, "busy");
  assert.ok(keeper.isMissing({ z: 4, x: 2, y: 1 }) && !keeper.isMissing({ z: 4, x: 1, y: 1 }) && !keeper.loading);
  broken = false;
  await settled(60);
  assert.equal(keeper.trouble, null);
  assert.equal(keeper.get({ z: 4, x: 2, y: 1 }), "tile 2");
});

test("one that was refused is asked again when the reader says so, or comes back to it", async () => {
  let broken = true;
  const { keeper, log } = keeperOver(async ({ x }) => {
    if (broken) throw new ServiceError("refused", null, "400");
    return `tile ${x}`;
  });
  keeper.want(wanted("a", 1));
  await settled();
  keeper.want(wanted("a", 1));
  await settled();
  assert.equal(log.asked.length, 1);
  broken = false;
  keeper.again();
  await settled();
  assert.equal(keeper.get({ z: 4, x: 1, y: 1 }), "tile 1");
});

test("a tile stays in its old form until the new one is here; what left the view is dropped or kept within bounds", async () => {
  let answers = 0;
  const { keeper, log } = keeperOver(async (_, signal) => {
    await settled(10);
    if (signal.aborted) throw new DOMException("", "AbortError");
    return `answer ${(answers += 1)}`;
  });
  keeper.want(wanted("a", 1));
  await settled(20);
  keeper.want(wanted("b", 1));
  assert.equal(keeper.get({ z: 4, x: 1, y: 1 }), "answer 1");
  assert.ok(keeper.loading);
  await settled(20);
  assert.deepEqual([keeper.get({ z: 4, x: 1, y: 1 }), log.freed], ["answer 2", ["answer 1"]]);
  keeper.want(wanted("b", 2));
  keeper.want(wanted("b", 3, 4, 5));
  await settled(20);
  assert.equal(keeper.get({ z: 4, x: 2, y: 1 }), undefined, "it was dropped");
  keeper.want(wanted("b", 6));
  assert.ok(log.freed.includes("answer 2"), "the one wanted longest ago makes room");
});
