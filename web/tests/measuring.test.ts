// Figures of the tools: lengths and areas held against pyproj.Geod (PROJ, WGS 84), scales against each other, coordinates
// as they are written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { areaText, lengthText, roughText } from "../src/messages/figures";
import { degreesLines, linesOf } from "../src/tools/coordinates/writing";
import { areaOf, crosses, lengthOf } from "../src/tools/measure/geodesic";
import { barOf, denominatorOf, fittingScale, SCALES, zoomOf } from "../src/tools/scale";

const at = (lng: number, lat: number): { lng: number; lat: number } => ({ lng, lat });
const near = (found: number, right: number, share: number): void =>
  assert.ok(Math.abs(found - right) <= share * Math.abs(right), `${found} is not ${right}`);

test("lengths are those of PROJ", () => {
  near(lengthOf([at(15.05, 50.76), at(15.06, 50.77), at(15.2, 50.9)]), 18821.9820543274, 1e-12);
  near(lengthOf([at(15.05, 50.76), at(15.05001, 50.76)]), 0.7055920160865958, 1e-8);
  near(lengthOf([at(14.42, 50.09), at(-74.006, 40.7128)]), 6588396.423809432, 1e-12);
  assert.equal(lengthOf([at(15, 50)]), 0);
});

test("areas are those of PROJ, whichever way the ring turns", () => {
  const ring = [at(14.9, 50.8), at(15, 50.8), at(15, 50.9), at(14.9, 50.9)];
  for (const each of [ring, [...ring].reverse()]) {
    near(areaOf(each).area, 78343187.47899628, 1e-10);
    near(areaOf(each).around, 36333.82937154359, 1e-12);
  }
  near(areaOf([at(15.05, 50.76), at(15.0501, 50.76), at(15.05005, 50.7601)]).area, 39.246314354240894, 1e-6);
});

test("a ring that crosses itself is known, one that does not is not suspected", () => {
  const square = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)];
  assert.equal(crosses(square), false);
  assert.equal(crosses([square[0], square[2], square[1], square[3]].map((each) => each ?? at(0, 0))), true);
  assert.equal(crosses([at(0, 0), at(4, 0), at(4, 4), at(2, 1), at(0, 4)]), false);
});

test("figures are written as people of the language write them", () => {
  assert.equal(lengthText(12.346, "cs"), "12,35\u00a0m");
  assert.equal(lengthText(1234.5, "en"), "1.235\u00a0km");
  assert.deepEqual([119.6, 2345, 34_567].map((metres) => roughText(metres, "cs")), ["120\u00a0m", "2,3\u00a0km", "35\u00a0km"]);
  assert.equal(areaText(823.44, "de"), "823,4\u00a0m²");
  assert.equal(areaText(12345, "en"), "12,345\u00a0m² (1.23\u00a0ha)");
  assert.match(areaText(78343187, "cs"), /^78,343\u00a0km² \(7\u00a0834,3\u00a0ha\)$/u);
});

test("the zoom of a scale gives that scale on the ground", () => {
  for (const scale of SCALES) near(denominatorOf(zoomOf(scale, 50.8), 50.8), scale, 1e-12);
  // One CSS pixel along the parallel and along the meridian of 50.8° at the zoom of 1 : 10 000, by PROJ: 2.6458 m as their mean.
  const world = 256 * 2 ** zoomOf(10_000, 50.8);
  const east = lengthOf([at(15, 50.8), at(15 + 360 / world, 50.8)]);
  const y = (lat: number): number => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  const step = 1e-4;
  const north = (lengthOf([at(15, 50.8), at(15, 50.8 + step)]) * 2 * Math.PI) / world / (y(50.8 + step) - y(50.8));
  near(Math.sqrt(east * north), (10_000 * 0.0254) / 96, 1e-5);
  assert.ok(Math.abs(east / north - 1) < 0.004);
});

test("the first scale shows most of what was seen, and there is always one", () => {
  const scale = fittingScale([900, 700], 14, 50.8, [220, 160]);
  assert.ok(SCALES.includes(scale as (typeof SCALES)[number]));
  const seen = denominatorOf(14, 50.8) * Math.min(900 / (220 * 3.7795), 700 / (160 * 3.7795));
  assert.ok(scale >= seen * 0.95);
  assert.equal(fittingScale([900, 700], 3, 50.8, [220, 160]), 200_000);
});

test("the bar of a scale is a round length that fits", () => {
  for (const scale of SCALES) {
    const { metres, millimetres } = barOf(scale, 50);
    assert.ok(millimetres <= 50 && millimetres >= 20, `${scale}: ${millimetres}`);
    assert.match(String(metres), /^[125]0*$/);
    near((metres * 1000) / millimetres, scale, 1e-12);
  }
});

test("coordinates are written as each country writes them", () => {
  const say = (key: string): string => key;
  const [degrees, dms] = degreesLines(50.76, 15.05, say);
  assert.equal(degrees?.text, "50.760000, 15.050000");
  assert.equal(dms?.text, "50°45'36.00\"N 15°03'00.00\"E");
  assert.equal(degreesLines(-0.9999999, -74.006, say)[1]?.text, "1°00'00.00\"S 74°00'21.60\"W");
  const told = (code: number, x: number, y: number): string[] => linesOf({ code, x, y, accuracy: 0 }, say).map((line) => line.text);
  assert.deepEqual(told(5514, -688637.468, -974765.812), ["-688637.47, -974765.81", "Y 688637.47 X 974765.81"]);
  assert.deepEqual(told(2180, 221530.24, 328888.64), ["X 328888.64 Y 221530.24"]);
  assert.deepEqual(told(25833, 503526.549, 5623137.725), ["E 503526.55 N 5623137.72"]);
  assert.deepEqual(told(9999, 1, 2), []);
});
