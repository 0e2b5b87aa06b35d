/** Days and steps: no hour, no zone and no short month moves a day where it does not belong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf, nextChange, numberOf, stepped, today, within } from "../src/tools/time/days";

test("a day is the same after it was counted, over leap years and before 1970", () => {
  for (const day of ["1899-12-31", "1969-12-31", "2024-02-29", "2026-03-29", "2026-10-25"]) assert.equal(dayOf(numberOf(day)), day);
  assert.equal(numberOf("2024-03-01") - numberOf("2024-02-28"), 2);
});

test("a step of a month or a year ends at the end of a shorter month", () => {
  assert.equal(stepped("2026-01-31", "month", 1), "2026-02-28");
  assert.equal(stepped("2024-01-31", "month", 1), "2024-02-29");
  assert.equal(stepped("2026-01-15", "month", -1), "2025-12-15");
  assert.equal(stepped("2024-02-29", "year", 1), "2025-02-28");
  assert.equal(stepped("2026-01-01", "day", -1), "2025-12-31");
});

test("one goes from change to change and stops at the last", () => {
  const changes = ["2019-05-01", "2022-01-01", "2025-07-01"];
  assert.equal(nextChange(changes, "2022-01-01", 1), "2025-07-01");
  assert.equal(nextChange(changes, "2022-01-01", -1), "2019-05-01");
  assert.equal(nextChange(changes, "2020-01-01", -1), "2019-05-01");
  assert.equal(nextChange(changes, "2025-07-01", 1), null);
  assert.equal(nextChange([], "2025-07-01", -1), null);
});

test("what lies outside the data's span comes to its end", () => {
  const span = { from: "2019-05-01", to: "2026-01-01" };
  assert.deepEqual(["2010-01-01", "2020-01-01", "2030-01-01"].map((day) => within(day, span)), ["2019-05-01", "2020-01-01", "2026-01-01"]);
  assert.equal(today(new Date(2026, 0, 5, 23, 59)), "2026-01-05");
});
