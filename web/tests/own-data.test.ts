/**
 * Files of the reader's own: what is in them comes out where it is; what is wrong with them is said, and quickly.
 *
 * files/own.gpkg was written by GDAL 3.11 (layer `posts`: 120 points in EPSG:5514, a text longer than a page, a row without a
 * geometry; layer `areas`: a multipolygon with a hole in EPSG:25833) and vacuumed by SQLite into pages of 512 bytes.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { faultOf } from "../src/tools/foreign";
import { readFile } from "../src/tools/own-data/open";
import { crsNamed, crsOf } from "../src/tools/own-data/crs";
import { columnsOf } from "../src/tools/own-data/records";
import { FileTrouble, MOST_FEATURES } from "../src/tools/own-data/reading";

const GPKG = new Uint8Array(readFileSync("tests/files/own.gpkg"));

function handed(content: string | Uint8Array, name = "a file") {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { name, size: bytes.length, arrayBuffer: async () => bytes.slice().buffer };
}

async function troubleOf(content: string | Uint8Array): Promise<string> {
  const started = performance.now();
  const found = await readFile(handed(content)).then(
    (layers) => `${layers.length} layers`,
    (error: unknown) => (error instanceof FileTrouble ? error.key : String(error)),
  );
  assert.ok(performance.now() - started < 15_000, "it took too long");
  return found;
}

function near(a: readonly number[], b: readonly number[], degrees = 1e-8): void {
  assert.ok(a.every((value, at) => Math.abs(value - (b[at] ?? NaN)) < degrees), `${a} is not ${b}`);
}

test("a GeoPackage gives every layer, every row and every kind of value", async () => {
  const [posts, areas] = await readFile(handed(GPKG, "own.gpkg"));
  assert.ok(posts && areas);
  assert.deepEqual([posts.name, areas.name], ["own.gpkg: posts", "own.gpkg: areas"]);
  assert.deepEqual([posts.features.length, posts.left, areas.features.length], [120, 1, 1]);
  assert.match(posts.crs, /S-JTSK.*5514/);
  assert.deepEqual(posts.features.map((each) => each.properties.fid), Array.from({ length: 120 }, (_, at) => at + 1));
  assert.deepEqual(posts.features.map((each) => each.properties.power), Array.from({ length: 120 }, (_, at) => (-1) ** at * 10 ** (at % 15)));
  assert.equal(posts.features[9]?.properties.height, 9 / 8);
  assert.equal(posts.features[3]?.properties.name, "Lampa č. 3");
  assert.equal(posts.features[7]?.properties.name, "d".repeat(2000));
});

test("its geometries stand where they are: S-JTSK to a metre, UTM exactly, holes stay", async () => {
  const [posts, areas] = await readFile(handed(GPKG));
  const [point, area] = [posts?.features[0]?.geometry, areas?.features[0]?.geometry];
  assert.ok(point?.type === "Point" && area?.type === "MultiPolygon");
  near(point.coordinates, [15.050317097, 50.80321849], 1.2e-5);
  assert.deepEqual(area.coordinates.map((rings) => rings.length), [2]);
  assert.ok(area.coordinates[0]?.[0]?.some(([lon = 0, lat = 0]) => Math.abs(lon - 14.716608827) + Math.abs(lat - 50.731449131) < 1e-8));
});

test("coordinate systems agree with PROJ", () => {
  const places: [number, readonly [number, number], readonly [number, number]][] = [
    [5514, [-688000, -970000], [15.050318662, 50.803220079]],
    [25833, [480000, 5620000], [14.716608827, 50.731449131]],
    [2180, [250000, 350000], [15.438530083, 50.962508549]],
    [2176, [5500000, 5640000], [15, 50.895265667]],
    [3857, [1675000, 6580000], [15.046781009, 50.765967352]],
    [4326, [15, 50], [15, 50]],
  ];
  for (const [code, from, to] of places) near(crsOf(code).move(from), to, 2e-8);
});

test("a coordinate system is known by each of its names, and refused by its own", () => {
  for (const name of ["urn:ogc:def:crs:EPSG::5514", "EPSG:5514", "http://www.opengis.net/def/crs/EPSG/0/5514", "urn:ogc:def:crs:EPSG:10.2:5514"]) {
    assert.match(crsNamed(name).name, /5514/);
  }
  assert.equal(crsNamed("urn:ogc:def:crs:OGC:1.3:CRS84").name, "WGS 84");
  for (const name of ["EPSG:31468", "nonsense"]) {
    assert.throws(() => crsNamed(name), (error) => error instanceof FileTrouble && error.key === "own_crs" && String(error.values.crs) === name);
  }
});

test("GeoJSON of every shape is read, that of old with its own system", async () => {
  const point = { type: "Point", coordinates: [15.1, 50.7, 312] };
  const shapes = [point, { type: "Feature", geometry: point, properties: { a: 1 } }, { type: "FeatureCollection", features: [{ geometry: point }, { geometry: null }, 5] }];
  for (const shape of shapes) {
    const [layer] = await readFile(handed(JSON.stringify(shape)));
    assert.deepEqual(layer?.features[0]?.geometry, { type: "Point", coordinates: [15.1, 50.7] });
  }
  const old = { type: "FeatureCollection", crs: { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::5514" } }, features: [{ geometry: { type: "Point", coordinates: [-688000, -970000] } }] };
  const [layer] = await readFile(handed(`\uFEFF ${JSON.stringify(old)}`));
  near((layer?.features[0]?.geometry as { coordinates: number[] }).coordinates, [15.0503, 50.8032], 1e-4);
});

const geo = (coordinates: unknown, type = "Point"): string => JSON.stringify({ type: "Feature", geometry: { type, coordinates } });

test("what is wrong with a file is said, and nothing else happens", async () => {
  const deep = (open: string, close: string, n: number): string => open.repeat(n) + close.repeat(n);
  const wrong: [string | Uint8Array, string][] = [
    ["", "own_kind"],
    ["name;x;y\n1;2;3", "own_kind"],
    ["PK\u0003\u0004 and so on", "own_broken"],
    ["{", "own_broken"],
    ["[1, 2]", "own_no_map"],
    ['{"type":"Topology"}', "own_no_map"],
    [geo([-688000, -970000]), "own_degrees"],
    [geo([15, 95]), "own_degrees"],
    [geo(["15", "50"]), "own_empty"],
    [geo([15]), "own_empty"],
    [geo([[15, 50], "x"], "LineString"), "own_empty"],
    [geo([15, 50], "__proto__"), "own_empty"],
    [geo([15, 50], "constructor"), "own_empty"],
    [`{"type":"Feature","geometry":{"type":"Polygon","coordinates":${deep("[", "]", 200_000)}}}`, "own_empty"],
    [`{"type":"Feature","geometry":${deep('{"type":"GeometryCollection","geometries":[', "]}", 5_000)}}`, "own_empty"],
    [JSON.stringify({ type: "FeatureCollection", features: Array(MOST_FEATURES + 1).fill({}) }), "own_many"],
    [JSON.stringify({ type: "MultiPoint", coordinates: Array(1_000_001).fill([1, 2]) }), "own_heavy"],
    ["x".repeat(20 * 1024 * 1024 + 1), "own_large"],
    ['<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>', "own_doctype"],
    ['<?xml version="1.0" encoding="nobody-knows"?><kml/>', "own_broken"],
    [GPKG.slice(0, 5000), "own_broken"],
  ];
  for (const [content, key] of wrong) assert.equal(await troubleOf(content), key, String(content).slice(0, 60));
});

test("a forged GeoPackage ends in plain words, whichever byte was changed", async () => {
  let seed = 20261121;
  const random = (most: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % most;
  const seen = new Set<string>();
  for (let round = 0; round < 400; round += 1) {
    const forged = GPKG.slice();
    for (let change = 0; change < 1 + (round % 8); change += 1) forged[random(forged.length)] = random(256);
    seen.add((await troubleOf(forged)).replace(/\d+ /, ""));
  }
  assert.ok([...seen].every((each) => /^own_|^layers$/.test(each)), [...seen].join(" "));
  assert.ok(seen.has("own_broken") && seen.has("layers"));
});

test("XML is given to the parser only when every element is closed, and none is too deep", () => {
  const right = ["<a/>", '<?xml version="1.0"?>\n<!-- <x> --><a b="c > d" e=\'f\'><g:h/><![CDATA[ <i> ]]>text</a>\n', "<a><b></b><b/></a>"];
  for (const text of right) assert.equal(faultOf(text), null, text);
  const wrong = ["", "text", "<a>", "<a></b>", "<a><b></a></b>", "<a/><b/>", "</a>", "<a b></a>", '<a b="<">', "<a", "<a><!-- </a>", `${"<a>".repeat(300)}${"</a>".repeat(300)}`];
  for (const text of wrong) assert.ok(faultOf(text) !== null, text.slice(0, 40));
  assert.equal(faultOf('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "doctype");
  const started = performance.now();
  for (const text of [`<a ${"b ".repeat(300_000)}`, `<a ${'b="c" '.repeat(300_000)}`, "<".repeat(300_000), `<!--${"-".repeat(300_000)}`, `<a b="${"c".repeat(300_000)}`]) faultOf(text);
  assert.ok(performance.now() - started < 5000, "text without an end takes time without an end");
});

test("columns are told from constraints, whatever their names", () => {
  const sql = `CREATE TABLE "my ""odd"" (table)" ("fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POINT,
    [a b] DECIMAL(10,2) DEFAULT (1+(2)), "primary" TEXT CHECK ("primary" IN ('a,b')), CONSTRAINT c UNIQUE ([a b], geom), FOREIGN KEY (geom) REFERENCES x(y))`;
  assert.deepEqual(columnsOf(sql.replace('"my ""odd"" (table)"', "t")), { columns: ["fid", "geom", "a b", "primary"], key: "fid" });
});

/** A ZIP of one file; its local header has an extra field, which the directory does not mention. */
function zip(name: string, content: Uint8Array): Uint8Array {
  const [packed, called] = [deflateRawSync(content), Buffer.from(name)];
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(called.length, 26);
  local.writeUInt16LE(4, 28);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt16LE(called.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(local.length + called.length + 4 + packed.length, 16);
  return new Uint8Array(Buffer.concat([local, called, Buffer.alloc(4), packed, entry, called, end]));
}

test("of a KMZ the map in it is taken; what is none, is damaged or bursts is refused", async () => {
  const kml = Buffer.from('<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Point><coordinates>15,50.7</coordinates></Point></Placemark></kml>');
  const packed = zip("files/doc.KML", kml);
  // Node has no reader of XML: that it is the map which comes out is seen by what is missed.
  assert.match(await troubleOf(packed), /DOMParser/);
  assert.equal(await troubleOf(zip("roads.shp", kml)), "own_packed");
  assert.equal(await troubleOf(packed.slice(0, -30)), "own_broken");
  assert.equal(await troubleOf(zip("doc.kml", Buffer.alloc(30 * 1024 * 1024))), "own_large");
  packed[60] = 0xff;
  assert.equal(await troubleOf(packed), "own_broken");
});
