/** From the portal's styles to Leaflet's path options; colours of single features come from the legend. */
import type { PathOptions } from "leaflet";
import type { Layer } from "../api/portal";
import type { Feature } from "../geometry/feature";

export type StyleOf = (feature: Feature) => PathOptions & { radius: number };

/** Points carry a light rim so that neighbours stay apart; a line has no fill whatever the dataset says. */
export function styleOf(layer: Layer): StyleOf {
  const { style, by, geometry } = layer;
  const colors = new Map(layer.legend.map((entry) => [entry.code, entry.color]));
  const rest = colors.get(null) ?? style.color;
  return (feature) => {
    const code = by ? feature.properties[by] : undefined;
    const color = by ? (colors.get(String(code)) ?? rest) : style.color;
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
