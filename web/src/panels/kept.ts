/** What stays when a part of a panel is made anew: which details are open, where the focus was, what was typed or is being pressed. */

/** What held the focus: the key by which it is found again; "" for something else in the panel; null: it was elsewhere. */
export function heldBy(panel: HTMLElement): string | null {
  const active = document.activeElement;
  if (!active || !panel.contains(active)) return null;
  const { key, ref } = (active as HTMLElement).dataset;
  if (key) return `[data-key="${CSS.escape(key)}"]`;
  if (ref) return `[data-ref="${CSS.escape(ref)}"]`;
  return active.id ? `[id="${CSS.escape(active.id)}"]` : "";
}

/** Gives the focus back to what held it; if that is gone, or led to another page, to the heading of what is new. */
export function focusAgain(panel: HTMLElement, held: string | null): void {
  if (held === null) return;
  const same = held && !held.includes("page-") ? panel.querySelector<HTMLElement>(held) : null;
  const next = same ?? panel.querySelector<HTMLElement>("#table-title");
  next?.focus({ preventScroll: same !== null });
}

export function openDetails(panel: HTMLElement): Set<string> {
  return new Set([...panel.querySelectorAll("details")].filter((each) => each.open).map((each) => each.id));
}

/** Fields that the reader has changed and not sent yet; each has an id. */
export function unsentIn(panel: HTMLElement): HTMLElement[] {
  const chosen = [...panel.querySelectorAll("select")].filter(({ options, selectedIndex }) => selectedIndex !== Math.max(0, [...options].findIndex((each) => each.defaultSelected)));
  const ticked = [...panel.querySelectorAll("input")].filter((each) => each.checked !== each.defaultChecked);
  const typed = [...panel.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].filter((each) => each.value !== each.defaultValue);
  return [...chosen, ...ticked, ...typed];
}

/** What comes back waits until nothing in the panel is pressed: a link made anew between press and release is not clicked. */
export function release(panel: HTMLElement): () => Promise<void> {
  let released = Promise.resolve();
  const wait = (done: () => void): void => {
    const over = new AbortController();
    const end = (): void => {
      over.abort();
      setTimeout(done); // the click comes right behind
    };
    for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, end, { signal: over.signal });
  };
  panel.addEventListener("pointerdown", ({ target }) => {
    // Of a scroll bar or a list that unfolds browsers do not tell when it is let go.
    if (target instanceof Element && target.closest("a, button, summary, label, input")) released = new Promise(wait);
  });
  return () => released;
}
