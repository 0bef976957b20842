/** BMP (Windows' headers from version 3 on, and OS/2's): 1 to 32 bits, run lengths, bit fields, from below or above. */
import { InputError } from "../../core/errors.ts";
import { checkSize, Damage, type Decoded, MAX_PIXELS_AT_ONCE, viewOf } from "./decoder.ts";

const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BIT_FIELDS = 3;
const ALPHA_BIT_FIELDS = 6;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Blue, green, red and one more byte, or without that in OS/2's first version. */
  readonly palette: Uint8Array;
  readonly paletteStep: 3 | 4;
  /** The bits of red, green, blue and alpha in a pixel of 16 or 32 bits. */
  readonly masks: readonly number[];
  /** Where the pixels begin. */
  readonly start: number;
}

/** Alpha counts if the header has a mask for it, and not every pixel is transparent. */
export function decodeBmp(bytes: Uint8Array): Decoded {
  const header = headerOf(bytes);
  const { width, height, isTopDown, bits, compression, start } = header;
  const rgba = new Uint8Array(4 * width * height);
  const row = (y: number) => 4 * width * (isTopDown ? y : height - 1 - y);
  if (bits <= 8) {
    const isPacked = compression === RLE8 || compression === RLE4;
    const indices = isPacked ? runs(bytes.subarray(start), header) : plainIndices(bytes, header);
    const { palette, paletteStep } = header;
    for (let y = 0, from = 0; y < height; y++) {
      for (let x = 0, to = row(y); x < width; x++, from++, to += 4) {
        const colour = indices[from] * paletteStep;
        if (colour >= palette.length) throw new Damage("a pixel's colour is not in the palette");
        for (let k = 0; k < 3; k++) rgba[to + k] = palette[colour + 2 - k];
        rgba[to + 3] = 255;
      }
    }
    return { width, height, data: rgba };
  }
  const rowBytes = rowBytesOf(header);
  if (start + height * rowBytes > bytes.length) throw new Damage("no end");
  if (bits === 24) {
    for (let y = 0; y < height; y++) {
      for (let x = 0, from = start + y * rowBytes, to = row(y); x < width; x++, from += 3, to += 4) {
        for (let k = 0; k < 3; k++) rgba[to + k] = bytes[from + 2 - k];
        rgba[to + 3] = 255;
      }
    }
    return { width, height, data: rgba };
  }
  const view = viewOf(bytes);
  const channels = header.masks.map(channelOf);
  for (let y = 0; y < height; y++) {
    for (let x = 0, to = row(y); x < width; x++, to += 4) {
      const at = start + y * rowBytes + (x * bits) / 8;
      const pixel = bits === 16 ? view.getUint16(at, true) : view.getUint32(at, true);
      for (let k = 0; k < 4; k++) {
        const { mask, shift, factor } = channels[k];
        rgba[to + k] = Math.round(((pixel & mask) >>> shift) * factor);
      }
    }
  }
  if (rgba.every((value, i) => i % 4 < 3 || value === 0)) for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
  return { width, height, data: rgba };
}

