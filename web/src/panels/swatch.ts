/** The small sample of a colour in legends, lists and cards; its shape is that of the layer, so colour is not alone. */
import type { Layer } from "../api/portal";
import type { Feature } from "../geometry/feature";
import { make } from "./dom";

const PALEST = 0.3;

/** Without a colour it stands for the layer as a whole: one coloured by codes then shows the first three of them. */
export function swatch(layer: Layer, color?: string): HTMLElement {
  const sample = make("span", { className: `swatch swatch-${layer.geometry}`, "aria-hidden": "true" });
  const colors = color !== undefined ? [color] : layer.by ? layer.legend.slice(0, 3).map((each) => each.color) : [];
  const [first = layer.style.color, second = first, third = first] = colors;
  // Through the object model, not a style attribute: the Content Security Policy allows no inline styles.
  sample.style.setProperty("--sample", first);
  sample.style.setProperty("--depth", `${Math.max(PALEST, layer.style.fill) * 100}%`);
  if (second !== first) {
    sample.classList.add("swatch-many");
    sample.style.setProperty("--second", second);
    sample.style.setProperty("--third", third);
  }
  return sample;
}

/** The sample of one feature: the colour it has on the map. */
export function featureSwatch(layer: Layer, feature: Feature | null): HTMLElement {
  const code = layer.by ? feature?.properties[layer.by] : undefined;
  return swatch(layer, layer.legend.find((entry) => entry.code === code)?.color);
}

/** The sample of a file of the reader's own: it may hold points, lines and areas, all in one colour. */
export function ownSwatch(color: string): HTMLElement {
  const sample = make("span", { className: "swatch swatch-polygon", "aria-hidden": "true" });
  sample.style.setProperty("--sample", color);
  sample.style.setProperty("--depth", "40%");
  return sample;
}
