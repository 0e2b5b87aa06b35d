/**
 * Makes DOM nodes. Text always goes in as a text node, so no text of the data can ever become markup.
 *
 * The only place of the panels that creates elements; there is no innerHTML in the app.
 */

export type Child = Node | string | null | false;

/** Properties are set as such (`className`, `hidden`, …); names with a hyphen and `role` become attributes. */
export function make<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  properties: Record<string, unknown> = {},
  ...children: Child[]
): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value as EventListener);
    else if (name.includes("-") || name === "role") element.setAttribute(name, String(value));
    else Reflect.set(element, name, value);
  }
  fill(element, ...children);
  return element;
}

/** Replaces the children of an element. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child): child is Node | string => child !== null && child !== false));
}

/** An element of index.html. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}

/** A picture of one path on a 24 × 24 grid, hidden from screen readers: its button carries the words. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

export function closeButton(words: string, close: () => void): HTMLButtonElement {
  const properties = { type: "button", className: "plain", title: words, "aria-label": words, onclick: close };
  return make("button", properties, icon(CROSS));
}

/** Copies what stands in a field. Where the browser offers no clipboard or refuses it, the field is marked, and the focus goes there. */
export function copyButton(
  field: HTMLInputElement | HTMLTextAreaElement,
  say: (key: "copy" | "copied") => string,
  announce: (text: string) => void,
): HTMLButtonElement {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      return field.select();
    }
    announce(say("copied"));
    fill(button, icon(LINK), say("copied"));
    setTimeout(() => fill(button, icon(LINK), say("copy")), 3000);
  };
  const button = make("button", { type: "button", className: "quiet", onclick: () => void copy() }, icon(LINK), say("copy"));
  return button;
}

export const CROSS = "M6 6l12 12M18 6L6 18";
export const STACK = "M12 3l9 5-9 5-9-5zM3 12.5l9 5 9-5M3 17l9 5 9-5";
export const LINES = "M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01";
export const LENS = "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.3 15.3L21 21";
export const LINK = "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1";
export const TOOLBOX = "M4 8h16v11H4zM9 8V5h6v3M4 13h16M12 11.5v3";
export const HANDLE = "M9 5h.01M15 5h.01M9 12h.01M15 12h.01M9 19h.01M15 19h.01";
export const SLIDERS = "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5";
export const PIN = "M12 22s7-7.5 7-13a7 7 0 1 0-14 0c0 5.5 7 13 7 13zM12 11.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z";
export const BACK = "M15 5l-7 7 7 7";
