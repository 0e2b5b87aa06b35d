// Makes a dashboard handier: what is chosen changes on the spot, and code to embed is copied by a button. Everything
// works without it, by links and a form. What comes is the very page that the service would have shown: one way to draw.

const main = document.getElementById("content");
const said = document.createElement("p");
let newest = 0;
let shown = location.search;

/** Whether an address is this dashboard under another selection. */
function isOwn(to: URL): boolean {
  return to.origin === location.origin && to.pathname === location.pathname && to.search !== location.search;
}

/** The dashboard at an address in place of the one that is shown; a browser that cannot have it goes there. */
async function show(to: URL, remember: boolean): Promise<void> {
  if (!main) return;
  const asked = ++newest;
  let open: string[] = [];
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(to, { headers: { accept: "text/html" } });
    const text = await answer.text();
    if (asked !== newest) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    const content = page.getElementById("content");
    if (!answer.ok || !content) throw new Error(String(answer.status));
    open = [...main.querySelectorAll<HTMLDetailsElement>("details[open]")].map(placeOf); // now: one may have been opened while this was on its way
    main.replaceChildren(...[...content.childNodes].map((node) => document.importNode(node, true)));
    // A form of choices is answered by the address of its selection.
    const own = new URL(answer.url);
    own.hash = to.hash;
    if (remember) history.pushState(null, "", own);
    shown = own.search;
  } catch {
    if (asked === newest) location.assign(to);
    return;
  } finally {
    if (asked === newest) main.removeAttribute("aria-busy");
  }
  for (const each of main.querySelectorAll<HTMLDetailsElement>("details")) each.open = open.includes(placeOf(each));
  prepare();
  arrive(to.hash);
}

/** Which of the details of which part it is. */
function placeOf(details: HTMLDetailsElement): string {
  return `${details.closest("section")?.id ?? ""} ${details.className}`;
}

/** Focus goes to the part that was chosen in, else it stays at the selection; what it is now is said. */
function arrive(hash: string): void {
  const part = hash ? document.getElementById(hash.slice(1)) : null;
  const target = part?.querySelector<HTMLElement>("h2") ?? document.getElementById("selection");
  if (target) {
    target.tabIndex = -1;
    target.focus({ preventScroll: part === null });
  }
  const finding = part?.querySelector("figcaption")?.textContent ?? "";
  const chosen = document.getElementById("chosen")?.cloneNode(true);
  if (chosen instanceof HTMLElement) for (const link of chosen.querySelectorAll("a")) link.remove();
  said.textContent = `${chosen?.textContent?.replace(/\s+/g, " ").trim() ?? ""} ${finding}`;
}

function prepare(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copied]")) button.hidden = false;
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const code = button.closest("details")?.querySelector("textarea");
  if (!code) return;
  code.select();
  if (!navigator.clipboard) return; // without a secure origin it is only marked, to be copied by hand
  await navigator.clipboard.writeText(code.value);
  said.textContent = button.dataset["copied"] ?? "";
  button.textContent = button.dataset["copied"] ?? "";
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const button = event.target.closest<HTMLButtonElement>("button[data-copied]");
  if (button) void copy(button);
  const link = event.target.closest("#content a[href]");
  const href = link?.getAttribute("href");
  if (!href || link?.hasAttribute("download") || link?.getAttribute("target")) return;
  const to = new URL(href, location.href);
  if (!isOwn(to)) return;
  event.preventDefault();
  void show(to, true);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "get") return;
  const to = new URL(form.action);
  for (const [name, value] of new FormData(form)) if (typeof value === "string") to.searchParams.append(name, value);
  if (!isOwn(to)) return;
  event.preventDefault();
  void show(to, true);
});

// A link within the page moves in the history too, and changes nothing of the selection.
window.addEventListener("popstate", () => {
  if (location.search !== shown) void show(new URL(location.href), false);
});

said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);
prepare();
