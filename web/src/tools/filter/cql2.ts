/**
 * The form's conditions as CQL2 text and back.
 *
 * Pure. `write` makes plain text that people can read and edit; `read` knows exactly what `write` makes, however it is
 * spaced, and answers null for everything else: such a filter is kept as it is and shown as text.
 */
import type { Field } from "./fields";
import { tokensOf, type Token } from "./tokens";

export type Condition =
  | { kind: "codes"; column: string; values: readonly string[]; missing: boolean }
  | { kind: "number"; column: string; from: number | null; to: number | null }
  | { kind: "date"; column: string; from: string | null; to: string | null }
  | { kind: "text"; column: string; text: string }
  | { kind: "flag"; column: string; value: boolean };

const WORDS = new Set(
  "and or not like ilike between in is null div true false date timestamp interval bbox casei accenti".split(" "),
);

/** "" when nothing is asked. */
export function write(conditions: readonly Condition[]): string {
  return conditions.map(clauseOf).filter(Boolean).join(" AND ");
}

function clauseOf(condition: Condition): string {
  const name = nameOf(condition.column);
  switch (condition.kind) {
    case "codes":
      return codesClause(name, condition.values, condition.missing);
    case "number":
      return rangeClause(name, condition.from, condition.to, String);
    case "date":
      return rangeClause(name, condition.from, condition.to, (day) => `DATE('${day}')`);
    case "text":
      return condition.text === "" ? "" : `ACCENTI(CASEI(${name})) LIKE ACCENTI(CASEI(${quoted(`%${escaped(condition.text)}%`)}))`;
    case "flag":
      return `${name} = ${condition.value ? "TRUE" : "FALSE"}`;
  }
}

function codesClause(name: string, values: readonly string[], missing: boolean): string {
  const listed = values.length > 0 ? `${name} IN (${values.map(quoted).join(", ")})` : "";
  if (!missing) return listed;
  return listed ? `(${listed} OR ${name} IS NULL)` : `${name} IS NULL`;
}

function rangeClause<T>(name: string, from: T | null, to: T | null, literal: (value: T) => string): string {
  const parts = [from === null ? "" : `${name} >= ${literal(from)}`, to === null ? "" : `${name} <= ${literal(to)}`];
  return parts.filter(Boolean).join(" AND ");
}

function nameOf(column: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(column) && !WORDS.has(column.toLowerCase()) ? column : `"${column.replaceAll('"', '""')}"`;
}

/** A quote is doubled; behind a backslash that would end the text, there `\'` stands for it. */
function quoted(text: string): string {
  return `'${text.replace(/(\\?)'/g, (_, slash: string) => (slash ? "\\\\'" : "''"))}'`;
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, (letter) => `\\${letter}`);
}

/** The conditions of a filter that the form can show; null for any other, also for columns that the form has not. */
export function read(text: string, fields: readonly Field[]): Condition[] | null {
  const tokens = tokensOf(text);
  if (tokens === null) return null;
  if (tokens.length === 0) return [];
  const reader = new Reader(tokens);
  const parts: Condition[] = [];
  do {
    const part = reader.clause();
    if (part === null) return null;
    parts.push(part);
  } while (reader.takes("and"));
  return reader.isAtEnd ? merged(parts, fields) : null;
}

/** Two ends of a range become one condition; anything else said twice of a column is more than the form can show. */
function merged(parts: readonly Condition[], fields: readonly Field[]): Condition[] | null {
  const found = new Map<string, Condition>();
  for (const part of parts) {
    if (fields.find((field) => field.name === part.column)?.kind !== part.kind) return null;
    const before = found.get(part.column);
    const both = before ? joined(before, part) : part;
    if (both === null) return null;
    found.set(part.column, both);
  }
  return [...found.values()];
}

function joined(a: Condition, b: Condition): Condition | null {
  if (!(a.kind === "number" && b.kind === "number") && !(a.kind === "date" && b.kind === "date")) return null;
  if ((a.from !== null && b.from !== null) || (a.to !== null && b.to !== null)) return null;
  return { ...a, from: a.from ?? b.from, to: a.to ?? b.to } as Condition;
}

class Reader {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get isAtEnd(): boolean {
    return this.at === this.tokens.length;
  }

  /** Steps over these words or signs, all of them or none. */
  takes(...wanted: string[]): boolean {
    const fits = wanted.every((word, step) => {
      const token = this.tokens[this.at + step];
      return (token?.kind === "word" || token?.kind === "sign") && token.text.toLowerCase() === word;
    });
    if (fits) this.at += wanted.length;
    return fits;
  }

  clause(): Condition | null {
    if (this.takes("accenti", "(", "casei", "(")) return this.contains();
    if (!this.takes("(")) return this.predicate();
    const inner = this.predicate();
    if (inner?.kind !== "codes" || inner.missing) return null;
    const orMissing = this.takes("or") && this.name() === inner.column && this.takes("is", "null", ")");
    return orMissing ? { ...inner, missing: true } : null;
  }

  private contains(): Condition | null {
    const column = this.name();
    if (column === null || !this.takes(")", ")", "like", "accenti", "(", "casei", "(")) return null;
    const pattern = this.of("text");
    const part = pattern === null ? null : unescaped(pattern);
    return part !== null && part !== "" && this.takes(")", ")") ? { kind: "text", column, text: part } : null;
  }

  private predicate(): Condition | null {
    const column = this.name();
    if (column === null) return null;
    if (this.takes("is", "null")) return { kind: "codes", column, values: [], missing: true };
    if (this.takes("in", "(")) return this.list(column);
    if (this.takes(">=")) return this.bound(column, "from");
    if (this.takes("<=")) return this.bound(column, "to");
    return this.takes("=") ? this.equal(column) : null;
  }

  private list(column: string): Condition | null {
    const values: string[] = [];
    do {
      const value = this.of("text");
      if (value === null) return null;
      values.push(value);
    } while (this.takes(","));
    return this.takes(")") ? { kind: "codes", column, values, missing: false } : null;
  }

  private equal(column: string): Condition | null {
    if (this.takes("true")) return { kind: "flag", column, value: true };
    if (this.takes("false")) return { kind: "flag", column, value: false };
    const text = this.of("text");
    if (text !== null) return { kind: "codes", column, values: [text], missing: false };
    const [number, day] = [this.of("number"), this.day()];
    if (number !== null) return { kind: "number", column, from: Number(number), to: Number(number) };
    return day === null ? null : { kind: "date", column, from: day, to: day };
  }

  private bound(column: string, end: "from" | "to"): Condition | null {
    const number = this.of("number");
    if (number !== null) return { kind: "number", column, from: null, to: null, [end]: Number(number) };
    const day = this.day();
    return day === null ? null : { kind: "date", column, from: null, to: null, [end]: day };
  }

  private day(): string | null {
    if (!this.takes("date", "(")) return null;
    const day = this.of("text");
    return day !== null && /^\d{4}-\d{2}-\d{2}$/.test(day) && this.takes(")") ? day : null;
  }

  private name(): string | null {
    return this.of("name") ?? this.of("word");
  }

  private of(kind: Token["kind"]): string | null {
    const token = this.tokens[this.at];
    if (token?.kind !== kind) return null;
    this.at += 1;
    return token.text;
  }
}

/** What stands between the two `%` of a pattern that means “contains”; null for any other pattern. */
function unescaped(pattern: string): string | null {
  const match = /^%((?:[^\\%_]|\\[\\%_])*)%$/s.exec(pattern);
  return match ? (match[1] ?? "").replace(/\\([\\%_])/g, "$1") : null;
}
