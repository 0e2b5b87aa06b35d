/** The map in the frame of another page: no bar and no panels, but a way to the whole map and to the list. */
import type { Portal } from "../api/portal";
import type { Language, Say } from "../messages/messages";
import { linkOf, mapAddress } from "../state/address";
import type { State } from "../state/model";
import { writeQuery } from "../state/query";
import type { Store } from "../state/store";
import { byId, fill, make } from "./dom";

export function embedded(portal: Portal, lang: Language, say: Say, store: Store<State>): void {
  const map = make("a", { target: "_blank", rel: "noopener" }, say("open_map"));
  const list = make("a", { target: "_blank", rel: "noopener" }, say("open_list"));
  fill(byId("whole"), make("strong", {}, portal.title), map, list);
  byId("whole").setAttribute("aria-label", portal.title);
  byId("whole").hidden = false;
  store.watch(
    (state) => state,
    (state) => {
      const { embed: _, ...link } = linkOf(state, portal);
      map.href = mapAddress(lang, writeQuery(link));
      list.href = mapAddress(lang, writeQuery({ ...link, list: true }));
    },
  );
}
