/** The state and its permalink: what a link says comes back, what it says wrongly does no harm. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readHash, writeHash, type Link } from "../src/state/hash";
import { initialState, sameRef, switched, switchLayer } from "../src/state/model";
import { nameOf } from "../src/state/naming";
import { createStore } from "../src/state/store";
import { speaker } from "../src/messages/messages";
import { layer, portal } from "./samples";

test("a link comes back as it was written", () => {
  const link: Link = {
    view: { zoom: 12.5, lat: 50.76712, lon: 15.05619 },
    layers: ["municipalities", "street-lights"],
    feature: { collection: "street-lights", id: "VO/1 & č,5%=#" },
  };
  assert.deepEqual(readHash(writeHash(link)), link);
});

test("a link reads as people can understand it", () => {
  const hash = writeHash({ view: { zoom: 9, lat: 50.8, lon: 15 }, layers: ["a", "b"], feature: { collection: "a", id: "7" } });
  assert.equal(hash, "#map=9/50.80000/15.00000&layers=a,b&feature=a/7");
});

test("no layers at all is not the same as nothing said about layers", () => {
  assert.deepEqual(readHash("#layers=").layers, []);
  assert.equal(readHash("#map=9/50/15").layers, undefined);
});

test("what cannot be understood is left out", () => {
  for (const hash of ["", "#", "#map", "#map=9/50", "#map=a/b/c", "#map=9/95/15", "#map=9//15", "#feature=only", "#feature=a/", "#other=1"]) {
    assert.deepEqual(readHash(hash), {}, hash);
  }
  assert.deepEqual(readHash("#feature=a/100%").feature, { collection: "a", id: "100%" });
});

test("settings behind a layer's id do not break older readers", () => {
  assert.deepEqual(readHash("#layers=a:0.5,b").layers, ["a", "b"]);
});

test("the start is what the link says, else what the portal says", () => {
  assert.deepEqual(initialState(portal, {}, null).layers, ["towns"]);
  assert.deepEqual(initialState(portal, { layers: ["lights", "gone"] }, null).layers, ["lights"]);
  assert.deepEqual(initialState(portal, { layers: [] }, null).layers, []);
});

test("a linked feature brings its layer; one of an unknown layer is forgotten", () => {
  const state = initialState(portal, { layers: [], feature: { collection: "lights", id: "7" } }, null);
  assert.deepEqual(state.layers, ["lights"]);
  assert.ok(sameRef(state.opened?.ref, { collection: "lights", id: "7" }));
  assert.equal(initialState(portal, { feature: { collection: "gone", id: "7" } }, null).opened, null);
});

test("switching a layer that already stands so changes nothing", () => {
  const layers = ["a", "b"];
  assert.equal(switched(layers, "a", true), layers);
  assert.deepEqual(switched(layers, "a", false), ["b"]);
  assert.deepEqual(switched(layers, "c", true), ["a", "b", "c"]);
});

test("with a layer goes the card of its feature, and no other", () => {
  const state = initialState(portal, { feature: { collection: "lights", id: "7" } }, null);
  assert.equal(switchLayer(state, "lights", false).opened, null);
  assert.ok(!("opened" in switchLayer(state, "towns", false)));
});

test("a feature is called by its label, a code by its words, one without by its id", () => {
  const say = speaker("en");
  const feature = { type: "Feature" as const, id: 7, geometry: null, properties: { name: "Hrádek", use: "A" } };
  assert.equal(nameOf({ ...layer, label: "name" }, "7", feature, say), "Hrádek");
  assert.equal(nameOf({ ...layer, label: "use" }, "7", feature, say), "Housing");
  assert.equal(nameOf({ ...layer, label: null }, "7", feature, say), "Feature 7");
  assert.equal(nameOf(layer, "7", null, say), "Feature 7");
});

test("watchers hear only of what they watch, and in the end of the last state", () => {
  const store = createStore({ a: 1, b: 1 });
  const heard: string[] = [];
  store.watch((state) => state.a, (a) => {
    if (a === 2) store.set({ b: 5 }); // a watcher that sets the state itself
  });
  store.watch((state) => state.b, (b) => heard.push(`b${b}`));
  store.set({ a: 2 });
  store.set({ a: 3 });
  assert.deepEqual(heard, ["b1", "b5"]);
});
