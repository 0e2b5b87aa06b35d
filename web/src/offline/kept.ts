/**
 * Hears from the service worker that the data on the map are kept ones, and from when: as long as the network is away.
 *
 * Begin before the page is read to its end: what is said until then waits, what is said later to nobody is lost.
 */
export interface KeptData {
  /** ISO moment at which they were fetched; null: the network answers. */
  keptAt: string | null;
}

type Show = (at: string | null) => void;

/** Gives back how to say what is to be done with it; that is told what was heard until then. */
export function hearOfKeptData(): (show: Show) => void {
  let heard: string | null = null;
  let told: Show = () => undefined;
  const hear = (at: string | null): void => told((heard = at));
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<KeptData>) => hear(data.keptAt));
    window.addEventListener("online", () => hear(null));
  }
  return (show) => {
    told = show;
    show(heard);
  };
}
