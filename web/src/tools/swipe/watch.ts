/**
 * Has the line of a comparison on the map as long as there is one, with the tool or without: a link brings it too.
 *
 * Apart from the line because it must listen from the start; what draws the line is loaded with the first comparison.
 */
import { addToolWords } from "../../messages/messages";
import type { Around } from "../tool";

export function showLine(around: Around): void {
  let drawn = false;
  around.store.watch(
    ({ swipe }) => swipe !== null,
    (compared) => {
      if (!compared || drawn) return;
      drawn = true;
      void Promise.all([import("./line"), addToolWords(around.lang)]).then(
        ([line]) => line.drawLine(around),
        () => (drawn = false), // without a network; the layers are cut all the same
      );
    },
  );
}
