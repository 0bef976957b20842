import type { Picture } from "../picture.ts";

/** How a picture is shrunk by the smallest whole factor with which its longer side is at most so many pixels. */
export interface Shrinking {
  readonly shrunkBy: number;
  readonly rows: number;
  readonly columns: number;
  /** Old pixels in a new one. */
  readonly area: number;
  /** For each old row, the place of the first new pixel of its row; -1 for rows at the end that do not fill one. */
  readonly rowOf: Int32Array;
  /** For each old column, the new one; -1 for columns at the end that do not fill one. */
  readonly columnOf: Int32Array;
}

export function shrinkingOf({ width, height }: Picture, longest: number): Shrinking {
  const shrunkBy = Math.ceil(Math.max(width, height) / longest);
  // A narrow strip may be thinner than the square: it keeps one row or column.
  const [across, down] = [Math.min(shrunkBy, width), Math.min(shrunkBy, height)];
  const [rows, columns] = [Math.floor(height / down), Math.floor(width / across)];
  const places = (old: number, factor: number, count: number, step: number) => {
    const placeOf = new Int32Array(old).fill(-1);
    for (let i = 0; i < count * factor; i++) placeOf[i] = Math.floor(i / factor) * step;
    return placeOf;
  };
  return {
    shrunkBy,
    rows,
    columns,
    area: across * down,
    rowOf: places(height, down, rows, columns),
    columnOf: places(width, across, columns, 1),
  };
}

/** The pixels as words, alpha in their highest byte: all machines that run WebAssembly have the lowest byte first. */
export function wordsOf(data: Picture["data"]): Int32Array {
  const { buffer, byteOffset, byteLength } = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Int32Array(buffer, byteOffset, byteLength / 4);
}

/** The first word from a place on that is not the given one: most of a drawing is bare. */
export function nextOther(words: Int32Array, from: number, bare: number): number {
  let at = from;
  const last = words.length - 4;
  while (
    at < last &&
    ((words[at] ^ bare) | (words[at + 1] ^ bare) | (words[at + 2] ^ bare) | (words[at + 3] ^ bare)) === 0
  )
    at += 4;
  while (at < words.length && words[at] === bare) at++;
  return at;
}
