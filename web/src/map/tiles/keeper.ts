/**
 * What the page holds of a layer's tiles: asks for what a view needs, drops what it no longer does, tries again what failed.
 *
 * A tile can be wanted in another form (drawn for another zoom); until that is here, the form before stays.
 */
import { isAbort, serviceError, type Trouble } from "../../api/client";
import { tileName, type Tile } from "../../geometry/tiling";

export interface Wanted<F> {
  tile: Tile;
  form: F;
}

interface Cell<F, V> {
  tile: Tile;
  /** What is here, and in which form. */
  held: { form: F; value: V } | null;
  asking: { form: F; controller: AbortController } | null;
  failed: boolean;
}

export interface Ways<F, V> {
  ask: (tile: Tile, form: F, signal: AbortSignal) => Promise<V>;
  /** True when what is held in one form does for the other. */
  same: (a: F, b: F) => boolean;
  /** What a value takes of the memory, in any unit; `most`: how much of it may be kept. */
  weight: (value: V) => number;
  most: number;
  /** A value that will not be used again. */
  free: (value: V) => void;
  /** A tile is here, or has failed. */
  changed: (tile: Tile) => void;
}

export class Keeper<F, V> {
  /** In order of use, what was wanted longest ago first. */
  private readonly cells = new Map<string, Cell<F, V>>();
  private wanted: readonly Wanted<F>[] = [];
  private retry: ReturnType<typeof setTimeout> | undefined;
  private why: Trouble | null = null;

  constructor(private readonly ways: Ways<F, V>) {}

  get loading(): boolean {
    return this.wanted.some(({ tile }) => this.cells.get(tileName(tile))?.asking);
  }

  /** Why a tile of the view is not here. */
  get trouble(): Trouble | null {
    return this.wanted.some(({ tile }) => this.isMissing(tile)) ? this.why : null;
  }

  /** True when the tile could not be had, in any form. */
  isMissing(tile: Tile): boolean {
    return this.cells.get(tileName(tile))?.failed ?? false;
  }

  get(tile: Tile): V | undefined {
    return this.cells.get(tileName(tile))?.held?.value;
  }

  /** What is here of what is wanted. */
  values(): { tile: Tile; value: V }[] {
    return this.wanted.flatMap(({ tile }) => {
      const value = this.get(tile);
      return value === undefined ? [] : [{ tile, value }];
    });
  }

  /** Makes tiles come, the first first. */
  want(wanted: readonly Wanted<F>[]): void {
    this.wanted = wanted;
    const names = new Set(wanted.map(({ tile }) => tileName(tile)));
    for (const [name, cell] of this.cells) {
      if (names.has(name)) continue;
      cell.asking?.controller.abort();
      cell.asking = null;
      cell.failed = false;
      if (!cell.held) this.cells.delete(name);
    }
    for (const each of wanted) this.bring(each);
    this.letGo(names);
  }

  rest(): void {
    this.want([]);
    this.forgive();
  }

  /** Asks again for what failed. */
  again(): void {
    this.forgive();
    for (const cell of this.cells.values()) cell.failed = false;
    this.want(this.wanted);
  }

  private forgive(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.why = null;
  }

  private bring({ tile, form }: Wanted<F>): void {
    const name = tileName(tile);
    const cell: Cell<F, V> = this.cells.get(name) ?? { tile, held: null, asking: null, failed: false };
    this.cells.delete(name);
    this.cells.set(name, cell);
    const done = cell.held !== null && this.ways.same(cell.held.form, form);
    const coming = cell.asking !== null && this.ways.same(cell.asking.form, form);
    if (done || coming) return;
    if (this.retry !== undefined) cell.failed = true; // the service has asked to be left alone until then
    if (!cell.failed) void this.ask(cell, form);
  }

  private async ask(cell: Cell<F, V>, form: F): Promise<void> {
    cell.asking?.controller.abort();
    const asking = { form, controller: new AbortController() };
    cell.asking = asking;
    try {
      const value = await this.ways.ask(cell.tile, form, asking.controller.signal);
      if (cell.asking !== asking) return this.ways.free(value);
      if (cell.held) this.ways.free(cell.held.value);
      cell.held = { form, value };
    } catch (error) {
      if (isAbort(error) || cell.asking !== asking) return;
      cell.failed = true;
      this.fail(error);
    }
    cell.asking = null;
    this.ways.changed(cell.tile);
  }

  private fail(error: unknown): void {
    const known = serviceError(error);
    this.why = known.trouble;
    if (known.retryAfter === null || this.retry !== undefined) return;
    this.retry = setTimeout(() => this.again(), known.retryAfter * 1000);
  }

  /** Frees what was wanted longest ago, beyond what may be kept. */
  private letGo(names: ReadonlySet<string>): void {
    let weight = 0;
    for (const { held } of this.cells.values()) weight += held ? this.ways.weight(held.value) : 0;
    for (const [name, { held }] of this.cells) {
      if (weight <= this.ways.most) return;
      if (names.has(name) || !held) continue;
      weight -= this.ways.weight(held.value);
      this.ways.free(held.value);
      this.cells.delete(name);
    }
  }
}
