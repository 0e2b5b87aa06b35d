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
const SMALL = 12;
const LINE = 16;
const BAR = 130;

/** CSS pixels that the caption needs. */
export function heightOf(pen: CanvasRenderingContext2D, caption: Caption, width: number): number {
  return EDGE + 20 + broken(pen, caption, width).length * LINE + EDGE - 4;
}

/** Draws it from `top` down, over the whole width. */
export function drawCaption(pen: CanvasRenderingContext2D, caption: Caption, width: number, top: number): void {
  const lines = broken(pen, caption, width);
  pen.fillStyle = caption.paper;
  pen.fillRect(0, top, width, heightOf(pen, caption, width));
  pen.fillStyle = caption.ink;
  [pen.textAlign, pen.textBaseline] = ["left", "alphabetic"];
  pen.font = `650 15px ${caption.family}`;
  pen.fillText(caption.title, EDGE, top + EDGE + 10, room(width));
  pen.font = `${SMALL}px ${caption.family}`;
  lines.forEach((line, at) => pen.fillText(line, EDGE, top + EDGE + 30 + at * LINE));
  drawBar(pen, caption, width - EDGE, top + EDGE + 4);
}

/** Width for words: the scale bar stands right of them. */
function room(width: number): number {
  return Math.max(120, width - 3 * EDGE - BAR - 20);
}

function broken(pen: CanvasRenderingContext2D, { lines, family }: Caption, width: number): string[] {
  pen.font = `${SMALL}px ${family}`;
  const made: string[] = [];
  for (const line of lines) {
    let part = "";
    for (const word of line.split(" ")) {
      const longer = part ? `${part} ${word}` : word;
      if (part && pen.measureText(longer).width > room(width)) {
        made.push(part);
        part = word;
      } else part = longer;
    }
    if (part) made.push(part);
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
