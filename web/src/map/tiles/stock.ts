/**
 * The tiles that the worker holds: asks for each once, keeps it decoded, forgets those that were used longest ago.
 *
 * A question that all who asked have dropped is aborted; what came is kept for when the view returns.
 */
import { getBytes } from "../../api/client";
import { decode, EMPTY, type Sheet } from "../../geometry/mvt";
import { tileAddress, tileName, type Tile } from "../../geometry/tiling";
import type { Ways } from "./protocol";

/** About what 64 MB hold: a decoded tile takes twice the bytes it came in. */
const MOST_KEPT_BYTES = 32 * 2 ** 20;

interface Coming {
  sheet: Promise<Sheet>;
  controller: AbortController;
  waiting: number;
}

export class Stock {
  private readonly kept = new Map<string, { sheet: Sheet; bytes: number }>();
  private readonly coming = new Map<string, Coming>();
  private bytes = 0;

  /** The tile if it is here. */
  here(layer: string, tile: Tile): Sheet | null {
    const name = `${layer}/${tileName(tile)}`;
    const found = this.kept.get(name);
    if (!found) return null;
    this.kept.delete(name); // put back as the last: the map is in order of use
    this.kept.set(name, found);
    return found.sheet;
  }

  /** The tile; asks for it unless it is here. Raises ServiceError, or an AbortError when everyone has dropped it. */
  async get(layer: string, { address, meanings }: Ways, tile: Tile, signal: AbortSignal): Promise<Sheet> {
    const here = this.here(layer, tile);
    if (here) return here;
    const name = `${layer}/${tileName(tile)}`;
    const coming = this.coming.get(name) ?? this.ask(name, tileAddress(address, tile), meanings);
    coming.waiting += 1;
    signal.addEventListener("abort", () => {
      coming.waiting -= 1;
      if (coming.waiting > 0) return;
      coming.controller.abort();
      if (this.coming.get(name) === coming) this.coming.delete(name);
    });
    return coming.sheet;
  }

  private ask(name: string, address: string, meanings: Ways["meanings"]): Coming {
    const controller = new AbortController();
    const sheet = getBytes(address, controller.signal).then((bytes) => {
      const made = bytes.length > 0 ? decode(bytes, meanings) : EMPTY;
      this.keep(name, made, bytes.length);
      return made;
    });
    const coming = { sheet, controller, waiting: 0 };
    this.coming.set(name, coming);
    const done = (): void => {
      if (this.coming.get(name) === coming) this.coming.delete(name);
    };
    sheet.then(done, done);
    return coming;
  }

  private keep(name: string, sheet: Sheet, bytes: number): void {
    this.kept.set(name, { sheet, bytes });
    this.bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.kept) {
      if (this.bytes <= MOST_KEPT_BYTES || oldest === name) break;
      this.kept.delete(oldest);
      this.bytes -= freed;
    }
  }
}
