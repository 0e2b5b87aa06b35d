/** The state and its address: what a link says comes back, what it says wrongly does no harm. */
import assert from "node:assert/strict";
import { test } from "node:test";
import golden from "../../tests/golden/map-addresses.json";
import { permalink } from "../src/state/address";
import { initialState, moved, sameRef, switched, switchLayer } from "../src/state/model";
import { nameOf } from "../src/state/naming";
import { readQuery, writeQuery, type Link } from "../src/state/query";
import { createStore } from "../src/state/store";
import { layer, portal, speakerOf } from "./samples";

for (const { query, parts } of golden.both) {
  test(`address, read and written: ${query}`, () => {
    assert.deepEqual(readQuery(query), parts);
    assert.equal(writeQuery(parts as Link), query);
  });
}

for (const { query, parts } of golden.read) {
  test(`address, read: ${query}`, () => assert.deepEqual(readQuery(`?${query}`), parts));
}

test("a query is written as the browser itself would have it", () => {
  for (const { query } of golden.both) {
    assert.equal(new URL(`https://example.org/cs/map?${query}`).search, query && `?${query}`);
  }
});

test("the start is what the link says, else what the portal says", () => {
  assert.deepEqual(initialState(portal, {}, null).layers, ["towns"]);
  assert.deepEqual(initialState(portal, { layers: ["lights", "gone"] }, null).layers, ["lights"]);
  assert.deepEqual(initialState(portal, { layers: [] }, null).layers, []);
  assert.deepEqual(initialState(portal, { group: "assets" }, null).layers, ["lights"]);
  assert.deepEqual(initialState(portal, { group: "gone" }, null).layers, ["towns"]);
});

test("layers stand as the link orders them; a link of old orders nothing", () => {
  assert.deepEqual(initialState(portal, readQuery("layers=towns,lights"), null).layers, ["towns", "lights"]);
  const old = initialState(portal, readQuery("map=9/50.8/15&layers=towns,lights"), null);
  assert.deepEqual(old.layers, ["lights", "towns"]);
  assert.deepEqual(old.view, { zoom: 9, lat: 50.8, lon: 15 });
});

test("what belongs to layers that are gone is forgotten", () => {
  const link = readQuery("layers=gone:50,towns&where.gone=a%3D1&swipe=gone:40&background=gone");
  const state = initialState(portal, link, null);
  assert.deepEqual([state.opacity, state.where, state.swipe, state.background], [{}, {}, null, null]);
});

test("an unknown background gives way to the one that the portal shows, none stays none", () => {
  const ortho = { id: "ortho", title: "", kind: "tiles" as const, url: "", layers: null, bbox: null, attribution: "", max_zoom: 19, version: null };
  const two = { ...portal, backgrounds: [{ ...ortho, id: "grey", visible: false }, { ...ortho, visible: true }] };
  assert.equal(initialState(two, {}, null).background, "ortho");
  assert.equal(initialState(two, { background: "grey" }, null).background, "grey");
  assert.equal(initialState(two, { background: "gone" }, null).background, "ortho");
  assert.equal(initialState(two, { background: null }, null).background, null);
});

test("the link of a state restores it, without what is said of layers that are off", () => {
  const query = "at=12/50.50000/15.00000&layers=towns:40,lights&where.towns=a%3D1&date=2025-01-01&swipe=lights~towns:30&mark=50.10000/15.20000";
  const state = initialState(portal, readQuery(query), null);
  assert.equal(permalink(state, portal), query);
  const without = { ...state, ...switchLayer(state, "towns", false) };
  assert.equal(permalink(without, portal).includes("towns"), false);
  assert.equal(permalink({ ...state, view: null }, portal), "");
});

test("a linked feature brings its layer; one of an unknown layer is forgotten", () => {
  const state = initialState(portal, { layers: ["towns"], feature: { collection: "lights", id: "7" } }, null);
  assert.deepEqual(state.layers, ["lights", "towns"]);
  assert.ok(sameRef(state.opened?.ref, { collection: "lights", id: "7" }));
  assert.equal(initialState(portal, { feature: { collection: "gone", id: "7" } }, null).opened, null);
});

test("a layer switched on goes above what it is by nature drawn above; one that stands so changes nothing", () => {
  const natural = ["points", "lines", "areas", "ground"];
  const layers = ["areas", "points"];
  assert.equal(switched(layers, "areas", true, natural), layers);
  assert.deepEqual(switched(layers, "areas", false, natural), ["points"]);
  assert.deepEqual(switched(layers, "ground", true, natural), ["areas", "points", "ground"]);
  assert.deepEqual(switched(layers, "lines", true, natural), ["lines", "areas", "points"]);
});

test("a layer is moved within the order and never out of it", () => {
  const layers = ["a", "b", "c"];
  assert.deepEqual(moved(layers, "c", 0), ["c", "a", "b"]);
  assert.deepEqual(moved(layers, "a", 1), ["b", "a", "c"]);
  assert.deepEqual(moved(layers, "a", 99), ["b", "c", "a"]);
  assert.equal(moved(layers, "a", -1), layers);
  assert.equal(moved(layers, "gone", 0), layers);
});

test("with a layer go the card of its feature and its side of a comparison, and no other", () => {
  const link = { layers: ["lights", "towns"], feature: { collection: "lights", id: "7" }, swipe: { left: "lights", right: "towns", share: 50 } };
  const state = initialState(portal, link, null);
  assert.equal(switchLayer(state, "lights", false).opened, null);
  assert.deepEqual(switchLayer(state, "lights", false).swipe, { left: null, right: "towns", share: 50 });
  assert.equal(switchLayer({ ...state, swipe: { left: "lights", right: null, share: 50 } }, "lights", false).swipe, null);
  assert.ok(!("opened" in switchLayer(state, "towns", false)));
});

test("a feature is called by its label, a code by its words, one without by its id", () => {
  const say = speakerOf("en");
  const feature = { type: "Feature" as const, id: 7, geometry: null, properties: { name: "Hrádek", use: "A" } };
  assert.equal(nameOf({ ...layer, label: "name" }, "7", feature, say), "Hrádek");
  assert.equal(nameOf({ ...layer, label: "use" }, "7", feature, say), "Housing");
  assert.equal(nameOf({ ...layer, label: null }, "7", feature, say), "Feature 7");
  assert.equal(nameOf(layer, "7", null, say), "Feature 7");
});

test("watchers hear only of what they watch, in the end of the last state, and nothing once they have left", () => {
  const store = createStore({ a: 1, b: 1 });
  const heard: string[] = [];
  store.watch((state) => state.a, (a) => {
    if (a === 2) store.set({ b: 5 }); // a watcher that sets the state itself
  });
  const leave = store.watch((state) => state.b, (b) => heard.push(`b${b}`));
  store.set({ a: 2 });
  store.set({ a: 3 });
  leave();
  store.set({ b: 6 });
  assert.deepEqual(heard, ["b1", "b5"]);
});
