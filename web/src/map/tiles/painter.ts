/** The page's end of the worker that reads and draws tiles: each question is a promise, and can be dropped. */
import { ServiceError } from "../../api/client";
import type { Layer } from "../../api/portal";
import type { FromWorker, Kind, Questions, ToWorker, Ways } from "./protocol";

/** Set by build.mjs: the address of the worker. */
declare const TILE_WORKER: string;

let shared: Painter | null = null;

/**
 * The one painter of the page. Called before anything is known of the layers, it lets the worker come to life while the
 * page still waits for the portal (first.ts); on a phone that is a fifth of a second.
 */
export function painter(): Painter {
  return (shared ??= new Painter(TILE_WORKER));
}

/** Ends the worker, when there is no layer for it. */
export function dismissPainter(): void {
  shared?.end();
  shared = null;
}

/** Seconds after which a worker that did not come is asked for again. */
const PAUSE = 10;

interface Waiting {
  resolve: (answer: never) => void;
  reject: (error: unknown) => void;
}

export class Painter {
  /** null: it did not come; the next question asks for it again. */
  private worker: Worker | null = null;
  private readonly layers = new Map<string, ToWorker>();
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor(private readonly address: string) {
    this.begin();
  }

  /** Must come before any question about the layer. */
  introduce(layer: Layer): void {
    const { by, legend, label, style, geometry, tiles } = layer;
    if (geometry === "raster" || tiles === null) throw new Error(`${layer.id} has no vector tiles`);
    const colors = Object.fromEntries(legend.flatMap(({ code, color }) => (code === null ? [] : [[code, color]])));
    const ways: Ways = {
      geometry,
      address: new URL(tiles.url, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}"),
      meanings: { key: tiles.key, by, label },
      fill: style.fill,
      width: style.width,
      color: by ? (legend.find(({ code }) => code === null)?.color ?? style.color) : style.color,
      colors: by ? colors : {},
    };
    const message: ToWorker = { kind: "layer", id: layer.id, ways };
    this.layers.set(layer.id, message);
    this.tell(message);
  }

  /** Raises ServiceError; an AbortError when `signal` was aborted. */
  ask<K extends Kind>(kind: K, asked: Questions[K]["asked"], signal?: AbortSignal): Promise<Questions[K]["answer"]> {
    const job = (this.last += 1);
    return new Promise((resolve, reject) => {
      this.waiting.set(job, { resolve, reject });
      signal?.addEventListener("abort", () => {
        if (!this.waiting.delete(job)) return;
        this.tell({ kind: "drop", job });
        reject(new DOMException("", "AbortError"));
      });
      this.tell({ kind, job, asked } as ToWorker);
    });
  }

  end(): void {
    this.worker?.terminate();
  }

  private begin(): Worker {
    const worker = (this.worker = new Worker(this.address, { type: "module" }));
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.settle(data);
    worker.onerror = (event) => {
      const isHere = event instanceof ErrorEvent; // and has made a mistake; else its program could not be had
      if (!isHere) this.worker = null;
      const error = isHere ? new ServiceError("refused", null, "the worker of tiles failed") : new ServiceError("offline", PAUSE, "no worker of tiles");
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    };
    for (const message of this.layers.values()) worker.postMessage(message);
    return worker;
  }

  private tell(message: ToWorker): void {
    (this.worker ?? this.begin()).postMessage(message);
  }

  private settle(message: FromWorker): void {
    const waiting = this.waiting.get(message.job);
    this.waiting.delete(message.job);
    if ("trouble" in message) {
      waiting?.reject(new ServiceError(message.trouble, message.retryAfter, "a tile"));
    } else if (waiting) waiting.resolve(message.answer as never);
    else if ("picture" in message.answer) message.answer.picture?.close();
  }
}
