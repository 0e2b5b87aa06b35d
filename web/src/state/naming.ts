/** How one feature is called: by its label column; a code by its label; without either, by its id. */
import type { Layer } from "../api/portal";
import type { Feature } from "../geometry/feature";
import type { Say } from "../messages/messages";

export function nameOf(layer: Layer, id: string, feature: Feature | null, say: Say): string {
  const value = layer.label ? feature?.properties[layer.label] : null;
  if (value === null || value === undefined || value === "") return say("unnamed", { id });
  const codes = layer.popup.find((column) => column.name === layer.label)?.codes;
  return codes?.[String(value)] ?? String(value);
}
