/**
 * Asks for what the first view needs while the app is still on its way: the tiles of big layers, the features of small ones.
 *
 * Nothing depends on it. What is not asked for here, the layers ask for themselves; what is, they find sooner.
 */
import { itemsAddress, questionOf } from "../api/items";
import type { Layer } from "../api/portal";
import { isSmall, isTiled } from "../api/size";
import { areaInView, overlapOf, type Size, type View } from "../geometry/fit";
import { phaseOf, type Shown } from "../state/model";
import { painter } from "./tiles/painter";
import { tilesToDraw } from "./tiles/wanted";

/** Done when the worker has sent its questions: while one is being made it needs the page again and again. */
export async function askAhead(layers: readonly Layer[], state: Shown, view: View, size: Size): Promise<void> {
  const heard: Promise<unknown>[] = [];
  for (const layer of layers) {
    if (layer.kind === "raster" || phaseOf(layer, state, view.zoom) !== "ready") continue;
    const question = questionOf(layer, state);
    if (isTiled(layer, question)) {
      const beyond = layer.geometry === "point" ? 0 : overlapOf(size);
      painter().introduce(layer);
      const tiles = tilesToDraw(layer, areaInView(view, size, beyond), view.zoom);
      heard.push(painter().ask("expect", { layer: layer.id, tiles }));
    } else if (isSmall(layer)) preload(itemsAddress(layer, null, question));
  }
  await Promise.allSettled(heard);
}

/** What is fetched from the same address soon after finds the answer here. */
function preload(address: string): void {
  const link = document.createElement("link");
  [link.rel, link.as, link.crossOrigin, link.href] = ["preload", "fetch", "anonymous", address];
  document.head.append(link);
}
