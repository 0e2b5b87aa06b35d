/** From the portal's styles to Leaflet's path options; colours of single features come from the legend. */
import type { PathOptions } from "leaflet";
import type { Layer } from "../api/portal";
import type { Feature } from "../geometry/feature";

/** The style of a feature of that code. */
export type StyleOf = (code: string | null) => PathOptions & { radius: number; fillColor: string };

/** The code that the legend of the layer goes by; null without one. */
export function codeOf({ by }: Layer, { properties }: Feature): string | null {
  const code = by ? properties[by] : null;
  return code === null || code === undefined ? null : String(code);
}

/** Points carry a light rim so that neighbours stay apart; a line has no fill whatever the dataset says. */
export function styleOf(layer: Layer): StyleOf {
  const { style, by, geometry } = layer;
  const colors = new Map(layer.legend.map((entry) => [entry.code, entry.color]));
  const rest = colors.get(null) ?? style.color;
  return (code) => {
    const color = by ? (colors.get(code) ?? rest) : style.color;
    if (geometry === "point") {
      return { radius: style.radius, color: "#fff", weight: 1.25, fillColor: color, fillOpacity: 0.95, opacity: 0.9 };
    }
    return {
      radius: style.radius,
      color,
      weight: style.width,
      opacity: geometry === "line" ? 0.95 : 0.85,
      fill: geometry !== "line",
      fillColor: color,
      fillOpacity: style.fill,
      lineJoin: "round",
    };
  };
}

/** Areas with so pale a fill are a ground for the rest and carry their names; where the fill is strong, colour speaks. */
const GROUND = 0.25;

export function carriesNames({ geometry, label, style }: Layer): boolean {
  return geometry === "polygon" && label !== null && style.fill <= GROUND;
}
