// Bundles the app into dist/: index.html, assets/ with hashed names, manifest.json that lists every file.
//
// The page's budget of JavaScript is held here and not in a test, so that it cannot be exceeded by anyone who builds.
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildForReports } from "./report.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const BUDGET = 90 * 1024; // bytes of gzipped JavaScript before the first map is drawn

await rm(dist, { recursive: true, force: true });
await mkdir(dist);

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["src/main.ts", "src/styles/icon.svg"],
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  charset: "utf8",
  loader: { ".png": "file", ".svg": "copy" },
  legalComments: "none",
  metafile: true,
});

const built = Object.keys(metafile.outputs).map((path) => relative(dist, join(here, path)));
const find = (pattern) => built.find((path) => pattern.test(basename(path)));
const script = find(/^main-.*\.js$/);

const page = (await readFile(join(here, "src/index.html"), "utf8"))
  .replace("%script%", `/${script}`)
  .replace("%style%", `/${find(/^main-.*\.css$/)}`)
  .replace("%icon%", `/${find(/^icon-.*\.svg$/)}`);
await writeFile(join(dist, "index.html"), page);

const files = ["index.html", ...built.sort()];
await writeFile(join(dist, "manifest.json"), `${JSON.stringify({ page: "index.html", files }, null, 2)}\n`);

await buildForReports(dist);

const weight = gzipSync(await readFile(join(dist, script))).length;
console.log(`web/dist: ${files.length} files, JavaScript ${(weight / 1024).toFixed(1)} kB gzipped of ${BUDGET / 1024}`);
if (weight > BUDGET) {
  console.error("The JavaScript of the first view is over its budget.");
  process.exitCode = 1;
}
