/** Names of what the browser stores for the time without a network: shared by the service worker and the page. */
import type { Box } from "../geometry/box";
import type { View } from "../state/query";

export const SHELL_STORE = "krajina-shell-";
export const PAGE_STORE = "krajina-pages";
export const AREA_STORE = "krajina-area-";
/** Under which an area's store says what it is. */
export const ABOUT = "/kept-area.json";

/** Header of what is kept: when it was fetched (ISO). Old data must not pass for new, on the map nor kept anew. */
export const KEPT = "X-Kept";

/** An area that was kept on this device. */
export interface KeptArea {
  id: string;
  name: string;
  box: Box;
  view: View;
  layers: string[];
  /** ISO moment at which its data were fetched. */
  at: string;
  files: number;
  bytes: number;
}
