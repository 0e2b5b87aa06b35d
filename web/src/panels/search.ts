/** The search field of the map's bar. */
import { combobox, type Surroundings } from "./combobox";
import { fill, icon, LENS, make } from "./dom";

export function searchField(place: HTMLElement, around: Omit<Surroundings, "takesFirst">): void {
  const { say } = around;
  const input = make("input", { type: "text", id: "query", placeholder: say("search_hint"), "aria-label": say("search") });
  place.setAttribute("role", "search");
  fill(place, icon(LENS), input);
  combobox(input, { ...around, takesFirst: true });
}
