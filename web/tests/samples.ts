/** A small portal for the tests, as the service would describe it. */
import type { Layer, Portal } from "../src/api/portal";

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
  max: 1000,
  zoom: [5, 20],
  visible: true,
  attribution: "Region, CC BY 4.0",
  style: { color: "#234", fill: 0.3, width: 1, radius: 5 },
  by: null,
  legend: [],
  label: "name",
  popup: [
    { name: "name", title: "Name", unit: null, type: "text", codes: null },
    { name: "use", title: "Use", unit: null, type: "code", codes: { A: "Housing" } },
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
  groups: [
    { id: "boundaries", title: "Boundaries", layers: [layer] },
    { id: "assets", title: "Assets", layers: [{ ...layer, id: "lights", visible: false, geometry: "point" }] },
  ],
};
