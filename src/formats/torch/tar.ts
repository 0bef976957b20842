import { InputError, shown } from "../../core/errors.ts";
import { PickleGlobal, readPickle } from "../pickle.ts";
import { keyIn, numberIn } from "./legacy.ts";
import { StorageClass, torchNames } from "./names.ts";
import { type TorchStorage, TorchTensor } from "./tensor.ts";

const BLOCK = 512;

/**
 * The content of a file of PyTorch 0.1: a tar file of three files. `storages` has the count of storages, and for each a
 * pickle of (key, location, type), the count of its numbers and the numbers; then a pickle of views. `tensors` has for each
 * a pickle of (key, storage, type), and its axes, sizes, strides and offset. `pickle` refers to tensors and storages by
 * their keys. (torch/serialization.py, legacy_load)
 * @returns undefined for another kind of file
 * @throws InputError for a damaged file
 */
export function tarFile(bytes: Uint8Array, file: string): { value: unknown } | undefined {
  if (bytes.length < BLOCK || latin1(bytes.subarray(257, 262)) !== "ustar") return undefined;
  const fail = (problem: string) => new InputError(`${file}: ${problem}`);
  const files = filesIn(bytes, fail);
  const content = (name: string) => {
    const found = files.get(name);
    if (!found) throw fail(`expected a tar file of PyTorch 0.1 with "${name}", got none`);
    return found;
  };
  const objects = new Map<string, TorchStorage | TorchTensor>();
  const names = torchNames({
    what: file,
    storage() {
      throw fail("expected the key of a tensor, got a storage; the file is damaged");
    },
  });
  const reader = (name: string) => {
    const data = content(name);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    let at = 0;
    const take = (size: number): number => {
      if (!(size >= 0 && at + size <= data.length)) throw fail(`"${name}" is cut; get the file again`);
      at += size;
      return at - size;
    };
    return {
      bytes: (size: number) => data.subarray(take(size), at),
      isAtEnd: () => at === data.length,
      int32: () => view.getInt32(take(4), true),
      int64: () => Number(view.getBigInt64(take(8), true)),
      pickle: (): unknown => {
        const { value, end } = readPickle(data, names, { what: `${file}: ${name}`, start: at });
        at = end;
        return value;
      },
    };
  };
  const listOf = (value: unknown, length: number): unknown[] => {
    if (Array.isArray(value) && value.length === length) return value;
    throw fail(`expected a list of ${length}, got ${shown(value)}; the file is damaged`);
  };
  const storages = reader("storages");
  for (let left = countOf(storages.pickle(), fail); left > 0; left--) {
    const [key, , type] = listOf(storages.pickle(), 3);
    if (!(type instanceof StorageClass)) throw fail(`expected a type of storage, got ${shown(type)}`);
    const count = storages.int64();
    const numbers = storages.bytes(count * type.type.bytes);
    objects.set(keyIn(key), { type: type.type, count, littleEndian: true, bytes: () => numbers });
  }
  const storageOf = (key: unknown): TorchStorage => {
    const found = objects.get(keyIn(key));
    if (!found || found instanceof TorchTensor) throw fail(`expected a storage, got the key ${shown(key)}`);
    return found;
  };
  const views = storages.isAtEnd() ? [] : storages.pickle();
  for (const each of Array.isArray(views) ? views : []) {
    const [key, root, start, count] = listOf(each, 4);
    const storage = storageOf(root);
    if (!(numberIn(start) >= 0 && numberIn(count) >= 0 && numberIn(start) + numberIn(count) <= storage.count))
      throw fail("a view of a storage reaches beyond its end; the file is damaged");
    const numbers = (storage.bytes() as Uint8Array).subarray(numberIn(start) * storage.type.bytes);
    objects.set(keyIn(key), { ...storage, count: numberIn(count), bytes: () => numbers });
  }
  const tensors = reader("tensors");
  for (let left = countOf(tensors.pickle(), fail); left > 0; left--) {
    const [key, storage] = listOf(tensors.pickle(), 3);
    const axes = tensors.int32();
    tensors.bytes(4);
    if (!(axes >= 0 && axes <= 8)) throw fail(`expected a tensor of at most 8 axes, got ${axes}`);
    const sizes = () => Array.from({ length: axes }, () => tensors.int64());
    const [shape, strides] = [sizes(), sizes()];
    objects.set(keyIn(key), new TorchTensor(file, storageOf(storage), { shape, strides, offset: tensors.int64() }));
  }
  const persistent = (id: unknown): unknown => {
    const found = objects.get(keyIn(id));
    if (found) return found;
    const [of] = Array.isArray(id) ? id : [];
    const name = of instanceof PickleGlobal ? of.name : id;
    throw fail(`expected a state_dict of tensors, got ${shown(name)}: save model.state_dict()`);
  };
  const { value } = readPickle(content("pickle"), { ...names, persistent }, { what: `${file}: pickle` });
  return { value };
}

type Fail = (problem: string) => InputError;

function countOf(value: unknown, fail: Fail): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw fail(`expected a count, got ${shown(value)}; the file is damaged`);
}

/** The files in a tar file by their names (POSIX.1-1988): a block of 512 bytes, then the content in whole blocks. */
function filesIn(bytes: Uint8Array, fail: Fail): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const text = (start: number, size: number) =>
      latin1(bytes.subarray(at + start, at + start + size)).replace(/\0.*$/s, "");
    const name = text(0, 100);
    if (name === "") break;
    const size = Number.parseInt(text(124, 12).trim(), 8);
    if (!(size >= 0 && at + BLOCK + size <= bytes.length)) throw fail("the tar file is cut; get the file again");
    files.set(name.replace(/^\.\//, ""), bytes.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
