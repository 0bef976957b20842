import { InputError, shown } from "../../core/errors.ts";
import { type PickleGlobal, type PickleNames, readPickle } from "../pickle.ts";
import { torchNames } from "./names.ts";
import type { TorchStorage } from "./tensor.ts";

/** The first pickle of a file before PyTorch 1.6. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/** A storage, whose place in the file is known once the pickle before it is read. */
interface Placed {
  readonly type: TorchStorage["type"];
  readonly count: number;
  bytes: Uint8Array | undefined;
}

/**
 * The content of a file of PyTorch before 1.6, or of a later one with `_use_new_zipfile_serialization=False`: pickles of
 * a magic number, the protocol, facts about the machine, the object and the storages' keys; then the storages, each with
 * its count of numbers before it (torch/serialization.py, _legacy_load).
 * @returns undefined for another kind of file
 * @throws InputError for a damaged file
 */
export function legacyFile(bytes: Uint8Array, file: string): { value: unknown } | undefined {
  if (bytes[0] !== 0x80 || bytes[2] !== 0x8a || bytes[3] !== 10) return undefined;
  const fail = (problem: string) => new InputError(`${file}: ${problem}`);
  let at = 0;
  const next = (names: PickleNames): unknown => {
    const { value, end } = readPickle(bytes, names, { what: file, start: at });
    at = end;
    return value;
  };
  if (next(nothing(file)) !== MAGIC) return undefined;
  const protocol = next(nothing(file));
  if (protocol !== PROTOCOL) throw fail(`expected protocol ${PROTOCOL} of PyTorch, got ${shown(protocol)}`);
  const machine = next(nothing(file));
  const littleEndian = !(machine instanceof Map) || machine.get("little_endian") !== false;
  const storages = new Map<string, Placed>();
  const value = next(
    torchNames({
      what: file,
      storage(type, key, count, view) {
        const [, start, viewCount] = Array.isArray(view) ? view : [];
        const known = storages.get(key);
        if (known && (known.type !== type || known.count !== count))
          throw fail(`two storages have the key ${shown(key)}`);
        if (!Number.isSafeInteger(count) || count < 0)
          throw fail(`storage ${shown(key)}: expected a count of numbers, got ${count}`);
        const placed: Placed = known ?? { type, count, bytes: undefined };
        storages.set(key, placed);
        const part =
          start === undefined ? { from: 0, size: count } : { from: numberIn(start), size: numberIn(viewCount) };
        if (!(part.from >= 0 && part.size >= 0 && part.from + part.size <= count))
          throw fail(`storage ${shown(key)}: a view reaches beyond its end`);
        return {
          type,
          count: part.size,
          littleEndian,
          bytes: () => {
            if (!placed.bytes) throw fail(`storage ${shown(key)} is missing; the file is cut`);
            return placed.bytes.subarray(part.from * type.bytes);
          },
        };
      },
    }),
  );
  const keys = next(nothing(file));
  if (!Array.isArray(keys)) throw fail("expected the keys of its storages, got another value; the file is damaged");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const key of keys) {
    const storage = storages.get(keyIn(key));
    if (!storage) throw fail(`expected a storage of its tensors, got the key ${shown(key)}`);
    if (at + 8 > bytes.length) throw fail("its storages are cut; get the file again");
    const count = Number(view.getBigInt64(at, littleEndian));
    const size = storage.count * storage.type.bytes;
    at += 8;
    if (count !== storage.count) throw fail(`storage ${shown(key)}: expected ${storage.count} numbers, got ${count}`);
    if (at + size > bytes.length) throw fail("its storages are cut; get the file again");
    storage.bytes = bytes.subarray(at, at + size);
    at += size;
  }
  return { value };
}

/** A number of a pickle, else NaN. A list of lists would overflow the call stack where it becomes a number or a text. */
export function numberIn(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}

/** A key of a pickle as a text, "" for a list. */
export function keyIn(value: unknown): string {
  return typeof value === "object" ? "" : String(value);
}

/** Names of pickles that have none. */
function nothing(file: string): PickleNames {
  const refuse = (): never => {
    throw new InputError(
      `${file}: expected numbers and texts before its tensors, got other objects; the file is damaged`,
    );
  };
  return { global: (): PickleGlobal => refuse(), persistent: refuse };
}
