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
  return make("button", properties, icon(CLOSE));
}

const CLOSE = "M6 6l12 12M18 6L6 18";
export const STACK = "M12 3l9 5-9 5-9-5zM3 12.500l9 5 9-5M3 17l9 5 9-5";
export const LINES = "M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01";
export const LENS = "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.3 15.300L21 21";
export const LINK = "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1";
