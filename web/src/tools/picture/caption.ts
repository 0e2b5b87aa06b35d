/** What stands below the map in the picture: title, whose the data are, date and address, and a scale bar. */
import { barOf, denominatorOf, MILLIMETRE_PIXELS } from "../scale";

export interface Caption {
  title: string;
  /** Lines of small print; broken where they are too long. */
  lines: readonly string[];
  zoom: number;
  lat: number;
  number: (value: number) => string;
  ink: string;
  paper: string;
  family: string;
}

const EDGE = 14;
/** The line of the title and the scale bar. */
const HEAD = 26;
const TITLE_LINE = 19;
const SMALL = 12;
const LINE = 16;
const BAR = 130;

/** CSS pixels that the caption needs. */
export function heightOf(pen: CanvasRenderingContext2D, caption: Caption, width: number): number {
  return EDGE + headOf(pen, caption, width) + broken(pen, caption, width).length * LINE + EDGE - 4;
}

/** Draws it from `top` down, over the whole width. */
export function drawCaption(pen: CanvasRenderingContext2D, caption: Caption, width: number, top: number): void {
  const head = top + EDGE + headOf(pen, caption, width) + 10;
  pen.fillStyle = caption.paper;
  pen.fillRect(0, top, width, heightOf(pen, caption, width));
  pen.fillStyle = caption.ink;
  [pen.textAlign, pen.textBaseline] = ["left", "alphabetic"];
  titleOf(pen, caption, width).forEach((line, at) => pen.fillText(line, EDGE, top + EDGE + 10 + at * TITLE_LINE, room(width)));
  broken(pen, caption, width).forEach((line, at) => pen.fillText(line, EDGE, head + at * LINE));
  drawBar(pen, caption, width - EDGE, top + EDGE + 4);
}

/** Width for the title: the scale bar stands right of it. */
function room(width: number): number {
  return Math.max(120, width - 3 * EDGE - BAR - 20);
}

function titleOf(pen: CanvasRenderingContext2D, { title, family }: Caption, width: number): string[] {
  pen.font = `650 15px ${family}`;
  return linesOf(pen, title, room(width));
}

/** The first lines grow with the title. */
function headOf(pen: CanvasRenderingContext2D, caption: Caption, width: number): number {
  return HEAD + (titleOf(pen, caption, width).length - 1) * TITLE_LINE;
}

function broken(pen: CanvasRenderingContext2D, { lines, family }: Caption, width: number): string[] {
  pen.font = `${SMALL}px ${family}`;
  return lines.flatMap((line) => linesOf(pen, line, width - 2 * EDGE));
}

/** A text in lines of so many pixels, as the pen writes now; a single word may be longer. */
export function linesOf(pen: CanvasRenderingContext2D, text: string, width: number): string[] {
  const made: string[] = [];
  for (const word of text.split(" ")) {
    const longer = made.length > 0 ? `${made.at(-1)} ${word}` : word;
    if (made.length > 0 && pen.measureText(longer).width <= width) made[made.length - 1] = longer;
    else made.push(word);
  }
  return made;
}

/** The bar ends at `right`; it is as long as its ground is in the middle of the map. */
function drawBar(pen: CanvasRenderingContext2D, { zoom, lat, number, ink, paper, family }: Caption, right: number, top: number): void {
  const { metres, millimetres } = barOf(denominatorOf(zoom, lat), BAR / MILLIMETRE_PIXELS);
  const long = millimetres * MILLIMETRE_PIXELS;
  const left = right - long - 20;
  [pen.strokeStyle, pen.lineWidth] = [ink, 1];
  for (let part = 0; part < 4; part += 1) {
    pen.fillStyle = part % 2 === 0 ? ink : paper;
    pen.fillRect(left + (part * long) / 4, top, long / 4, 6);
  }
  pen.strokeRect(left, top, long, 6);
  pen.fillStyle = ink;
  pen.font = `${SMALL}px ${family}`;
  pen.textAlign = "center";
  pen.fillText("0", left, top + 20);
  pen.fillText(metres >= 1000 ? `${number(metres / 1000)} km` : `${number(metres)} m`, left + long, top + 20);
}
