/** The words of CQL2 text, with quotes taken off. Pure; the grammar itself is the service's (service/cql2/text.lark). */

export interface Token {
  /** word: a bare name or a word of the language; name: a quoted name. */
  kind: "word" | "name" | "text" | "number" | "sign";
  text: string;
}

const PATTERNS: readonly [Token["kind"], RegExp][] = [
  ["text", /'(?:''|\\'|[^'])*'/y],
  ["name", /"(?:""|[^"])*"/y],
  ["number", /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy],
  ["word", /[^\W\d]\w*/uy],
  ["sign", /<=|>=|<>|[=<>(),]/y],
];

/** null for text with a sign that is none of the language's. */
export function tokensOf(source: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += /^\s*/.exec(source.slice(at))?.[0].length ?? 0;
    if (at === source.length) return tokens;
    const token = tokenAt(source, at);
    if (token === null) return null;
    tokens.push({ kind: token.kind, text: bare(token) });
    at += token.text.length;
  }
}

function tokenAt(source: string, at: number): Token | null {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) return { kind, text: match[0] };
  }
  return null;
}

function bare({ kind, text }: Token): string {
  if (kind === "text") return text.slice(1, -1).replace(/''|\\'/g, "'");
  return kind === "name" ? text.slice(1, -1).replaceAll('""', '"') : text;
}
