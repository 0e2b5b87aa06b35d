/**
 * Makes a picture (PNG) of the map as it is seen, with a caption that says whose data it shows: to be put into a text,
 * a lesson or a newspaper, where a link alone would not do. The picture is made in the browser and goes nowhere else.
 */
import type L from "leaflet";
import { fill, make } from "../../panels/dom";
import { covered, isWide } from "../../panels/layout";
import { dateText } from "../../messages/values";
import { drawAgain, FINE, makeFine, settled } from "../fine";
import type { Around, OpenTool } from "../tool";
import { drawCaption, heightOf, type Caption } from "./caption";
import { paintMap } from "./painting";

const PATIENCE = 15_000;

export function open(around: Around): OpenTool {
  const { say, portal } = around;
  const title = make("input", { type: "text", id: "picture-title", value: portal.title, maxLength: 120 });
  const result = make("div", { className: "picture-result", role: "status" });
  const go = make("button", { type: "button", className: "push" }, say("picture_go"));
  let address = "";
  let isOpen = true;
  const taken = async (): Promise<void> => {
    // A button that is disabled loses the focus; this one keeps it and does nothing twice.
    if (go.getAttribute("aria-disabled") === "true") return;
    go.setAttribute("aria-disabled", "true");
    fill(result, say("picture_making"));
    const { canvas, missing } = await take(around, title.value.trim() || portal.title);
    if (!isOpen) return;
    URL.revokeObjectURL(address);
    address = await show(canvas, missing, result, around);
    go.removeAttribute("aria-disabled");
  };
  go.addEventListener("click", () => {
    taken().catch((error: unknown) => {
      go.removeAttribute("aria-disabled");
      fill(result, make("p", { className: "bad" }, say("picture_failed")));
      throw error;
    });
  });
  const content = make(
    "div",
    { className: "tool" },
    make("p", { className: "facts" }, say("picture_help")),
    make("label", { htmlFor: "picture-title" }, say("print_title")),
    title,
    make("p", { className: "actions" }, go),
    result,
  );
  const close = (): void => {
    isOpen = false;
    URL.revokeObjectURL(address);
  };
  return { content, close };
}

/** The map is drawn as for a fine screen, copied, and drawn again as it was. */
async function take(around: Around, title: string): Promise<{ canvas: HTMLCanvasElement; missing: number }> {
  const { map } = around.frame;
  const element = map.getContainer();
  const restore = makeFine(() => FINE);
  try {
    drawAgain(map);
    await settled(map, PATIENCE);
    const { left, width, height } = seen(map);
    const canvas = make("canvas", {});
    const caption = captionOf(around, title);
    const below = heightOf(penOf(canvas), caption, width);
    [canvas.width, canvas.height] = [width * FINE, (height + below) * FINE];
    const pen = penOf(canvas);
    pen.scale(FINE, FINE);
    pen.fillStyle = getComputedStyle(element).backgroundColor;
    pen.fillRect(0, 0, width, height);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, width, height);
    pen.clip();
    pen.translate(-left, 0);
    const missing = await paintMap(element, pen);
    pen.restore();
    drawCaption(pen, caption, width, height);
    return { canvas, missing };
  } finally {
    restore();
    drawAgain(map);
  }
}

/** The part of the map beside which panels stand; on a small screen, where they stand above it, the whole. */
function seen(map: L.Map): { left: number; width: number; height: number } {
  const { x, y } = map.getSize();
  const { left, right } = isWide() ? covered() : { left: 0, right: 0 };
  return { left, width: x - left - right, height: y };
}

function penOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  return pen;
}

function captionOf({ frame, lang, say, store }: Around, title: string): Caption {
  const { date } = store.get();
  const day = { dateStyle: "long" } as const;
  const css = getComputedStyle(document.body);
  const times = [date && say("print_as_of", { date: dateText(date, lang, { ...day, timeZone: "UTC" }) }), dateText(new Date().toISOString(), lang, day)];
  const number = new Intl.NumberFormat(lang);
  return {
    title,
    lines: [document.getElementById("sources")?.textContent ?? "", [...times, `${location.host}/${lang}/map`].filter(Boolean).join(" · ")].filter(Boolean),
    zoom: frame.map.getZoom(),
    lat: frame.map.getCenter().lat,
    number: (value) => number.format(value),
    ink: css.color,
    paper: css.getPropertyValue("--sheet").trim() || "#fff",
    family: css.fontFamily,
  };
}

/** Shows the picture small, with a link that saves it; returns the address that it has until it is given up. */
async function show(canvas: HTMLCanvasElement, missing: number, result: HTMLElement, { say, lang }: Around): Promise<string> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("no picture");
  const address = URL.createObjectURL(blob);
  const name = `${say("map").toLocaleLowerCase(lang)}-${new Date().toLocaleDateString("sv")}.png`; // as in 2026-05-31, by the reader's own day
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", say("picture_preview"));
  const save = make("a", { href: address, download: name, className: "push" }, say("picture_save"));
  const size = `${canvas.width} × ${canvas.height}`;
  const note = missing > 0 && make("p", { className: "bad" }, say("picture_missing"));
  fill(result, canvas, make("p", { className: "facts" }, say("picture_done", { size })), note, make("p", { className: "actions" }, save));
  return address;
}
