/**
 * Paints what the map shows onto one canvas: what Leaflet and the layers have put into the page, from the ground up.
 *
 * Canvases and pictures are copied; signs and words that stand in the page as elements are painted in their own colours.
 */
import { linesOf } from "./caption";

export interface Painting {
  pen: CanvasRenderingContext2D;
  /** The map's upper left corner on the screen. */
  left: number;
  top: number;
}

/** Returns how many pictures of other hosts could not be taken: browsers give them only to pages that the host allows. */
export async function paintMap(map: HTMLElement, pen: CanvasRenderingContext2D): Promise<number> {
  const { left, top } = map.getBoundingClientRect();
  const painting = { pen, left, top };
  const pane = map.querySelector(".leaflet-map-pane");
  const missing = pane ? await paintInside(pane, painting) : 0;
  for (const each of map.querySelectorAll<HTMLElement>(".swipe:not([hidden]) :is(i, .swipe-name:not(:empty))")) paintBox(each, getComputedStyle(each), painting);
  return missing;
}

async function paintInside(element: Element, painting: Painting): Promise<number> {
  let missing = 0;
  for (const child of inOrder(element)) missing += await paint(child, painting);
  return missing;
}

/** As they lie above each other: by z-index, then as they stand. */
function inOrder(element: Element): Element[] {
  const height = (each: Element): number => Number(getComputedStyle(each).zIndex) || 0;
  return [...element.children].sort((a, b) => height(a) - height(b));
}

async function paint(element: Element, painting: Painting): Promise<number> {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden" || style.opacity === "0") return 0;
  const { pen } = painting;
  pen.save();
  pen.globalAlpha *= Number(style.opacity);
  clip(element, style.clipPath, painting);
  try {
    return await paintShown(element, style, painting);
  } finally {
    pen.restore();
  }
}

async function paintShown(element: Element, style: CSSStyleDeclaration, painting: Painting): Promise<number> {
  if (element instanceof HTMLCanvasElement) return copy(element, element, painting);
  if (element instanceof HTMLImageElement) return copy(await readable(element), element, painting);
  if (element instanceof SVGSVGElement) return copy(await drawn(element), element, painting);
  if (element instanceof HTMLElement) paintBox(element, style, painting);
  return paintInside(element, painting);
}

/** 1 if there is nothing to copy. */
function copy(source: CanvasImageSource | null, element: Element, { pen, left, top }: Painting): number {
  const { x, y, width, height } = element.getBoundingClientRect();
  if (!source) return 1;
  if (width > 0 && height > 0 && !(source instanceof HTMLCanvasElement && source.width === 0)) pen.drawImage(source, x - left, y - top, width, height);
  return 0;
}

/** A picture whose points may be read; null if its host does not allow that. */
async function readable(image: HTMLImageElement): Promise<HTMLImageElement | null> {
  if (new URL(image.currentSrc || image.src, location.href).origin === location.origin || image.crossOrigin !== null) return image;
  const again = new Image();
  again.crossOrigin = "anonymous";
  again.src = image.src;
  return again.decode().then(
    () => again,
    () => null,
  );
}

/** A drawing in the page as a picture. Its colours are written into it: outside the page no style sheet reaches it. */
async function drawn(svg: SVGSVGElement): Promise<HTMLImageElement | null> {
  const twin = svg.cloneNode(true) as SVGSVGElement;
  const { width, height } = svg.getBoundingClientRect();
  twin.setAttribute("width", String(width));
  twin.setAttribute("height", String(height));
  const [shapes, twins] = [svg.querySelectorAll("*"), twin.querySelectorAll("*")];
  shapes.forEach((shape, at) => {
    const style = getComputedStyle(shape);
    for (const name of ["fill", "stroke", "stroke-width", "opacity"]) twins[at]?.setAttribute(name, style.getPropertyValue(name));
  });
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(twin))}`;
  return image.decode().then(
    () => image,
    () => null,
  );
}

/** Ground, rim and words of an element. */
function paintBox(element: HTMLElement, style: CSSStyleDeclaration, { pen, left, top }: Painting): void {
  const { x, y, width, height } = element.getBoundingClientRect();
  const words = ownWords(element);
  const border = parseFloat(style.borderTopWidth) || 0;
  pen.beginPath();
  pen.roundRect(x - left, y - top, width, height, Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2));
  pen.fillStyle = style.backgroundColor;
  pen.fill();
  if (border > 0) {
    [pen.lineWidth, pen.strokeStyle] = [border, style.borderTopColor];
    pen.stroke();
  }
  if (!words) return;
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  [pen.textAlign, pen.textBaseline, pen.lineJoin] = ["center", "middle", "round"];
  const step = parseFloat(style.lineHeight) || 1.2 * parseFloat(style.fontSize);
  const lines = height > 2 * step ? linesOf(pen, words, width - 2 * parseFloat(style.paddingLeft)) : [words];
  const middle = y - top + height / 2 - ((lines.length - 1) * step) / 2;
  lines.forEach((line, row) => write(pen, style, [line, x - left + width / 2, middle + row * step, width]));
}

function write(pen: CanvasRenderingContext2D, style: CSSStyleDeclaration, at: [words: string, x: number, y: number, most: number]): void {
  if (style.textShadow !== "none") {
    [pen.lineWidth, pen.strokeStyle] = [4, /rgba?\([^)]*\)/.exec(style.textShadow)?.[0] ?? "#fff"];
    pen.strokeText(at[0], at[1], at[2]);
  }
  pen.fillStyle = style.color;
  pen.fillText(...at);
}

function ownWords(element: HTMLElement): string {
  const texts = [...element.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE);
  return texts.map((each) => each.textContent ?? "").join("").trim();
}

/** Where a layer is cut off (two layers compared): `inset(…)`, `polygon(…)` of lengths in pixels or percent. */
function clip(element: Element, path: string, { pen, left, top }: Painting): void {
  const [, kind, inside] = /^(inset|polygon)\((.*)\)$/.exec(path) ?? [];
  if (!kind || inside === undefined) return;
  const { x, y, width, height } = element.getBoundingClientRect();
  const length = (text: string, whole: number): number => (text.endsWith("%") ? (parseFloat(text) / 100) * whole : parseFloat(text) || 0);
  pen.beginPath();
  if (kind === "inset") {
    const [above = "0", right = above, below = above, before = right] = inside.split(/\s+/);
    const [t, r, b, l] = [length(above, height), length(right, width), length(below, height), length(before, width)];
    pen.rect(x - left + l, y - top + t, width - l - r, height - t - b);
  } else {
    for (const corner of inside.split(",")) {
      const [across = "0", down = "0"] = corner.trim().split(/\s+/);
      pen.lineTo(x - left + length(across, width), y - top + length(down, height));
    }
  }
  pen.clip();
}
