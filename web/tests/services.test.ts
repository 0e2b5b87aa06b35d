/** Addresses of services as people paste them, and which of them the page may ask at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, descriptionOf, isAllowed } from "../src/tools/services/address";
import { isWebMercator } from "../src/tools/services/offered";
import { collectionsOf, readCollections } from "../src/tools/services/ogc";

const HERE = "https://portal.example/cs/map?x=1";

test("what belongs to one request is taken off, what belongs to the service stays", () => {
  const found = asked(" https://maps.example/ows?map=/a/b.map&KEY=7&SERVICE=WMS&Request=GetMap&LAYERS=roads&bbox=1,2,3,4#top ", HERE);
  assert.equal(found?.base.href, "https://maps.example/ows?map=%2Fa%2Fb.map&KEY=7");
  assert.deepEqual([found?.kind, found?.layer], ["wms", "roads"]);
  assert.match(descriptionOf(found!, "wms"), /map=.*&KEY=7&SERVICE=WMS&REQUEST=GetCapabilities$/);
});

test("an address without a scheme is one of the web, a path is this portal's", () => {
  assert.equal(asked("maps.example/wms", HERE)?.base.href, "https://maps.example/wms");
  assert.equal(asked("/ogc", HERE)?.base.href, "https://portal.example/ogc");
  assert.equal(asked("https://maps.example/wmts/1.0.0/WMTSCapabilities.xml", HERE)?.kind, "wmts");
  assert.equal(asked("https://maps.example/ogc/collections/roads?f=html", HERE)?.kind, "ogc");
});

test("what is no address of the web is none", () => {
  for (const text of ["", "   ", "two words", "javascript:alert(1)", "data:text/xml,<a/>", "file:///etc/passwd", "https://user:secret@maps.example/", "ftp://maps.example/wms", "a".repeat(300)]) {
    assert.equal(asked(text, HERE), null, text);
  }
});

test("only the portal's own host and those that it names may be asked, whole names and not beginnings", () => {
  const allowed = ["https://maps.example"];
  const may = (address: string): boolean => isAllowed(new URL(address), allowed, "https://portal.example");
  assert.deepEqual(
    ["https://maps.example/wms", "https://portal.example/ogc", "http://maps.example/", "https://maps.example.evil.test/", "https://maps.example:8443/"].map(may),
    [true, true, false, false, false],
  );
});

test("Web Mercator is known by each of its names, and no other system is taken for it", () => {
  for (const name of ["EPSG:3857", "urn:ogc:def:crs:EPSG:6.18:3:3857", "EPSG:900913", "http://www.opengis.net/def/crs/EPSG/0/3857"]) assert.ok(isWebMercator(name), name);
  for (const name of ["EPSG:5514", "EPSG:13857", "CRS:84", ""]) assert.ok(!isWebMercator(name), name);
});

test("collections with features or pictures are offered, links to hosts that may not be asked are not", () => {
  const base = new URL("https://maps.example/ogc/collections");
  const may = (address: URL): boolean => address.host === "maps.example";
  const items = (href: string) => [{ rel: "items", type: "text/html", href: "./x" }, { rel: "items", type: "application/geo+json", href }];
  const found = readCollections({
    title: "Theirs",
    collections: [
      { id: "a", title: "A", links: items("https://maps.example/ogc/collections/a/items"), extent: { spatial: { bbox: [[14, 50, 16, 51]] } } },
      { id: "b", links: items("https://elsewhere.example/items") },
      { id: "c", links: [{ rel: "http://www.opengis.net/def/rel/ogc/1.0/tilesets-map", type: "application/json", href: "c/map/tiles" }] },
      { id: "d" },
      { id: "table", links: items("https://maps.example/ogc/collections/table/items") },
    ],
  }, base, may);
  assert.deepEqual(found?.layers.map((each) => [each.name, each.title, each.box]), [["a", "A", [14, 50, 16, 51]], ["c", "c", null]]);
  assert.equal(found?.left, 3, "what lies nowhere is not for a map");
  assert.equal(readCollections({ type: "FeatureCollection" }, base, may), null);
  assert.equal(collectionsOf({ links: [{ rel: "data", type: "application/json", href: "collections" }] }, new URL("https://maps.example/ogc/")), "https://maps.example/ogc/collections?f=json");
});
