import { type DecodedPng, decode } from "fast-png";
import { InputError } from "../../core/errors.ts";
import type { Picture } from "../picture.ts";

/** A photo of 64 megapixels; larger pictures are refused before they are unpacked. */
const MAX_PIXELS = 2 ** 26;

/** Bit depths per PNG colour type, and its number of channels. */
const colourTypes: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] }, // grey
  2: { channels: 3, depths: [8, 16] }, // RGB
  3: { channels: 1, depths: [1, 2, 4, 8] }, // palette
  4: { channels: 2, depths: [8, 16] }, // grey and alpha
  6: { channels: 4, depths: [8, 16] }, // RGB and alpha
};

/**
 * Decodes a PNG: grey, RGB or palette, 1 to 16 bits (of which the upper 8 are kept), with or without alpha,
 * interlaced only with at least 8 bits. Of an animated PNG, the still picture is read.
 *
 * Chunks that the picture does not need are skipped, and the size of the unpacked data is checked against the header
 * first, so that a small file cannot use much memory.
 *
 * @param name the file's name in errors
 * @throws InputError for another format, a damaged file, more than 2^26 pixels, and interlacing below 8 bits
 */
export async function readPng(bytes: Uint8Array, name = "image"): Promise<Picture> {
  const fail = (problem: string, cause?: unknown) => new InputError(`${name}: ${problem}`, { cause });
  if (signature.some((byte, index) => bytes[index] !== byte)) {
    throw fail("expected a PNG file, got other data; convert the picture to PNG");
  }
  const chunks = pictureChunks(bytes);
  const header = chunks?.[0];
  if (chunks === undefined || header?.type !== "IHDR" || header.data.length !== 13) {
    throw fail("the PNG file is cut or damaged; save it again");
  }
  const view = new DataView(header.data.buffer, header.data.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colourType, interlace] = [header.data[8], header.data[9], header.data[12]];
  const layout = colourTypes[colourType];
  if (!layout?.depths.includes(depth))
    throw fail(`PNG has no colour type ${colourType} with ${depth} bits; save it again`);
  if (width < 1 || height < 1 || width * height > MAX_PIXELS) {
    throw fail(`expected 1 to ${MAX_PIXELS} pixels, got ${width}x${height}; shrink the picture`);
  }
  if (interlace > 0 && depth < 8) throw fail(`an interlaced PNG of ${depth} bits is not read; save it not interlaced`);
  const palettes = chunks.filter(({ type }) => type === "PLTE").length;
  if (colourType === 3 && palettes !== 1) throw fail(`expected one palette, got ${palettes}; save the picture again`);
  const rowBytes = (columns: number) => 1 + Math.ceil((columns * depth * layout.channels) / 8);
  const expected = interlace > 0 ? interlacedSize(width, height, rowBytes) : height * rowBytes(width);
  const packed = chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data);
  try {
    const size = await inflatedSize(packed, expected);
    if (size !== expected) throw new Error(`${size} bytes of pixels instead of ${expected}`);
    // In a PNG with direct colours, a palette is only a suggestion for old displays.
    const used = chunks.filter(({ type }) => type !== "PLTE" || colourType === 3).map(({ whole }) => whole);
    return pictureOf(decode(joined([signature, ...used]), { checkCrc: true }), name);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, " ") : String(error);
    throw fail(`the PNG file is damaged (${reason}); save it again`, error);
  }
}

const signature = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** With length, type and checksum. */
  readonly whole: Uint8Array;
}

const needed = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];

/** The chunks of the still picture up to IEND; undefined if the file ends before it. */
function pictureChunks(bytes: Uint8Array): Chunk[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = signature.length; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return undefined;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const chunk = { type, data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) };
    if (needed.includes(type)) chunks.push(chunk);
    if (type === "IEND") return chunks;
    at = end;
  }
  return undefined;
}

/** The number of bytes that the zlib stream unpacks to; stops at the first count above `max`. */
async function inflatedSize(packed: Uint8Array[], max: number): Promise<number> {
  const stream = new Blob(packed.map((part) => new Uint8Array(part))).stream();
  const reader = stream.pipeThrough(new DecompressionStream("deflate")).getReader();
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size <= max) continue;
    await reader.cancel();
    break;
  }
  return size;
}

/** Adam7: seven passes of every 8th, 4th or 2nd row and column (PNG specification, 8.1). */
function interlacedSize(width: number, height: number, rowBytes: (columns: number) => number): number {
  const passes = ["0088", "4088", "0448", "2044", "0224", "1022", "0112"].map((pass) => [...pass].map(Number));
  return passes.reduce((sum, [left, top, stepX, stepY]) => {
    const columns = Math.ceil((width - left) / stepX);
    const rows = Math.ceil((height - top) / stepY);
    return columns > 0 ? sum + rows * rowBytes(columns) : sum;
  }, 0);
}

function joined(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function pictureOf(png: DecodedPng, name: string): Picture {
  const { width, height, channels, depth, data, palette, transparency } = png;
  const full = 2 ** depth - 1;
  const byte = (value: number) => Math.round((255 * value) / full);
  const bytesPerRow = Math.ceil((width * depth) / 8);
  const rgba = new Uint8Array(4 * width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 4) {
      const at = (y * width + x) * channels;
      // Grey and palette of less than 8 bits: several pixels in a byte; each row begins with a new byte.
      const bit = x * depth;
      const value = depth < 8 ? (data[y * bytesPerRow + (bit >> 3)] >> (8 - depth - (bit & 7))) & full : data[at];
      if (palette) {
        const colour = palette[value];
        if (colour === undefined)
          throw new InputError(`${name}: a pixel's colour is not in the palette; save it again`);
        rgba.set(colour, to);
        if (colour.length === 3) rgba[to + 3] = 255;
        continue;
      }
      const [red, green, blue] = channels < 3 ? [value, value, value] : data.subarray(at, at + 3);
      const isKey =
        transparency &&
        red === transparency[0] &&
        (channels < 3 || (green === transparency[1] && blue === transparency[2]));
      const alpha = channels % 2 === 0 ? data[at + channels - 1] : full;
      rgba[to] = byte(red!);
      rgba[to + 1] = byte(green!);
      rgba[to + 2] = byte(blue!);
      rgba[to + 3] = isKey ? 0 : byte(alpha);
    }
  }
  return { width, height, data: rgba };
}
