// Bundles the app into dist/: index.html, assets/ with hashed names, manifest.json that lists every file and says which
// of them are what. Everything is built beside dist/ and put in its place when all of it is there.
//
// The page's budget of JavaScript is held here and not in a test, so that it cannot be exceeded by anyone who builds.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildForReports } from "./report.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const made = join(here, "node_modules/.dist");
const BUDGET = 90 * 1024; // bytes of gzipped JavaScript before the first map is drawn
const LANGUAGES = ["cs", "de", "pl", "en"];

await rm(made, { recursive: true, force: true });
await mkdir(made);

// Pages of the portal that a script makes handier have one of their name, apart from the app.
const pages = (await readdir(join(here, "src/pages"))).filter((name) => name.endsWith(".ts"));
// As esbuild has it, a JSON file exports each of its keys by name as well, which makes the words half as heavy again.
const words = {
  name: "words",
  setup(at) {
    at.onLoad({ filter: /src\/messages\/.*\.json$/ }, async ({ path }) => ({ contents: `export default ${await readFile(path, "utf8")}` }));
  },
};
// What is loaded later says that it needs the whole app, which is there by then. So all of the app is one file: left to
// itself, esbuild cuts it into a dozen, one for each set of tools that share it, and on a phone each is a question more.
const whole = {
  name: "whole",
  setup(at) {
    at.onResolve({ filter: /^[.]/ }, async ({ path, kind, pluginData, ...rest }) => {
      if (kind !== "dynamic-import" || pluginData?.late || path.endsWith(".json")) return undefined;
      return { ...(await at.resolve(path, { ...rest, kind, pluginData: { late: true } })), pluginData: { late: true } };
    });
    at.onLoad({ filter: /[.]ts$/ }, async ({ path, pluginData }) => {
      if (!pluginData?.late) return undefined;
      return { contents: `${await readFile(path, "utf8")}\nimport "${join(here, "src/main.ts")}";`, loader: "ts" };
    });
  },
};
// Leaflet's main file is one function, which a browser reads twice; its modules a phone is through with in half the time.
// A package that is no module becomes one by itself: else a file that runs such packages would be needed by every other.
const modules = {
  name: "modules",
  setup(at) {
    at.onResolve({ filter: /^leaflet$/ }, ({ resolveDir, kind }) => at.resolve("leaflet/dist/leaflet-src.esm.js", { resolveDir, kind }));
    at.onLoad({ filter: /geographiclib-geodesic/ }, async ({ path }) => {
      const { outputFiles } = await build({ ...settings, entryPoints: [path], write: false });
      return { contents: outputFiles[0].text };
    });
  },
};
const settings = { absWorkingDir: here, bundle: true, minify: true, format: "esm", target: ["es2022"], charset: "utf8", legalComments: "none" };
// What draws tiles beside the page is a program of its own; the app is told its address.
const beside = await build({ ...settings, entryPoints: ["src/map/tiles/worker.ts"], outdir: "node_modules/.dist/assets", entryNames: "tiles-[hash]", metafile: true });
const [worker] = Object.keys(beside.metafile.outputs);
const apart = await build({
  ...settings,
  entryPoints: pages.map((name) => `src/pages/${name}`),
  outdir: "node_modules/.dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "page-[name]-[hash]", // never a file of the app, which is kept for use without a network
  splitting: true,
  metafile: true,
  plugins: [words],
});
// What is loaded later shares the code of these two, so their own files only ask for others: the page asks for those itself.
const ENTRIES = ["src/first.ts", "src/main.ts"];
const { metafile } = await build({
  ...settings,
  define: { TILE_WORKER: JSON.stringify(`/${relative(made, join(here, worker)).replaceAll("\\", "/")}`) },
  entryPoints: [...ENTRIES, "src/styles/main.css", "src/styles/icon.svg"],
  outdir: "node_modules/.dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  splitting: true,
  loader: { ".png": "file", ".svg": "copy" },
  metafile: true,
  plugins: [words, whole, modules],
});
Object.assign(metafile.outputs, apart.metafile.outputs);

const built = Object.keys(metafile.outputs).filter((path) => !ENTRIES.includes(metafile.outputs[path].entryPoint));
const inDist = (path) => relative(made, join(here, path)).replaceAll("\\", "/");
const outputOf = (source) => built.find((path) => metafile.outputs[path].entryPoint === source);

const [first, app] = ENTRIES.map((source) => built.find((path) => source in metafile.outputs[path].inputs));
const wordsOf = Object.fromEntries(LANGUAGES.map((each) => [each, outputOf(`src/messages/${each}.json`)]));
const entries = Object.fromEntries(
  built.filter((path) => /^src\/pages\//.test(metafile.outputs[path].entryPoint ?? "")).map((path) => [basename(metafile.outputs[path].entryPoint, ".ts"), inDist(path)]),
);

const page = (await readFile(join(here, "src/index.html"), "utf8"))
  .replace("%first%", `/${inDist(first)}`)
  .replace("%app%", `/${inDist(app)}`)
  .replace("%worker%", `/${inDist(worker)}`)
  .replace("%style%", `/${inDist(outputOf("src/styles/main.css"))}`);
await writeFile(join(made, "index.html"), page);

// The service worker knows all files of the app, and is another one whenever one of them is another.
const shell = [worker, ...built].map(inDist).filter((path) => /\.(js|css|svg)$/.test(path) && !apart.metafile.outputs[`node_modules/.dist/${path}`]);
const SHELL = { version: createHash("sha256").update(shell.join()).digest("hex").slice(0, 12), files: shell.map((path) => `/${path}`) };
await build({ ...settings, entryPoints: ["src/offline/worker.ts"], outfile: "node_modules/.dist/offline.js", define: { SHELL: JSON.stringify(SHELL) } });
const icons = ["icon-48.png", "icon-192.png", "icon-512.png"];
for (const name of icons) await copyFile(join(here, "src/offline", name), join(made, name));

const files = ["index.html", "offline.js", ...icons, ...[worker, ...built].map(inDist).sort()];
const listed = { page: "index.html", entries, words: Object.fromEntries(Object.entries(wordsOf).map(([lang, path]) => [lang, inDist(path)])), files };
await writeFile(join(made, "manifest.json"), `${JSON.stringify(listed, null, 2)}\n`);

await buildForReports(made);
await rm(dist, { recursive: true, force: true });
await rename(made, dist);

const weigh = async (path) => gzipSync(await readFile(join(dist, inDist(path)))).length;
const total = async (paths) => (await Promise.all(paths.map(weigh))).reduce((sum, each) => sum + each, 0);
const weight = (await total([first, app, worker])) + Math.max(...(await Promise.all(Object.values(wordsOf).map(weigh))));
const later = (await total(built.filter((path) => path.endsWith(".js")))) - (await total([first, app]));
const kilobytes = (bytes) => (bytes / 1024).toFixed(1);
console.log(`web/dist: ${files.length} files, JavaScript ${kilobytes(weight)} kB gzipped of ${BUDGET / 1024}, ${kilobytes(later)} kB when asked for`);
if (weight > BUDGET) {
  console.error("The JavaScript of the first view is over its budget.");
  process.exitCode = 1;
}
