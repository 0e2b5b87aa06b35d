/**
 * Whether XML can be given to the browser's parser: no document type, every element closed, none too deep. Pure.
 *
 * What the parser cannot read it answers with a page of its own that has inline styles, which the Content Security
 * Policy then reports as an offence of ours; and it has bounds of its own that differ between browsers.
 */

export type Fault = "doctype" | "broken";

const DEEPEST = 200;
const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!|<(\/?)([^\s/>"'<=]+)((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|</g;

/** null: nothing is wrong that could be seen here. */
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
