/** Asks a service what it offers: by the kind that its address says, else by one kind after the other. */
import { asked, descriptionOf, isAllowed, type Asked, type Kind } from "./address";
import { ServiceTrouble, type Service } from "./offered";
import { collectionsOf, readCollections } from "./ogc";
import { readWms } from "./wms";
import { readWmts } from "./wmts";
import { parsed } from "./xml";

const KINDS: readonly Kind[] = ["ogc", "wms", "wmts"];
/** Characters of a description. The largest known have some millions. */
const LONGEST = 12_000_000;

/** `allowed`: hosts that the portal names. Raises ServiceTrouble, or the AbortError of `signal`. */
export async function serviceAt(text: string, allowed: readonly string[], signal: AbortSignal): Promise<Service> {
  const address = asked(text, location.href);
  if (!address) throw new ServiceTrouble("services_no_address");
  const mayAsk = (url: URL): boolean => isAllowed(url, allowed, location.origin);
  if (!mayAsk(address.base)) throw new ServiceTrouble("services_not_allowed", { host: address.base.origin });
  let silent = false;
  for (const kind of address.kind ? [address.kind] : KINDS) {
    const found = await described(address, kind, mayAsk, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      silent ||= error instanceof TypeError; // what fetch raises when a page may not read the answer, or there is none
      return null;
    });
    if (found && (found.layers.length > 0 || found.left > 0)) return found;
  }
  if (silent) return unread(address);
  throw new ServiceTrouble("services_unknown");
}

/** Pictures may be shown though their description cannot be read; then the address must name the layer. */
function unread(address: Asked): Service {
  if (address.kind !== "wms" || !address.layer) throw new ServiceTrouble("services_unread", { host: address.base.origin });
  const { layer, base } = address;
  const from = { kind: "wms", url: base.href, layer, version: "1.3.0", info: null } as const;
  return { title: base.host, layers: [{ name: layer, title: layer, box: null, source: "", legend: null, from }], left: 0 };
}

async function described(address: Asked, kind: Kind, mayAsk: (url: URL) => boolean, signal: AbortSignal): Promise<Service | null> {
  const text = await textAt(descriptionOf(address, kind), signal, kind === "ogc" ? "application/json" : "application/xml, text/xml");
  if (kind === "wms") return readWms(parsed(text), address.base, mayAsk);
  if (kind === "wmts") return readWmts(parsed(text), address.base, mayAsk);
  const document: unknown = JSON.parse(text);
  const found = readCollections(document, address.base, mayAsk);
  const further = found ? null : collectionsOf(document, address.base);
  if (!further || !mayAsk(new URL(further))) return found;
  return readCollections(JSON.parse(await textAt(further, signal, "application/json")), new URL(further), mayAsk);
}

async function textAt(address: string, signal: AbortSignal, accept: string): Promise<string> {
  const response = await fetch(address, { signal, credentials: "omit", headers: { Accept: accept, "Accept-Language": document.documentElement.lang } });
  if (!response.ok) throw new ServiceTrouble("services_unknown");
  const text = await response.text();
  if (text.length > LONGEST) throw new ServiceTrouble("services_unknown");
  return text;
}
