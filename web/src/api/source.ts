/**
 * The features of one layer that the app holds: asks for the cells of the view, keeps them, drops stale questions.
 *
 * It knows neither the map nor the panels; `onChange` tells them that features or standing have changed.
 */
import { meets, shared, type Box } from "../geometry/box";
import { ancestors, cellBox, cellsOf, nameOf, type Cell } from "../geometry/cells";
import { held, type Held } from "../geometry/feature";
import { isAbort, serviceError, type Trouble } from "./client";
import { EVERYTHING, fetchItems, sameQuestion, type Question } from "./items";
import type { Layer } from "./portal";
import { isSmall } from "./size";

interface Loaded {
  features: Held[];
  more: boolean;
}

/** A small layer is asked for once, as a whole, and never again. */
const WHOLE = "all";
const MOST_CELLS_KEPT = 80;
const MOST_CELLS_WANTED = 24;

export class FeatureSource {
  private readonly cells = new Map<string, Loaded>();
  private readonly asking = new Map<string, AbortController>();
  private wanted: { name: string; box: Box | null }[] = [];
  private shown = new Map<string, Held>();
  private retry: ReturnType<typeof setTimeout> | undefined;
  private question: Question = EVERYTHING;
  trouble: Trouble | null = null;

  constructor(
    readonly layer: Layer,
    private readonly onChange: () => void,
    private readonly ask: typeof fetchItems = fetchItems,
  ) {}

  get loading(): boolean {
    return this.asking.size > 0;
  }

  /** True when the service holds more in the wanted cells than it sent. */
  get more(): boolean {
    return this.wanted.some(({ name }) => this.cells.get(name)?.more);
  }

  features(): Iterable<Held> {
    return this.shown.values();
  }

  within(box: Box): Held[] {
    return [...this.shown.values()].filter((each) => each.box && meets(each.box, box));
  }

  find(id: string): Held | undefined {
    return this.shown.get(id);
  }

  /** Asks something else from now on: what is held answers the question before, and is let go. `want` must follow. */
  narrow(question: Question): void {
    if (sameQuestion(question, this.question)) return;
    this.question = question;
    this.rest();
    this.cells.clear();
  }

  /** Makes the features of a view come; those of the view before stay until they are here. */
  want(view: Box, zoom: number): void {
    this.wanted = isSmall(this.layer) ? [{ name: WHOLE, box: null }] : this.cellsFor(view, zoom);
    this.dropStale();
    if (this.isComing) this.forgive();
    this.askMissing();
    this.publish();
  }

  /** Stops asking; what is loaded stays for when the layer is wanted again. */
  rest(): void {
    this.wanted = [];
    this.dropStale();
    this.forgive();
    this.shown = new Map();
  }

  /** Asks again for what failed. */
  again(): void {
    this.forgive();
    this.askMissing();
    this.onChange();
  }

  private forgive(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.trouble = null;
  }

  private cellsFor(view: Box, zoom: number): { name: string; box: Box }[] {
    const area = this.layer.bbox ? shared(view, this.layer.bbox) : view;
    const cells = area ? cellsOf(area, zoom).slice(0, MOST_CELLS_WANTED) : [];
    return cells.map((cell) => ({ name: this.nameOfHolder(cell), box: cellBox(cell) }));
  }

  /** A larger cell that is here complete answers for the cells in it: zooming in asks nothing. */
  private nameOfHolder(cell: Cell): string {
    for (const holder of ancestors(cell)) {
      const loaded = this.cells.get(nameOf(holder));
      if (loaded && !loaded.more) return nameOf(holder);
    }
    return nameOf(cell);
  }

  private dropStale(): void {
    const names = new Set(this.wanted.map(({ name }) => name));
    for (const [name, controller] of this.asking) {
      if (names.has(name)) continue;
      controller.abort();
      this.asking.delete(name);
    }
  }

  /** False when a cell of the view has failed: it is asked for again in its time, whatever else comes meanwhile. */
  private get isComing(): boolean {
    return this.wanted.every(({ name }) => this.cells.has(name) || this.asking.has(name));
  }

  private askMissing(): void {
    if (this.retry !== undefined) return; // the service has asked to be left alone until then
    for (const { name, box } of this.wanted) {
      if (!this.cells.has(name) && !this.asking.has(name)) void this.load(name, box);
    }
  }

  private async load(name: string, box: Box | null): Promise<void> {
    const controller = new AbortController();
    this.asking.set(name, controller);
    try {
      const { features, more } = await this.ask(this.layer, box, controller.signal, this.question);
      if (controller.signal.aborted) return;
      this.cells.set(name, { features: features.map(held), more });
      if (this.isComing) this.forgive();
    } catch (error) {
      if (isAbort(error) || controller.signal.aborted) return;
      this.fail(error);
    }
    this.asking.delete(name);
    this.publish();
    this.onChange();
  }

  private fail(error: unknown): void {
    const known = serviceError(error);
    this.trouble = known.trouble;
    clearTimeout(this.retry);
    if (known.retryAfter !== null) this.retry = setTimeout(() => this.again(), known.retryAfter * 1000);
  }

  /** Shows the wanted cells; while some are still missing, the features shown before stay beside them. */
  private publish(): void {
    const shown = new Map<string, Held>(this.loading ? this.shown : []);
    for (const { name } of this.wanted) {
      const loaded = this.cells.get(name);
      if (!loaded) continue;
      this.cells.delete(name); // put back as the last: the map of cells is in order of use
      this.cells.set(name, loaded);
      for (const each of loaded.features) shown.set(each.id, each);
    }
    this.shown = shown;
    for (const name of this.cells.keys()) {
      if (this.cells.size <= MOST_CELLS_KEPT) break;
      this.cells.delete(name);
    }
  }
}
