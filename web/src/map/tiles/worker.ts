/**
 * The worker: asks for tiles, decodes and draws them, answers what lies where. The page only puts pictures in their place.
 *
 * So a tile with thirty thousand areas never makes panning or zooming stumble, whatever the machine.
 */
import { isAbort, serviceError } from "../../api/client";
import { areaOfTile, holder, type Area, type Tile } from "../../geometry/tiling";
import { foundAt, spotsOf, survey, type Lying } from "./answering";
import { extentOf, paint } from "./painting";
import type { Drawing, Drawn, FromWorker, Kind, Questions, ToWorker, Ways } from "./protocol";
import { Stock } from "./stock";
import { DEEPEST_DATA } from "./wanted";

interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
}

const NOTHING: Drawn = { picture: null, box: [0, 0, 0, 0], merged: false };

const scope = self as unknown as Scope;
const stock = new Stock();
const layers = new Map<string, Ways>();
const jobs = new Map<number, AbortController>();

scope.onmessage = ({ data }) => {
  if (data.kind === "layer") layers.set(data.id, data.ways);
  else if (data.kind === "drop") {
    jobs.get(data.job)?.abort();
    jobs.delete(data.job);
  } else void work(data);
};

async function work(message: Extract<ToWorker, { asked: unknown }>): Promise<void> {
  const controller = new AbortController();
  jobs.set(message.job, controller);
  try {
    const answer = await answerTo(message, controller.signal);
    if (controller.signal.aborted) return;
    const picture = "picture" in answer ? answer.picture : null;
    scope.postMessage({ job: message.job, answer }, picture ? [picture] : []);
  } catch (error) {
    if (isAbort(error) || controller.signal.aborted) return;
    const { trouble, retryAfter } = serviceError(error);
    scope.postMessage({ job: message.job, trouble, retryAfter }, []);
  } finally {
    jobs.delete(message.job);
  }
}

async function answerTo(message: Extract<ToWorker, { asked: unknown }>, signal: AbortSignal): Promise<Questions[Kind]["answer"]> {
  switch (message.kind) {
    case "expect":
      return expect(message.asked.layer, message.asked.tiles);
    case "draw":
      return draw(message.asked, signal);
    case "spots": {
      const { layer, tile } = message.asked;
      return spotsOf({ tile, sheet: await stock.get(layer, waysOf(layer), tile, signal) });
    }
    case "hits":
      return foundAt(lying(message.asked.layer, message.asked.tiles), message.asked.x, message.asked.y, message.asked.reach);
    case "survey":
      return survey(lying(message.asked.layer, message.asked.tiles), message.asked.area, message.asked.named);
  }
}

/** A tile that does not come is asked for again by whoever needs it, who is then told why. */
function expect(layer: string, tiles: readonly Tile[]): Questions["expect"]["answer"] {
  const { signal } = new AbortController();
  for (const tile of tiles) stock.get(layer, waysOf(layer), holder(tile, DEEPEST_DATA), signal).catch(() => undefined);
  if (waysOf(layer).geometry !== "point") warmUp();
  return { coming: tiles.length };
}

/** For its first canvas a worker needs the page, which answers now, and will not while it starts the app. */
function warmUp(): void {
  const canvas = new OffscreenCanvas(1, 1);
  canvas.getContext("2d")?.fillRect(0, 0, 1, 1);
  canvas.transferToImageBitmap().close();
}

function waysOf(layer: string): Ways {
  const ways = layers.get(layer);
  if (!ways) throw new Error(`no layer ${layer}`);
  return ways;
}

function lying(layer: string, tiles: readonly Tile[]): Lying[] {
  const held = new Map<string, Lying>();
  for (const drawn of tiles) {
    const tile = holder(drawn, DEEPEST_DATA);
    const sheet = stock.here(layer, tile);
    if (sheet) held.set(`${tile.z}/${tile.x}/${tile.y}`, { tile, sheet });
  }
  return [...held.values()];
}

async function draw({ layer, tile, width, height, ratio }: Drawing, signal: AbortSignal): Promise<Drawn> {
  const ways = waysOf(layer);
  const data = holder(tile, DEEPEST_DATA);
  const sheet = await stock.get(layer, ways, data, signal);
  if (signal.aborted) return NOTHING;
  const [left, top] = areaOfTile(tile);
  const [west, north, east] = areaOfTile(data);
  const scale = (width / sheet.extent) * 2 ** (tile.z - data.z);
  const units = sheet.extent / (east - west);
  const whole = { scale, left: (west - left) * units * scale, top: (north - top) * units * scale, width, height, ratio };
  const [x, y, right, bottom] = extentOf(sheet, whole, ways.width * ratio + 1);
  if (right <= x || bottom <= y) return NOTHING;
  const canvas = new OffscreenCanvas(right - x, bottom - y);
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  paint(pen, sheet, ways, { ...whole, left: whole.left - x, top: whole.top - y, width: canvas.width, height: canvas.height });
  const box: Area = [x / width, y / height, right / width, bottom / height];
  return { picture: canvas.transferToImageBitmap(), box, merged: sheet.shapes.some((shape) => shape.id === null) };
}
