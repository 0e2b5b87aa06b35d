/** Words and values: no language lacks a text, and each writes numbers and dates in its own way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pauseOf } from "../src/api/client";
import type { Column } from "../src/api/portal";
import { LANGUAGES, languageOf, type Key } from "../src/messages/messages";
import { valueShower } from "../src/messages/values";
import { CATALOGUES, speakerOf } from "./samples";

const keys = Object.keys(CATALOGUES.en).sort() as Key[];
const column = (type: string, rest: Partial<Column> = {}): Column => ({ name: "c", title: "C", unit: null, count: false, type, codes: null, ...rest });

for (const lang of LANGUAGES) {
  test(`${lang}: every key, nothing empty, the same placeholders`, () => {
    assert.deepEqual(Object.keys(CATALOGUES[lang]).sort(), keys);
    for (const key of keys) {
      const forms = (entry: string | Record<string, string>) => (typeof entry === "string" ? [entry] : Object.values(entry));
      const expected = placeholders(forms(CATALOGUES.en[key])[0] ?? "");
      for (const text of forms(CATALOGUES[lang][key])) {
        assert.notEqual(text.trim(), "", key);
        assert.deepEqual(placeholders(text), expected, `${lang} ${key}`);
      }
    }
  });

  test(`${lang}: plural texts have every form the language needs`, () => {
    const needed = new Intl.PluralRules(lang).resolvedOptions().pluralCategories.slice().sort();
    for (const key of keys) {
      const entry = CATALOGUES[lang][key];
      if (typeof entry !== "string") assert.deepEqual(Object.keys(entry).sort(), needed, key);
    }
  });
}

function placeholders(text: string): string[] {
  return (text.match(/\{\w+\}/g) ?? []).sort();
}

test("plural forms follow the number", () => {
  const say = speakerOf("cs");
  assert.equal(say("search_count", { n: 1 }), "1 výsledek");
  assert.equal(say("search_count", { n: 3 }), "3 výsledky");
  assert.equal(say("search_count", { n: 5 }), "5 výsledků");
});

test("the language is that of the path, else that of the browser, else English", () => {
  assert.equal(languageOf("/pl/map", ["cs-CZ"]), "pl");
  assert.equal(languageOf("/", ["sk-SK", "cs-CZ"]), "cs");
  assert.equal(languageOf("/xx/", ["fr"]), "en");
});

test("numbers, dates and codes are written as the language writes them", () => {
  const cs = valueShower("cs", speakerOf("cs"));
  const en = valueShower("en", speakerOf("en"));
  assert.equal(cs(column("decimal", { unit: "ha" }), 1234.5).text, "1\u00a0234,5\u00a0ha");
  assert.equal(en(column("decimal", { unit: "ha" }), 1234.5).text, "1,234.5\u00a0ha");
  assert.equal(cs(column("date"), "2026-11-02").text, "2. listopadu 2026");
  assert.equal(en(column("date"), "2026-11-02").text, "2 November 2026");
  assert.equal(en(column("boolean"), false).text, "no");
  assert.equal(en(column("code", { codes: { A: "Housing" } }), "A").text, "Housing");
  assert.equal(en(column("code", { codes: { A: "Housing" } }), "Z").text, "Z");
});

test("an integer without a unit may be a code or a year: it is not written with gaps", () => {
  const cs = valueShower("cs", speakerOf("cs"));
  assert.equal(cs(column("integer"), 564729).text, "564729");
  assert.equal(cs(column("integer", { unit: "obyv." }), 17587).text, "17\u00a0587\u00a0obyv.");
  assert.equal(cs(column("integer", { count: true }), 8166).text, "8\u00a0166");
});

test("what is not there is said in words, without a unit; what is broken is shown as it is", () => {
  const en = valueShower("en", speakerOf("en"));
  assert.equal(en(column("decimal", { unit: "ha" }), null).text, "not stated");
  assert.equal(en(column("text"), "").text, "not stated");
  assert.equal(en(column("decimal"), "about five").text, "about five");
  assert.equal(en(column("date"), "sometime").text, "sometime");
  assert.equal(en(column("integer"), 0).text, "0");
});

test("only addresses of the web become links", () => {
  const en = valueShower("en", speakerOf("en"));
  assert.equal(en(column("text"), "https://example.org/a").link, "https://example.org/a");
  for (const text of ["javascript:alert(1)", "data:text/html,x", "see https://example.org", "<b>bold</b>"]) {
    assert.equal(en(column("text"), text).link, null, text);
  }
});

test("Retry-After is a number of seconds or a date, and stays within reason", () => {
  const now = Date.parse("2026-11-02T10:00:00Z");
  assert.equal(pauseOf("7", now), 7);
  assert.equal(pauseOf("Mon, 02 Nov 2026 10:00:30 GMT", now), 30);
  assert.equal(pauseOf("Mon, 02 Nov 2026 09:00:00 GMT", now), 1);
  assert.equal(pauseOf("86400", now), 120);
  assert.equal(pauseOf(null, now), 5);
  assert.equal(pauseOf("soon", now), 5);
});
