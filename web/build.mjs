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
const settings = { absWorkingDir: here, bundle: true, minify: true, format: "esm", target: ["es2022"], charset: "utf8", legalComments: "none" };
// What draws tiles beside the page is a program of its own; the app is told its address.
const beside = await build({ ...settings, entryPoints: ["src/map/tiles/worker.ts"], outdir: "node_modules/.dist/assets", entryNames: "tiles-[hash]", metafile: true });
const [worker] = Object.keys(beside.metafile.outputs);
const apart = await build({ ...settings, entryPoints: pages.map((name) => `src/pages/${name}`), outdir: "node_modules/.dist/assets", entryNames: "[name]-[hash]", metafile: true });
const { metafile } = await build({
  ...settings,
  define: { TILE_WORKER: JSON.stringify(`/${relative(made, join(here, worker)).replaceAll("\\", "/")}`) },
  entryPoints: ["src/main.ts", "src/styles/icon.svg"],
  outdir: "node_modules/.dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  splitting: true,
  loader: { ".png": "file", ".svg": "copy" },
  metafile: true,
  plugins: [words, whole],
});
Object.assign(metafile.outputs, apart.metafile.outputs);

const built = Object.keys(metafile.outputs);
const inDist = (path) => relative(made, join(here, path)).replaceAll("\\", "/");
const outputOf = (source) => built.find((path) => metafile.outputs[path].entryPoint === source);

/** A file and all that it cannot run without. */
function withImports(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const each of metafile.outputs[path].imports) if (each.kind === "import-statement") withImports(each.path, found);
  return found;
}

const main = outputOf("src/main.ts");
const [, ...pieces] = withImports(main);
const wordsOf = Object.fromEntries(LANGUAGES.map((each) => [each, outputOf(`src/messages/${each}.json`)]));
const entries = Object.fromEntries(
  built.filter((path) => /^src\/(main|pages\/.*)\.ts$/.test(metafile.outputs[path].entryPoint ?? "")).map((path) => [basename(metafile.outputs[path].entryPoint, ".ts"), inDist(path)]),
);

const page = (await readFile(join(here, "src/index.html"), "utf8"))
  .replace("%script%", `/${inDist(main)}`)
  .replace("%style%", `/${inDist(metafile.outputs[main].cssBundle)}`)
  .replace("%pieces%", [...pieces, worker].map((path) => `<link rel="modulepreload" href="/${inDist(path)}">`).join("\n"));
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
const weight = (await total([main, worker, ...pieces])) + Math.max(...(await Promise.all(Object.values(wordsOf).map(weigh))));
const later = (await total(built.filter((path) => path.endsWith(".js")))) - (await total([main, ...pieces]));
const kilobytes = (bytes) => (bytes / 1024).toFixed(1);
console.log(`web/dist: ${files.length} files, JavaScript ${kilobytes(weight)} kB gzipped of ${BUDGET / 1024}, ${kilobytes(later)} kB when asked for`);
if (weight > BUDGET) {
  console.error("The JavaScript of the first view is over its budget.");
  process.exitCode = 1;
}
