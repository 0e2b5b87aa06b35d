/** Filters: what the form says comes back as it was, whatever stands in it; what the form cannot show is left alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Queryable } from "../src/api/columns";
import { read, write, type Condition } from "../src/tools/filter/cql2";
import { fieldsOf } from "../src/tools/filter/fields";

const columns: Record<string, Queryable> = {
  geometry: { format: "geometry-point" },
  number: { title: "Number", type: "string" },
  lamp: { title: "Lamp", type: "string", "x-labels": { sodium: "Sodium", led: "LED", gas: "Gas" }, enum: ["led", "sodium", "odd"] },
  power: { title: "Power", type: "integer", "x-ogc-unit": "W", enum: [100, 24, 36] },
  revised: { title: "Revised", type: "string", format: "date" },
  built: { title: "Built", type: "string", format: "date", enum: ["2001-01-01", "1990-05-01"] },
  lit: { title: "Lit", type: "boolean" },
  in: { title: "A word of the language", type: "number" },
};
const fields = fieldsOf(columns, ["power", "lamp"]);
const field = (name: string) => fields.find((each) => each.name === name);

test("a form has a field of the right kind for every column, those of the card first", () => {
  assert.deepEqual(fields.map((each) => each.name).slice(0, 2), ["power", "lamp"]);
  assert.deepEqual(fields.map((each) => each.kind), ["number", "codes", "text", "date", "date", "flag", "number"]);
  assert.equal(field("geometry"), undefined);
});

test("codes are offered in the order of their list, only those that stand in the data, and what is on no list", () => {
  assert.deepEqual(field("lamp")?.options, [
    { code: "sodium", label: "Sodium" },
    { code: "led", label: "LED" },
    { code: "odd", label: "odd" },
  ]);
});

test("extremes are those of numbers, not of their texts", () => {
  assert.deepEqual([field("power")?.least, field("power")?.most], ["24", "100"]);
  assert.deepEqual([field("built")?.least, field("built")?.most], ["1990-05-01", "2001-01-01"]);
});

const HARD = ["it's", "100 %", "a_b", "back\\slash", "\\'", "'", "''", "\\", "%", "ž\"x\"", "a' OR '1'='1", "\\\\''\\'"];

test("every condition comes back from its text", () => {
  const made: Condition[][] = [
    [{ kind: "codes", column: "lamp", values: ["led", "sodium"], missing: false }],
    [{ kind: "codes", column: "lamp", values: [], missing: true }],
    [{ kind: "codes", column: "lamp", values: ["it's"], missing: true }],
    [{ kind: "number", column: "power", from: 24, to: null }],
    [{ kind: "number", column: "in", from: -1.5, to: 1e21 }],
    [{ kind: "date", column: "revised", from: "2020-01-01", to: "2020-12-31" }],
    [{ kind: "date", column: "revised", from: null, to: "2020-12-31" }],
    [{ kind: "flag", column: "lit", value: false }],
    ...HARD.map((text): Condition[] => [{ kind: "text", column: "number", text }]),
    [
      { kind: "number", column: "power", from: 24, to: 36 },
      { kind: "text", column: "number", text: "VO" },
      { kind: "codes", column: "lamp", values: ["gas"], missing: true },
      { kind: "flag", column: "lit", value: true },
    ],
  ];
  for (const conditions of made) assert.deepEqual(read(write(conditions), fields), conditions, write(conditions));
});

test("the text is one that people can read", () => {
  const text = write([
    { kind: "codes", column: "lamp", values: ["led"], missing: false },
    { kind: "number", column: "in", from: 5, to: null },
    { kind: "date", column: "revised", from: "2020-01-01", to: null },
  ]);
  assert.equal(text, `lamp IN ('led') AND "in" >= 5 AND revised >= DATE('2020-01-01')`);
  assert.equal(write([{ kind: "number", column: "power", from: null, to: null }]), "");
});

test("what people write in their own way is read where it means the same", () => {
  assert.deepEqual(read("  lamp='led'   and POWER<=36".replace("POWER", "power"), fields), [
    { kind: "codes", column: "lamp", values: ["led"], missing: false },
    { kind: "number", column: "power", from: null, to: 36 },
  ]);
  assert.deepEqual(read("power = 24", fields), [{ kind: "number", column: "power", from: 24, to: 24 }]);
});

test("a filter that the form cannot show is not read at all", () => {
  const foreign = [
    "lamp = 'led' OR power > 5",
    "power > 5",
    "power >= 5 AND power >= 7",
    "NOT lamp IN ('led')",
    "unknown = 'x'",
    "lamp IN ('led'",
    "lamp IN ('led') AND",
    "power >= 'x'",
    "number LIKE 'a%'",
    "ACCENTI(CASEI(number)) LIKE ACCENTI(CASEI('a%b'))",
    "S_INTERSECTS(geometry, POINT(15 50))",
    "revised >= DATE('nonsense')",
    "(power >= 5 OR power IS NULL)",
    "lamp = 'led' AND lamp = 'gas'",
    "lamp # 5",
    "'",
  ];
  for (const text of foreign) assert.equal(read(text, fields), null, text);
  assert.deepEqual(read("", fields), []);
});
