/** The rule of the tools: what one has in its folder no other takes; what they share lies beside them. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const HOME = "src/tools";
const folders = readdirSync(HOME, { withFileTypes: true }).filter((each) => each.isDirectory());

test("no tool imports from another", () => {
  const taken = folders.flatMap(({ name }) =>
    readdirSync(`${HOME}/${name}`).flatMap((file) => {
      const text = readFileSync(`${HOME}/${name}/${file}`, "utf8");
      const others = [...text.matchAll(/(?:from|import\()\s*"\.\.\/([\w-]+)\//g)].map(([, other]) => other);
      return others.filter((other) => folders.some((each) => each.name === other)).map((other) => `${name}/${file}: ${other}`);
    }),
  );
  assert.ok(folders.length >= 12);
  assert.deepEqual(taken, []);
});
