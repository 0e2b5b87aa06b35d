/** Records of an SQLite file: numbers of variable length, values, and the names that CREATE TABLE gives to columns. Pure. */
import { FileTrouble } from "./reading";

export type Value = number | string | Uint8Array | null;

export interface Table {
  /** The page at which its tree begins. */
  root: number;
  columns: string[];
  /** The column that is the row's own number, which is not written in the record. */
  key: string | null;
}

export function broken(): FileTrouble {
  return new FileTrouble("own_broken");
}

/** A number of one to nine bytes, and where it ends. Raises FileTrouble where the bytes end before it does. */
export function varint(bytes: Uint8Array, start: number): [value: number, end: number] {
  let value = 0;
  for (let step = 0; step < 9; step += 1) {
    const byte = bytes[start + step];
    if (byte === undefined) break;
    if (step === 8) return [value * 256 + byte, start + 9];
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, start + step + 1];
  }
  throw broken();
}

/** The values of one record. */
export function valuesOf(payload: Uint8Array, text: TextDecoder): Value[] {
  const [head, first] = varint(payload, 0);
  const values: Value[] = [];
  let body = head;
  for (let at = first; at < head; ) {
    const [type, next] = varint(payload, at);
    const length = lengthOf(type);
    if (body + length > payload.length) throw broken();
    values.push(valueOf(type, payload.subarray(body, body + length), text));
    body += length;
    at = next;
  }
  return values;
}

/** Bytes of a value by its serial type; 10 and 11 are not used in files. */
function lengthOf(type: number): number {
  return type < 10 ? ([0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type] ?? 0) : Math.max(0, Math.floor((type - 12) / 2));
}

function valueOf(type: number, part: Uint8Array, text: TextDecoder): Value {
  if (type === 0) return null;
  if (type === 8 || type === 9) return type - 8;
  if (type === 7) return new DataView(part.buffer, part.byteOffset, 8).getFloat64(0);
  if (type < 7) return Number(BigInt.asIntN(8 * part.length, part.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)));
  return type % 2 === 0 ? part : text.decode(part);
}

const NAME = /^\s*(?:"((?:[^"]|"")+)"|\[([^\]]+)\]|`((?:[^`]|``)+)`|'((?:[^']|'')+)'|([^\s(,]+))(.*)$/s;
const CONSTRAINT = /^\s*(constraint|primary\s+key|unique|check|foreign\s+key)\b/i;

/** What CREATE TABLE says of columns. */
export function columnsOf(sql: string): Pick<Table, "columns" | "key"> {
  const columns: string[] = [];
  let key: string | null = null;
  for (const part of partsOf(sql)) {
    const [, ...found] = CONSTRAINT.test(part) ? [] : (NAME.exec(part) ?? []);
    const name = found.slice(0, 5).find((each) => each !== undefined);
    if (name === undefined) continue;
    columns.push(name);
    if (/^\s*integer\b.*\bprimary\s+key\b/is.test(found[5] ?? "")) key = name;
  }
  return { columns, key };
}

/** What stands between the outermost parentheses, cut at commas that are within no other parentheses or quotes. */
function partsOf(sql: string): string[] {
  const parts: string[] = [];
  let [depth, part] = [0, ""];
  for (const [word] of sql.slice(sql.indexOf("(") + 1).matchAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|\[[^\]]*\]|`[^`]*`|[\s\S]/g)) {
    if (word === "(") depth += 1;
    if (word === ")") depth -= 1;
    if (depth < 0) break;
    if (word === "," && depth === 0) {
      parts.push(part);
      part = "";
    } else part += word;
  }
  return [...parts, part];
}
