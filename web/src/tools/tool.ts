/**
 * What a tool of the map is: something one opens, uses and closes, loaded only then. Their names: state/tools.ts.
 *
 * A tool stands in a folder of its own, whose index.ts exports `open`. It never touches another tool; what it knows of
 * the app it is given as `Around`, and what it changes is either the state or its own, to be taken away by `close`.
 */
import type { Portal } from "../api/portal";
import type { FeatureSource } from "../api/source";
import type { Frame } from "../map/frame";
import type { MapLayers } from "../map/layers";
import type { Language, Say } from "../messages/messages";
import type { State } from "../state/model";
import type { Store } from "../state/store";

export interface Around {
  store: Store<State>;
  portal: Portal;
  lang: Language;
  say: Say;
  /** Says a text to screen readers. */
  announce: (text: string) => void;
  frame: Frame;
  drawn: MapLayers;
  sources: readonly FeatureSource[];
}

export interface OpenTool {
  /** Stands in the panel below the tool's title; it stays as it is while the panel is shut. */
  content: HTMLElement;
  /** Takes everything of the tool off the map. */
  close(): void;
}

export interface ToolModule {
  open(around: Around): OpenTool;
}
