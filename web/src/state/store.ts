/**
 * A store: one immutable value, and watchers of parts of it.
 *
 * The whole app talks through it (panels and map never call each other), so it knows nothing about either.
 */

export interface Store<S extends object> {
  get(): S;
  set(change: Partial<S>): void;
  /**
   * Calls `act` now, and again whenever what `select` returns is another value (compared by identity).
   * What comes back ends that: tools come and go, and a watcher would stay.
   */
  watch<T>(select: (state: S) => T, act: (value: T) => void): () => void;
}

export function createStore<S extends object>(initial: S): Store<S> {
  let state = initial;
  let [telling, changed] = [false, false];
  const watchers = new Set<() => void>();

  // A watcher may set the state itself: the round is then repeated, so that all see the last state, in order.
  function tell(): void {
    changed = true;
    if (telling) return;
    telling = true;
    try {
      while (changed) {
        changed = false;
        for (const watcher of watchers) watcher();
      }
    } finally {
      telling = false;
    }
  }

  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      tell();
    },
    watch(select, act) {
      let last = select(state);
      const watcher = (): void => {
        const value = select(state);
        if (value === last) return;
        last = value;
        act(value);
      };
      watchers.add(watcher);
      act(last);
      return () => void watchers.delete(watcher);
    },
  };
}
