// Leaflet for the reports of zoning plans: one script and one style without anything beside them, for reports are single
// files that open offline. `plans/report/map.py` reads them where they are.
import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const leaflet = join(here, "node_modules/leaflet");

export async function buildForReports(dist) {
  const folder = join(dist, "report");
  await mkdir(folder, { recursive: true });
  const licence = (await readFile(join(leaflet, "LICENSE"), "utf8")).trim();
  const script = (await readFile(join(leaflet, "dist/leaflet.js"), "utf8")).replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
  await writeFile(join(folder, "leaflet.js"), `/*! Leaflet\n${licence}\n*/\n${script}`);
  await build({
    entryPoints: [join(leaflet, "dist/leaflet.css")],
    outfile: join(folder, "leaflet.css"),
    bundle: true,
    minify: true,
    loader: { ".png": "dataurl" },
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildForReports(join(here, "dist"));
