/** The address of a service as people paste it: which host, which kind, where it describes itself. Pure. */

export type Kind = "wms" | "wmts" | "ogc";

export interface Asked {
  /** Without what belongs to one request of a WMS or WMTS. */
  base: URL;
  /** What the address itself says; null: it must be tried. */
  kind: Kind | null;
  /** The layer that the address names; null: none. */
  layer: string | null;
}

/** Parameters of a WMS or WMTS that a base address does not have; others (a key, a map file) belong to it. */
const OWN = /^(service|request|version|layers?|styles?|format|transparent|srs|crs|bbox|width|height|tilematrix(set)?|tilerow|tilecol|f)$/i;

/** The longest name that a host can have (RFC 1035). */
const LONGEST_HOST = 253;

/** null for what is no address. */
export function asked(text: string, here: string): Asked | null {
  const trimmed = text.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) && !/^https?:/i.test(trimmed)) return null;
  const whole = /^https?:\/\//i.test(trimmed) || trimmed.startsWith("/") ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(whole, here) || /\s/.test(trimmed) || trimmed === "") return null;
  const base = new URL(whole, here);
  if (!/^https?:$/.test(base.protocol) || base.username || base.password || base.hostname.length > LONGEST_HOST) return null;
  const named = new Map([...base.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const kind = kindOf(base, named.get("service") ?? "");
  const layer = named.get("layers") ?? named.get("layer") ?? null;
  for (const name of [...base.searchParams.keys()]) if (OWN.test(name)) base.searchParams.delete(name);
  base.hash = "";
  return { base, kind, layer: layer || null };
}

function kindOf({ pathname }: URL, service: string): Kind | null {
  const named = service.toLowerCase();
  if (named === "wms" || named === "wmts") return named;
  if (/wmts/i.test(pathname)) return "wmts";
  if (/wms/i.test(pathname)) return "wms";
  return /\/(collections|conformance)(\/|$)/i.test(pathname) ? "ogc" : null;
}

/** Where a service of a kind describes itself. */
export function descriptionOf({ base }: Asked, kind: Kind): string {
  if (kind === "ogc") return withParameters(base, { f: "json" });
  // A WMTS by path describes itself in a file: asked as it is.
  if (kind === "wmts" && /\.xml$/i.test(base.pathname)) return base.href;
  return withParameters(base, { SERVICE: kind.toUpperCase(), REQUEST: "GetCapabilities" });
}

export function withParameters(base: URL, parameters: Record<string, string>): string {
  const address = new URL(base);
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address.href;
}

/** Whether the page may ask a host: its own, or one that the portal names. The browser refuses any other. */
export function isAllowed(address: URL, allowed: readonly string[], own: string): boolean {
  return address.origin === own || allowed.includes(address.origin);
}
