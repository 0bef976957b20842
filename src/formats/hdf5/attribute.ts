import { InputError } from "../../core/errors.ts";
import type { Hdf5Library } from "./library.ts";
import { inMemory } from "./memory.ts";
import { floatsOf, numberType } from "./numbers.ts";

/** A text or a number, or a list of them; a list of lists is read as one list. */
export type Hdf5Attribute = string | number | readonly string[] | readonly number[];

const STRING = 3;

/** What the texts of one attribute may take, in bytes. */
const MAX_TEXTS = 2 ** 28;

interface Place {
  readonly path: string;
  readonly name: string;
  /** The file's size. */
  readonly bytes: number;
  /** The size of its largest heap. */
  readonly largestHeap: number;
}

/** The value of an attribute; undefined where it is empty, or neither texts nor numbers. @throws InputError */
export function attributeOf(
  library: Hdf5Library,
  file: bigint,
  { path, name, bytes, largestHeap }: Place,
): Hdf5Attribute | undefined {
  const metadata = library.get_attribute_metadata(file, path, name);
  const { shape, size, total_size: count, vlen, type } = metadata;
  if (!shape) return undefined;
  // In the file, a text of variable length takes 16 bytes and its characters.
  if (!(size >= 1 && count >= 0 && count * (vlen ? 16 : size) <= bytes))
    throw new InputError(`its ${count} values of ${size} bytes are more than the file holds`);
  // Each of them may be the same text, which the library reads as often.
  if (vlen && count * largestHeap > MAX_TEXTS)
    throw new InputError(`its ${count} texts of up to ${largestHeap} bytes may take more than ${MAX_TEXTS} bytes`);
  const number = numberType(metadata);
  if (type !== STRING && number === undefined) return undefined;
  const values = inMemory(
    library,
    size * count,
    (pointer) => library.get_attribute_data(file, path, name, pointer),
    (content, pointer): readonly string[] | readonly number[] => {
      if (number !== undefined) return [...floatsOf(number, content.buffer)];
      if (!vlen) return Array.from({ length: count }, (_, i) => textOf(content.subarray(i * size, (i + 1) * size)));
      const texts = [...new Uint32Array(content.buffer)].map((at) => (at === 0 ? "" : library.UTF8ToString(at)));
      library.reclaim_vlen_memory(file, path, name, pointer);
      return texts;
    },
  );
  return shape.length === 0 ? values[0] : values;
}

/** A text of fixed length, which zeros or spaces fill. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
