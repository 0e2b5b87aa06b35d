/**
 * Reads tables out of an SQLite file: enough of its format (sqlite.org/fileformat2.html) to open a GeoPackage.
 *
 * SQLite compiled to WebAssembly would need a weaker Content Security Policy for the whole portal, and half a megabyte.
 * Pure. Pages are followed by number, each once and none that is not in the file: a forged file ends in FileTrouble.
 */
import { broken, columnsOf, valuesOf, varint, type Table, type Value } from "./records";

export type Row = Readonly<Record<string, Value>>;

const MAGIC = "SQLite format 3\0";
const HEAD = 100;
const LEAF = 0x0d;
const INTERIOR = 0x05;
/** How often a file is read through: GeoPackages need once, with their small tables. */
const MOST_READ = 4;
const MASTER: Table = { root: 1, columns: ["type", "name", "tbl_name", "rootpage", "sql"], key: null };

export function isSqlite(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, MAGIC.length)) === MAGIC;
}

export class SqliteFile {
  private readonly view: DataView;
  private readonly size: number;
  /** Bytes of a page that hold content. */
  private readonly usable: number;
  private readonly text: TextDecoder;
  private readonly tables = new Map<string, Table>();
  /** Bytes of content that were handed out. Cells may share them, so a small file could be read as one without end. */
  private spent = 0;

  /** Raises FileTrouble for what is no SQLite file, or a broken one. */
  constructor(private readonly bytes: Uint8Array) {
    if (!isSqlite(bytes) || bytes.length < 512) throw broken();
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.size = this.view.getUint16(16) === 1 ? 65536 : this.view.getUint16(16);
    this.usable = this.size - this.view.getUint8(20);
    if (this.usable < 480) throw broken();
    this.text = new TextDecoder(["utf-8", "utf-8", "utf-16le", "utf-16be"][this.view.getUint32(56)] ?? "utf-8");
    for (const { type, name, rootpage, sql } of this.records(MASTER)) {
      if (type !== "table" || typeof name !== "string" || typeof rootpage !== "number" || typeof sql !== "string") continue;
      this.tables.set(name.toLowerCase(), { root: rootpage, ...columnsOf(sql) });
    }
  }

  has(table: string): boolean {
    return this.tables.has(table.toLowerCase());
  }

  /** The rows of a table in the order of their numbers; none where there is no such table. Raises FileTrouble. */
  *rows(table: string): Generator<Row> {
    const known = this.tables.get(table.toLowerCase());
    if (known) yield* this.records(known);
  }

  private *records({ root, columns, key }: Table): Generator<Row> {
    for (const place of this.cells(root)) {
      const [length, afterLength] = varint(this.bytes, place);
      const [id, start] = varint(this.bytes, afterLength);
      const values = valuesOf(this.payload(start, length), this.text);
      const row = Object.fromEntries(columns.map((column, at) => [column, values[at] ?? null]));
      if (key !== null) row[key] ??= id;
      yield row;
    }
  }

  /** Where the cells of a table's leaves are, in order. The stack is our own, so that no tree is too deep. */
  private *cells(root: number): Generator<number> {
    const [waiting, seen] = [[root], new Set<number>()];
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const start = this.page(number, seen);
      const head = number === 1 ? HEAD : start;
      const kind = this.bytes[head];
      if (kind !== LEAF && kind !== INTERIOR) throw broken();
      const list = head + (kind === LEAF ? 8 : 12);
      const places = Array.from({ length: this.u16(head + 3) }, (_, at) => start + this.u16(list + 2 * at));
      if (kind === LEAF) yield* places;
      else waiting.push(this.u32(head + 8), ...places.map((place) => this.u32(place)).reverse());
    }
  }

  /** Where a page begins that was not met before. */
  private page(number: number, seen: Set<number>): number {
    const start = (number - 1) * this.size;
    if (number < 1 || start + this.size > this.bytes.length || seen.has(number)) throw broken();
    seen.add(number);
    return start;
  }

  /** The content of a cell, which may go on in a chain of further pages. */
  private payload(start: number, length: number): Uint8Array {
    this.spent += length;
    if (this.spent > MOST_READ * this.bytes.length) throw broken();
    const most = this.usable - 35;
    if (length <= most) return this.slice(start, length);
    const least = Math.floor(((this.usable - 12) * 32) / 255) - 23;
    const wanted = least + ((length - least) % (this.usable - 4));
    const local = wanted <= most ? wanted : least;
    const whole = new Uint8Array(length);
    whole.set(this.slice(start, local));
    const seen = new Set<number>();
    let next = this.u32(start + local);
    for (let filled = local; filled < length; filled += this.usable - 4) {
      const page = this.page(next, seen);
      whole.set(this.slice(page + 4, Math.min(this.usable - 4, length - filled)), filled);
      next = this.u32(page);
    }
    return whole;
  }

  private slice(start: number, length: number): Uint8Array {
    if (start + length > this.bytes.length) throw broken();
    return this.bytes.subarray(start, start + length);
  }

  private u16(at: number): number {
    if (at + 2 > this.bytes.length) throw broken();
    return this.view.getUint16(at);
  }

  private u32(at: number): number {
    if (at + 4 > this.bytes.length) throw broken();
    return this.view.getUint32(at);
  }
}
