/** The choice of what lies below all layers: nothing, or one of the portal's background maps. */
import { make } from "./dom";
import type { LayerSurroundings } from "./stack";

export function backgroundChoice({ store, portal, say }: LayerSurroundings): HTMLElement {
  const choice = (id: string | null, title: string): HTMLElement => {
    const radio = make("input", { type: "radio", name: "background", onchange: () => store.set({ background: id }) });
    store.watch((state) => state.background === id, (on) => (radio.checked = on));
    return make("label", { className: "check" }, radio, make("span", {}, title));
  };
  const choices = portal.backgrounds.map((each) => choice(each.id, each.title));
  const legend = make("legend", {}, say("background"));
  return make("fieldset", { className: "backgrounds" }, legend, choice(null, say("background_none")), ...choices);
}
