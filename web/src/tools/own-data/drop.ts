/**
 * Files dropped anywhere on the page: they open the tool, and wait here until it is loaded.
 *
 * Apart from the tool because it must listen from the start: a file dropped on a page that does not expect it would be
 * opened by the browser in the map's stead.
 */
import type { State } from "../../state/model";
import type { Store } from "../../state/store";

let waiting: File[] = [];
let taker: ((files: File[]) => void) | null = null;

export function acceptDrops(store: Store<State>): void {
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    waiting.push(...(event.dataTransfer?.files ?? []));
    store.set({ panel: "tools", tool: "own-data" });
    hand();
  });
}

/** From now on dropped files go to `take`, those that wait at once; null: they wait again. */
export function takeDrops(take: ((files: File[]) => void) | null): void {
  taker = take;
  hand();
}

function hand(): void {
  if (!taker || waiting.length === 0) return;
  const files = waiting;
  waiting = [];
  taker(files);
}
