/** What shows the features of a source stands as the source does: areas, signs, and the points of either kind of source. */
import type { Trouble } from "../api/client";
import type { Layer } from "../api/portal";

export interface Source {
  readonly layer: Layer;
  readonly loading: boolean;
  readonly trouble: Trouble | null;
  /** True when it holds back some of what is in the view. */
  readonly more: boolean;
  again(): void;
}

export abstract class Sourced<S extends Source> {
  constructor(protected readonly source: S) {}

  get layer(): Layer {
    return this.source.layer;
  }

  get loading(): boolean {
    return this.source.loading;
  }

  get trouble(): Trouble | null {
    return this.source.trouble;
  }

  get more(): boolean {
    return this.source.more;
  }

  /** Asks again for what failed. */
  again(): void {
    if (this.source.trouble) this.source.again();
  }
}
