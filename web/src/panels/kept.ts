/** What stays when a part of a panel is made anew: which details are open, and where the focus was. */

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
