/** A small portal for the tests, as the service would describe it. */
import type { Layer, Portal } from "../src/api/portal";
import cs from "../src/messages/cs.json";
import de from "../src/messages/de.json";
import en from "../src/messages/en.json";
import { speaker, type Catalogue, type Language, type Say } from "../src/messages/messages";
import pl from "../src/messages/pl.json";
import toolsCs from "../src/messages/tools/cs.json";
import toolsDe from "../src/messages/tools/de.json";
import toolsEn from "../src/messages/tools/en.json";
import toolsPl from "../src/messages/tools/pl.json";

export const CATALOGUES: Record<Language, Required<Catalogue>> = {
  cs: { ...cs, ...toolsCs },
  de: { ...de, ...toolsDe },
  pl: { ...pl, ...toolsPl },
  en: { ...en, ...toolsEn },
};

export function speakerOf(lang: Language): Say {
  return speaker(lang, CATALOGUES[lang]);
}

export const layer: Layer = {
  id: "towns",
  title: "Towns",
  description: null,
  kind: "vector",
  geometry: "polygon",
  made_up: false,
  updated: "2026-11-02",
  count: null,
  bbox: null,
  items: "/ogc/collections/towns/items",
  page: "/ogc/collections/towns?f=html",
  tiles: null,
  max: 1000,
  time: null,
  zoom: [5, 20],
  visible: true,
  attribution: "Region, CC BY 4.0",
  style: { color: "#234", fill: 0.3, width: 1, radius: 5 },
  by: null,
  legend: [],
  label: "name",
  popup: [
    { name: "name", title: "Name", unit: null, count: false, type: "text", codes: null },
    { name: "use", title: "Use", unit: null, count: false, type: "code", codes: { A: "Housing" } },
  ],
  map: null,
};

export const portal: Portal = {
  title: "Portal",
  languages: ["cs", "de", "pl", "en"],
  lang: "en",
  view: { bbox: [14, 50, 16, 51] },
  made_up: false,
  notice: null,
  services: [],
  backgrounds: [],
  groups: [
    { id: "boundaries", title: "Boundaries", layers: [layer] },
    { id: "assets", title: "Assets", layers: [{ ...layer, id: "lights", visible: false, geometry: "point" }] },
  ],
};
