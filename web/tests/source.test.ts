/** The features a layer holds: what is asked for, what is kept, what happens when the service does not answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceError } from "../src/api/client";
import { parametersOf, questionOf, type Batch } from "../src/api/items";
import { FeatureSource } from "../src/api/source";
import type { Box } from "../src/geometry/box";
import type { Feature } from "../src/geometry/feature";
import { layer } from "./samples";

const here: Box = [15.0, 50.7, 15.02, 50.71];
const next: Box = [15.6, 50.7, 15.62, 50.71];

function point(id: string, lon: number, lat: number): Feature {
  return { type: "Feature", id, geometry: { type: "Point", coordinates: [lon, lat] }, properties: {} };
}

/** A source over a service that answers as `answer` says; `asked` holds the boxes it was asked for. */
function sourceOver(answer: (box: Box | null, signal: AbortSignal) => Promise<Batch>, count: number | null = null) {
  const asked: (Box | null)[] = [];
  const source = new FeatureSource({ ...layer, count }, () => undefined, (_, box, signal) => {
    asked.push(box);
    return answer(box, signal);
  });
  return { source, asked };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test("a small layer is asked for once and whole", async () => {
  const { source, asked } = sourceOver(async () => ({ features: [point("a", 15.01, 50.705)], more: false }), 12);
  source.want(here, 14);
  await settled();
  source.want(next, 9);
  await settled();
  assert.deepEqual(asked, [null]);
  assert.deepEqual([...source.features()].map((each) => each.id), ["a"]);
  assert.deepEqual(source.within(next), []);
});

test("panning within the same cells asks nothing, zooming into a complete cell neither", async () => {
  const { source, asked } = sourceOver(async () => ({ features: [], more: false }));
  source.want(here, 12);
  await settled();
  const before = asked.length;
  source.want([15.001, 50.701, 15.021, 50.711], 12);
  source.want(here, 15);
  await settled();
  assert.equal(asked.length, before);
});

test("a cell that was not sent in full is asked for again in finer cells", async () => {
  const { source, asked } = sourceOver(async () => ({ features: [], more: true }));
  source.want(here, 12);
  await settled();
  assert.ok(source.more);
  const before = asked.length;
  source.want(here, 15);
  await settled();
  assert.ok(asked.length > before);
});

test("questions for a view that was left are dropped, and their answers with them", async () => {
  const signals: AbortSignal[] = [];
  const { source } = sourceOver((_, signal) => {
    signals.push(signal);
    return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new DOMException("", "AbortError"))));
  });
  source.want(here, 14);
  source.rest();
  await settled();
  assert.ok(signals.length > 0 && signals.every((signal) => signal.aborted));
  assert.ok(!source.loading && source.trouble === null);
});

test("a feature that lies in two cells is held once", async () => {
  const { source, asked } = sourceOver(async () => ({ features: [point("a", 15, 50.7)], more: false }));
  source.want([14.9, 50.6, 15.2, 50.9], 13);
  await settled();
  assert.ok(asked.length > 1);
  assert.equal([...source.features()].length, 1);
});

test("what was shown stays until the next cells are here", async () => {
  let slow = false;
  const { source } = sourceOver(async () => {
    if (slow) await new Promise((resolve) => setTimeout(resolve, 20));
    return { features: [point(slow ? "new" : "old", 15, 50.7)], more: false };
  });
  source.want(here, 14);
  await settled();
  slow = true;
  source.want(next, 14);
  assert.ok(source.find("old"));
  await new Promise((resolve) => setTimeout(resolve, 40));
  assert.ok(source.find("new") && !source.find("old"));
});

test("another question empties the source: what answered the one before is neither shown nor kept", async () => {
  let asked: string[] = [];
  const source = new FeatureSource({ ...layer, count: 5 }, () => undefined, async (_layer, _box, _signal, question) => {
    const where = question?.where ?? "all";
    asked.push(where);
    await new Promise((resolve) => setTimeout(resolve, where === "slow" ? 20 : 0)); // one that does not heed its signal
    return { features: [point(where, 15, 50.7)], more: false };
  });
  source.want(here, 14);
  await settled();
  source.narrow({ where: "slow", date: null });
  assert.ok(!source.find("all"));
  source.want(here, 14);
  source.narrow({ where: "quick", date: null });
  source.want(here, 14);
  await new Promise((resolve) => setTimeout(resolve, 40));
  assert.deepEqual([...source.features()].map((each) => each.id), ["quick"]);
  asked = [];
  source.narrow({ where: "quick", date: null });
  source.want(here, 14);
  await settled();
  assert.deepEqual(asked, []);
});

test("a date is asked only of layers that know time, a filter only of its own", () => {
  const state = { where: { towns: "use = 'A'" }, date: "2026-01-01" };
  const timed = { ...layer, time: { from: "valid_from", to: "valid_to" } };
  assert.deepEqual(questionOf(layer, state), { where: "use = 'A'", date: null });
  assert.deepEqual(parametersOf(questionOf({ ...timed, id: "plans" }, state)), { datetime: "2026-01-01" });
  assert.deepEqual(parametersOf(questionOf(timed, state)), { filter: "use = 'A'", "filter-lang": "cql2-text", datetime: "2026-01-01" });
});

test("a busy service is left alone until its time, then asked again", async () => {
  let busy = true;
  const { source, asked } = sourceOver(async () => {
    if (busy) throw new ServiceError("busy", 0.03, "503");
    return { features: [point("a", 15, 50.7)], more: false };
  });
  source.want(here, 14);
  await settled();
  assert.equal(source.trouble, "busy");
  const before = asked.length;
  source.want(here, 14);
  assert.equal(asked.length, before);
  busy = false;
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(source.trouble, null);
  assert.ok(source.find("a"));
});

test("a cell that failed is asked for again in its time, whatever else comes meanwhile", async () => {
  let isBusy = true;
  const { source } = sourceOver(async (box) => {
    const isFirst = box !== null && box[0] < 15;
    if (isFirst && isBusy) throw new ServiceError("busy", 0.03, "503");
    if (!isFirst) await new Promise((resolve) => setTimeout(resolve, 5)); // comes when the other has failed
    return { features: [point(isFirst ? "west" : "east", isFirst ? 14.95 : 15.15, 50.7)], more: false };
  });
  source.want([14.9, 50.6, 15.2, 50.9], 13);
  await new Promise((resolve) => setTimeout(resolve, 15));
  assert.equal(source.trouble, "busy");
  isBusy = false;
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.ok(source.find("west") && source.find("east"));
  assert.equal(source.trouble, null);
});
