/** GIF (CompuServe's specification, version 89a): the first picture. */
import { checkSize, Damage, type Decoded, MAX_PIXELS_AT_ONCE, viewOf } from "./decoder.ts";

/** The first picture on its screen, which is transparent where that does not cover it. */
export function decodeGif(bytes: Uint8Array): Decoded {
  if (bytes.length < 13) throw new Damage("no header");
  const view = viewOf(bytes);
  const globalColours = colourTable(bytes, 13, bytes[10]);
  let at = 13 + (globalColours?.length ?? 0);
  let transparent = -1;
  while (bytes[at] !== 0x2c) {
    if (bytes[at] !== 0x21) throw new Damage(at < bytes.length && bytes[at] === 0x3b ? "no picture" : "no end");
    // The graphic control extension: flags, delay, and the transparent colour.
    if (bytes[at + 1] === 0xf9 && bytes[at + 2] === 4) transparent = bytes[at + 3] & 1 ? bytes[at + 6] : -1;
    at = blocksFrom(bytes, at + 2).end;
  }
  if (at + 10 > bytes.length) throw new Damage("no end");
  const [left, top, columns, rows] = [1, 3, 5, 7].map((offset) => view.getUint16(at + offset, true));
  const flags = bytes[at + 9];
  // Some writers state too small a screen, or none.
  const [width, height] = [
    Math.max(view.getUint16(6, true), left + columns),
    Math.max(view.getUint16(8, true), top + rows),
  ];
  checkSize(width, height, MAX_PIXELS_AT_ONCE);
  checkSize(columns, rows);
  const own = colourTable(bytes, at + 10, flags);
  const colours = own ?? globalColours;
  if (!colours) throw new Damage("no colours");
  at += 10 + (own?.length ?? 0);
  const indices = uncompressed(bytes[at], blocksFrom(bytes, at + 1).data, columns * rows);
  const data = new Uint8Array(4 * width * height);
  const order = flags & 0x40 ? interlacedRows(rows) : undefined;
  for (let row = 0, from = 0; row < rows; row++) {
    let to = 4 * ((top + (order?.[row] ?? row)) * width + left);
    for (let x = 0; x < columns; x++, from++, to += 4) {
      const index = indices[from];
      if (index === transparent) continue;
      if (3 * index >= colours.length) throw new Damage("a pixel's colour is not in the table");
      for (let k = 0; k < 3; k++) data[to + k] = colours[3 * index + k];
      data[to + 3] = 255;
    }
  }
  return { width, height, data };
}

/** Red, green and blue of each colour, if the flags say that there is a table. */
function colourTable(bytes: Uint8Array, at: number, flags: number): Uint8Array | undefined {
  if ((flags & 0x80) === 0) return undefined;
  const size = 3 * 2 ** ((flags & 7) + 1);
  if (at + size > bytes.length) throw new Damage("no end");
  return bytes.subarray(at, at + size);
}

/** The contents of blocks of at most 255 bytes, up to the first empty one. */
function blocksFrom(bytes: Uint8Array, start: number): { data: Uint8Array; end: number } {
  let size = 0;
  let end = start;
  for (; bytes[end] > 0; end += 1 + bytes[end]) size += bytes[end];
  if (end >= bytes.length) throw new Damage("no end");
  const data = new Uint8Array(size);
  for (let at = start, to = 0; at < end; to += bytes[at], at += 1 + bytes[at])
    data.set(bytes.subarray(at + 1, at + 1 + bytes[at]), to);
  return { data, end: end + 1 };
}

/** Rows in the order in which they are stored: every 8th, then those in the middle of the gaps. */
function interlacedRows(rows: number): number[] {
  const order: number[] = [];
  for (const [first, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ])
    for (let row = first; row < rows; row += step) order.push(row);
  return order;
}

/** The end of the compressed data, and the number of the first code for more than one pixel, depend on `bits`. */
function uncompressed(bits: number, packed: Uint8Array, pixels: number): Uint8Array {
  if (!(bits >= 1 && bits <= 8)) throw new Damage(`codes of ${bits} bits`);
  const clear = 1 << bits;
  // A code stands for the pixels of another one, its prefix, and one more.
  const prefixes = new Uint16Array(4096);
  const lasts = new Uint8Array(4096).map((_, code) => code);
  const lengths = new Uint16Array(4096).fill(1);
  const indices = new Uint8Array(pixels);
  let [next, width, previous] = [clear + 2, bits + 1, -1];
  let [buffer, buffered, at, written] = [0, 0, 0, 0];
  while (written < pixels) {
    while (buffered < width && at < packed.length) {
      buffer |= packed[at++] << buffered;
      buffered += 8;
    }
    if (buffered < width) throw new Damage(`${written} pixels instead of ${pixels}`);
    const code = buffer & ((1 << width) - 1);
    buffer >>>= width;
    buffered -= width;
    if (code === clear) {
      [next, width, previous] = [clear + 2, bits + 1, -1];
      continue;
    }
    if (code === clear + 1) throw new Damage(`${written} pixels instead of ${pixels}`);
    if (code > next || (code >= next && previous < 0) || (previous < 0 && code > clear)) throw new Damage("wrong code");
    // The newest code, which is not in the table yet, is the previous one and its first pixel.
    const known = code === next ? previous : code;
    const length = lengths[known];
    let pixel = known;
    for (let to = written + length - 1; to > written; to--) {
      if (to < pixels) indices[to] = lasts[pixel];
      pixel = prefixes[pixel];
    }
    const first = lasts[pixel];
    indices[written] = first;
    if (code === next && written + length < pixels) indices[written + length] = first;
    written += length + (code === next ? 1 : 0);
    if (previous >= 0 && next < 4096) {
      prefixes[next] = previous;
      lasts[next] = first;
      lengths[next] = lengths[previous] + 1;
      next++;
      if (next === 1 << width && width < 12) width++;
    }
    previous = code;
  }
  return indices;
}
