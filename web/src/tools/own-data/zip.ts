/** One file out of a ZIP, by the browser's own inflater: all that a KMZ needs. Nothing is believed of what the archive promises. */
import { FileTrouble, MOST_BYTES } from "./reading";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;

interface Entry {
  name: string;
  method: number;
  packed: Uint8Array<ArrayBuffer>;
}

/** The first file whose name fits; null when there is none. Raises FileTrouble for a damaged, locked or bursting archive. */
export async function unpacked(bytes: Uint8Array<ArrayBuffer>, wanted: RegExp): Promise<Uint8Array | null> {
  const entry = entriesOf(bytes).find(({ name }) => wanted.test(name));
  if (!entry) return null;
  if (entry.method === STORED) return entry.packed;
  if (entry.method !== DEFLATED) throw new FileTrouble("own_broken");
  return inflated(entry.packed);
}

function entriesOf(bytes: Uint8Array<ArrayBuffer>): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    let end = bytes.length - 22;
    while (view.getUint32(end, true) !== END) if (--end < bytes.length - 22 - LONGEST_COMMENT) throw new RangeError("no directory");
    const found: Entry[] = [];
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0 && view.getUint32(at, true) === ENTRY; left -= 1) {
      const [long, extra, comment] = [28, 30, 32].map((each) => view.getUint16(at + each, true)) as [number, number, number];
      const local = view.getUint32(at + 42, true);
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const isLocked = (view.getUint16(at + 8, true) & 1) === 1;
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + long));
      found.push({ name, method: isLocked ? -1 : view.getUint16(at + 10, true), packed: bytes.subarray(start, start + view.getUint32(at + 20, true)) });
      at += 46 + long + extra + comment;
    }
    return found;
  } catch {
    throw new FileTrouble("own_broken");
  }
}

async function inflated(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      size += read.value.length;
      if (size > MOST_BYTES) throw new FileTrouble("own_large", { n: Math.ceil(size / 1024 / 1024), most: MOST_BYTES / 1024 / 1024 });
      parts.push(read.value);
    }
  } catch (error) {
    throw error instanceof FileTrouble ? error : new FileTrouble("own_broken");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
