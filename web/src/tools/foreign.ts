/**
 * What strangers hand in, files and services alike, looked at before it is read: may the browser's parser have this XML,
 * is this JSON an object. Pure; beside the tools that read such things, for no tool takes anything from another.
 */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export type Fault = "doctype" | "broken";

const DEEPEST = 200;
const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!|<(\/?)([^\s/>"'<=]+)((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|</g;

/**
 * Whether XML can be given to the browser's parser: no document type, every element closed, none too deep. null: nothing is
 * wrong that could be seen here.
 *
 * What the parser cannot read it answers with a page of its own that has inline styles, which the Content Security
 * Policy then reports as an offence of ours; and it has bounds of its own that differ between browsers.
 */
export function faultOf(text: string): Fault | null {
  const open: string[] = [];
  let roots = 0;
  for (const [whole, closing, name, , empty] of text.matchAll(MARKUP)) {
    if (whole === "<!") return "doctype";
    if (whole === "<") return "broken";
    if (name === undefined) continue;
    if (closing) {
      if (open.pop() !== name) return "broken";
      continue;
    }
    if (open.length === 0) roots += 1;
    if (!empty) open.push(name);
    if (open.length > DEEPEST || roots > 1) return "broken";
  }
  return open.length === 0 && roots === 1 ? null : "broken";
}