function headerOf(bytes: Uint8Array): Header {
  if (bytes.length < 26) throw new Damage("no header");
  const view = viewOf(bytes);
  const size = view.getUint32(14, true);
  const isFirst = size === 12; // OS/2's first version
  if (!isFirst && !(size >= 16 && size <= 124))
    throw new InputError(`BMP with a header of ${size} bytes is not read; save it again`);
  if (14 + size > bytes.length) throw new Damage("no header");
  const field = (at: number) => (at + 4 <= 14 + size ? view.getUint32(at, true) : 0);
  const width = isFirst ? view.getUint16(18, true) : view.getInt32(18, true);
  const storedHeight = isFirst ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isFirst ? 24 : 28, true);
  const compression = isFirst ? RGB : field(30);
  const height = Math.abs(storedHeight);
  checkSize(width, height, MAX_PIXELS_AT_ONCE);
  const hasFields = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  const isKnown =
    (compression === RGB && [1, 2, 4, 8, 16, 24, 32].includes(bits)) ||
    (compression === RLE8 && bits === 8) ||
    (compression === RLE4 && bits === 4) ||
    (hasFields && (bits === 16 || bits === 32));
  if (!isKnown) throw new InputError(`BMP of ${bits} bits with compression ${compression} is not read; save it as PNG`);
  // The masks are fields of larger headers; behind the smallest one, they follow.
  const maskCount = !hasFields ? 0 : compression === ALPHA_BIT_FIELDS || size >= 56 ? 4 : 3;
  if (54 + 4 * maskCount > bytes.length && hasFields) throw new Damage("no header");
  const masks = hasFields
    ? [0, 1, 2, 3].map((i) => (i < maskCount ? view.getUint32(54 + 4 * i, true) : 0))
    : bits === 16
      ? [0x7c00, 0x03e0, 0x001f, 0]
      : [0xff0000, 0xff00, 0xff, 0];
  const paletteStart = 14 + size + (size === 40 ? 4 * maskCount : 0);
  const start = view.getUint32(10, true);
  const paletteStep = isFirst ? 3 : 4;
  const colours = bits > 8 ? 0 : Math.min(field(46) || 2 ** bits, 2 ** bits);
  // Some writers leave out colours that no pixel has.
  const end = Math.min(paletteStart + colours * paletteStep, bytes.length, start > paletteStart ? start : bytes.length);
  const palette = bytes.subarray(paletteStart, end);
  return { width, height, isTopDown: storedHeight < 0, bits, compression, palette, paletteStep, masks, start };
}

/** Rows begin at multiples of 4 bytes. */
function rowBytesOf({ width, bits }: Header): number {
  return 4 * Math.ceil((width * bits) / 32);
}

function plainIndices(bytes: Uint8Array, header: Header): Uint8Array {
  const { width, height, bits, start } = header;
  const rowBytes = rowBytesOf(header);
  if (start + height * rowBytes > bytes.length) throw new Damage("no end");
  const indices = new Uint8Array(width * height);
  const mask = (1 << bits) - 1;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      indices[to++] = (bytes[start + y * rowBytes + (bit >> 3)] >> (8 - bits - (bit & 7))) & mask;
    }
  }
  return indices;
}

/** Run-length coded indices; those of pixels that are left out are 0. */
function runs(packed: Uint8Array, { width, height, bits }: Header): Uint8Array {
  const indices = new Uint8Array(width * height);
  let [x, y, at] = [0, 0, 0];
  const put = (index: number) => {
    if (x < width && y < height) indices[y * width + x] = index;
    x++;
  };
  while (y < height) {
    if (at + 2 > packed.length) throw new Damage("no end");
    const [count, value] = [packed[at], packed[at + 1]];
    at += 2;
    const half = (byte: number, i: number) => (bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15);
    if (count > 0) for (let i = 0; i < count; i++) put(half(value, i));
    else if (value === 0) [x, y] = [0, y + 1];
    else if (value === 1) break;
    else if (value === 2) {
      if (at + 2 > packed.length) throw new Damage("no end");
      [x, y] = [x + packed[at], y + packed[at + 1]];
      at += 2;
    } else {
      // As many indices as they are, padded to two bytes.
      const size = Math.ceil((value * bits) / 8);
      if (at + size > packed.length) throw new Damage("no end");
      for (let i = 0; i < value; i++) put(half(packed[at + Math.floor((i * bits) / 8)], i));
      at += size + (size % 2);
    }
  }
  return indices;
}

/** How a channel is read; without a mask it is 0. */
function channelOf(mask: number, channel: number): { mask: number; shift: number; factor: number } {
  if (mask === 0) return { mask, shift: 0, factor: 0 };
  const shift = 31 - Math.clz32(mask & -mask);
  const full = mask >>> shift;
  if ((full & (full + 1)) !== 0) throw new Damage(`wrong mask of ${["red", "green", "blue", "alpha"][channel]}`);
  return { mask, shift, factor: 255 / full };
}
