/**
 * On pages with a field for a place (home, search, what applies here): answers while one types, as the map's field does;
 * and where there is something to print, a button for it.
 *
 * What is chosen leads to what applies there, a dataset or dashboard to its page. All of it comes when the page is at
 * rest or the field is used; without it the form asks the service.
 */
import type { Found } from "../api/search";
import { LANGUAGES, speaker, wordsOf, type Language } from "../messages/messages";

/** Milliseconds after which a page is at rest. */
const REST = 600;

/** Pixels that a list needs below its field. */
const ROOM = 240;

const lang: Language = LANGUAGES.find((each) => each === document.documentElement.lang) ?? "en";
const field = document.querySelector<HTMLInputElement>("input[data-places]");

async function prepare(input: HTMLInputElement): Promise<void> {
  const [{ combobox }, words] = await Promise.all([import("../panels/combobox"), wordsOf(lang)]);
  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "status");
  document.body.append(said);
  const announce = (text: string): void => void (said.textContent = text);
  combobox(input, { lang, say: speaker(lang, words), announce, takesFirst: false, choose: (found) => location.assign(addressOf(found)) });
  // On a phone the list would open below the edge, behind the keyboard.
  input.addEventListener("input", () => {
    if (innerHeight - input.getBoundingClientRect().bottom < ROOM) input.scrollIntoView({ block: "start" });
  });
  if (input.value !== input.defaultValue) input.dispatchEvent(new Event("input"));
}

function addressOf(found: Found): string {
  if ("title" in found) return `/${lang}/${found.kind}s/${encodeURIComponent(found.id)}`;
  const place = found.kind === "place" ? { lon: found.lon, lat: found.lat } : { feature: `${found.collection}/${found.id}` };
  return `/${lang}/here?${new URLSearchParams(Object.entries(place).map(([name, value]) => [name, String(value)]))}`;
}

if (field) {
  // When the page is at rest, so that the field is what it will be before somebody with a screen reader comes to it.
  const once = new AbortController();
  const ready = (): void => {
    if (once.signal.aborted) return;
    once.abort();
    void prepare(field);
  };
  field.addEventListener("focus", ready, { signal: once.signal });
  if (document.activeElement === field) ready();
  else setTimeout(ready, REST);
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
