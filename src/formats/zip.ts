import { inflateRaw } from "#platform";
import { crc32 } from "../core/crc32.ts";
import { InputError, shown } from "../core/errors.ts";

/** A file in a zip file. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes when unpacked. */
  readonly size: number;
  /** The content, whose size and CRC are checked. @throws InputError for damaged or encrypted content */
  read(): Promise<Uint8Array>;
}

/** What the files of a zip file of weights may take together, as a multiple of its bytes: weights hardly compress. */
const MAX_RATIO = 32;
/** What they may take in any case. */
const MIN_LIMIT = 2 ** 20;

/**
 * A function that unpacks files of one zip file of weights, each once.
 * @throws InputError, from that function, where they take far more than the zip file
 */
export function weightsReader(bytes: Uint8Array, name: string): (entry: ZipEntry) => Promise<Uint8Array> {
  const contents = new Map<string, Promise<Uint8Array>>();
  let left = Math.max(MAX_RATIO * bytes.length, MIN_LIMIT);
  return async (entry) => {
    const known = contents.get(entry.name);
    if (known) return known;
    left -= entry.size;
    if (left < 0)
      throw new InputError(
        `${name}: ${shown(entry.name)}: unpacked, the file would be more than ${MAX_RATIO} times as large; it is damaged`,
      );
    const read = entry.read();
    contents.set(entry.name, read);
    return read;
  };
}

/** The largest file that is unpacked. */
const MAX_SIZE = 2 ** 31;

const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * The files in a zip file (APPNOTE.TXT 6.3): stored or deflated, also with the 64-bit sizes that NumPy writes. Folders
 * are left out. Nothing is unpacked before `read`.
 *
 * @param name the zip file's name in errors
 * @throws InputError for another format, a cut or damaged directory, and two files of one name
 */
export function readZip(bytes: Uint8Array, name = "zip file"): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (what: string) => new InputError(`${name}: the zip file is damaged (${what}); get the file again`);
  const { count, start, size } = directory(view, damaged);
  if (start + size > bytes.length) throw damaged("its directory lies beyond its end");
  const entries = new Map<string, ZipEntry>();
  const spans: Span[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > start + size || view.getUint32(at, true) !== CENTRAL)
      throw damaged(`file ${i + 1} of ${count} is not in its directory`);
    const header = centralHeader(view, at, damaged);
    at = header.end;
    spans.push({ from: header.offset, end: header.offset + LOCAL_BYTES + header.packed, name: header.name });
    if (at > start + size) throw damaged("its directory is cut");
    if (header.name.endsWith("/")) continue;
    if (entries.has(header.name)) throw damaged(`two files have the name ${shown(header.name)}`);
    const read = () => content(bytes, view, header, `${name}: ${JSON.stringify(header.name).slice(1, -1)}`);
    entries.set(header.name, { name: header.name, size: header.size, read });
  }
  checkApart(spans, damaged);
  return [...entries.values()];
}

/** Where the bytes of a file are in the zip file, without its own name. */
interface Span {
  readonly from: number;
  readonly end: number;
  readonly name: string;
}

/** The bytes of the header in front of each file, without the name. */
const LOCAL_BYTES = 30;

/** @throws InputError for files that share bytes: a small zip file could unpack to any size */
function checkApart(spans: Span[], damaged: Damaged): void {
  spans.sort((a, b) => a.from - b.from);
  for (let i = 1; i < spans.length; i++)
    if (spans[i]!.from < spans[i - 1]!.end)
      throw damaged(`${shown(spans[i - 1]!.name)} and ${shown(spans[i]!.name)} share bytes`);
}

type Damaged = (what: string) => InputError;

/** Where the directory of files is, by the record at the end of the file, which a comment may follow. */
function directory(view: DataView, damaged: Damaged): { count: number; start: number; size: number } {
  const last = view.byteLength - 22;
  let end = last;
  while (end >= 0 && end > last - 65536 && view.getUint32(end, true) !== END) end--;
  if (end < 0 || view.getUint32(end, true) !== END) throw damaged("the record at its end is missing");
  const found = {
    count: view.getUint16(end + 10, true),
    size: view.getUint32(end + 12, true),
    start: view.getUint32(end + 16, true),
  };
  const is64 = found.count === 0xffff || found.size === 0xffffffff || found.start === 0xffffffff;
  if (!is64 || end < 20 || view.getUint32(end - 20, true) !== LOCATOR64) return found;
  const record = whole64(view, end - 12, damaged);
  if (record + 56 > view.byteLength || view.getUint32(record, true) !== END64)
    throw damaged("the 64-bit record at its end is missing");
  const [count, size, start] = [32, 40, 48].map((offset) => whole64(view, record + offset, damaged));
  return { count: count!, size: size!, start: start! };
}

interface Header {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where the file's own header is. */
  readonly offset: number;
  /** The next entry of the directory. */
  readonly end: number;
}

function centralHeader(view: DataView, at: number, damaged: Damaged): Header {
  const lengths = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const [nameLength, extraLength, commentLength] = lengths as [number, number, number];
  const end = at + 46 + nameLength + extraLength + commentLength;
  if (end > view.byteLength) throw damaged("its directory is cut");
  const header = {
    name: new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength)),
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
    end,
  };
  const extraEnd = at + 46 + nameLength + extraLength;
  for (let extra = at + 46 + nameLength; extra + 4 <= extraEnd; ) {
    const [id, length] = [view.getUint16(extra, true), view.getUint16(extra + 2, true)];
    if (id === 1) {
      // 64-bit values stand in this order, each only where the 32-bit field is full.
      let field = extra + 4;
      for (const key of ["size", "packed", "offset"] as const) {
        if (header[key] !== 0xffffffff) continue;
        if (field + 8 > extra + 4 + length || field + 8 > extraEnd) throw damaged("a 64-bit size is missing");
        header[key] = whole64(view, field, damaged);
        field += 8;
      }
    }
    extra += 4 + length;
  }
  return header;
}

function whole64(view: DataView, at: number, damaged: Damaged): number {
  if (at < 0 || at + 8 > view.byteLength) throw damaged("a 64-bit number is cut");
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw damaged("a size is too large");
  return value;
}

async function content(bytes: Uint8Array, view: DataView, header: Header, what: string): Promise<Uint8Array> {
  const { flags, method, crc, packed, size, offset } = header;
  const fail = (problem: string, cause?: unknown) => new InputError(`${what}: ${problem}`, { cause });
  if (flags & 1) throw fail("it is encrypted; save it without a password");
  if (method !== STORED && method !== DEFLATED)
    throw fail(`expected stored or deflated data, got compression ${method}; save it with another`);
  if (size > MAX_SIZE) throw fail(`expected at most ${MAX_SIZE} bytes, got ${size}; divide the data`);
  const isThere = offset + 30 <= bytes.length && view.getUint32(offset, true) === LOCAL;
  if (!isThere) throw fail("the zip file is damaged (its header is not there); get the file again");
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > bytes.length) throw fail("the zip file is cut; get the file again");
  const stored = bytes.subarray(start, start + packed);
  let data: Uint8Array = stored;
  if (method === DEFLATED) {
    try {
      data = await inflateRaw(stored as Uint8Array<ArrayBuffer>, size);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw fail(`its data cannot be unpacked (${reason}); get the file again`, cause);
    }
  }
  if (data.length !== size) throw fail(`expected ${size} bytes, got ${data.length}; get the file again`);
  if (crc32(data) !== crc) throw fail("its checksum is wrong; get the file again");
  return data;
}
