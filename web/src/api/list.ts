/** The list of a state as the service makes it: a piece of page, the very one that stands at the map's address with `view=list`. */
import { pauseOf, ServiceError } from "./client";

export interface ListPart {
  content: Element;
  /** The query by which the list calls itself; a sent form is answered under another than it was sent to. */
  query: string;
}

const WRONG_FILTER = 400; // told within the list

/** Raises ServiceError, or the AbortError of `signal`. */
export async function fetchList(lang: string, query: string, signal: AbortSignal): Promise<ListPart> {
  const address = `/${lang}/map/list?${query}`;
  const lost = (error: unknown): never => {
    throw signal.aborted ? error : new ServiceError("offline", null, String(error));
  };
  const response = await fetch(address, { signal, credentials: "same-origin" }).catch(lost);
  // Parsed apart from the page, where nothing runs; all text in it was escaped by the service.
  const parsed = new DOMParser().parseFromString(await response.text().catch(lost), "text/html");
  const content = parsed.querySelector(".list-part");
  if (content && (response.ok || response.status === WRONG_FILTER)) {
    return { content: document.adoptNode(content), query: new URL(response.url).search.slice(1) };
  }
  const busy = response.status === 503 || response.status === 429;
  throw new ServiceError(busy ? "busy" : "refused", busy ? pauseOf(response.headers.get("Retry-After")) : null, `${response.status} ${address}`);
}
