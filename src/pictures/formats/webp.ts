/** WebP (RFC 9649), lossy and lossless, with and without alpha, by libwebp. */
import { checkSize, Damage, type Decoded, hasText, MAX_PIXELS_AT_ONCE, viewOf } from "./decoder.ts";
import { orientationOf } from "./exif-orientation.ts";
import { allocated, type WasmDecoder, withDecoder } from "./wasm-decoder.ts";

interface Libwebp extends WasmDecoder {
  /** The address of the pixels; 0 on an error. Writes two 32-bit numbers. */
  WebPDecodeRGBA(file: number, size: number, width: number, height: number): number;
}

const load = () => import("./generated/webp.ts");

/** Of an animation, the first picture on its canvas, which is transparent elsewhere. */
export async function decodeWebp(bytes: Uint8Array): Promise<Decoded> {
  const size = viewOf(bytes).getUint32(4, true);
  if (size + 8 > bytes.length) throw new Damage("no end");
  const chunks = chunksOf(bytes.subarray(12, size + 8));
  const first = (type: string) => chunks.find((chunk) => chunk.type === type)?.data;
  const frame = first("ANMF");
  const exif = first("EXIF");
  // Before 2015, some programs put JPEG's "Exif" in front.
  const orientation = exif && orientationOf(hasText(exif, 0, "Exif\0\0") ? exif.subarray(6) : exif);
  if (!frame) return { ...(await still(bytes, chunks)), orientation };
  const canvas = first("VP8X");
  if (!canvas || canvas.length < 10 || frame.length < 16) throw new Damage("wrong animation");
  const [width, height] = [1 + uint24(canvas, 4), 1 + uint24(canvas, 7)];
  checkSize(width, height, MAX_PIXELS_AT_ONCE);
  const [left, top] = [2 * uint24(frame, 0), 2 * uint24(frame, 3)];
  // The decoder takes the chunks of a frame as they are.
  const picture = await still(frame.subarray(16), chunksOf(frame.subarray(16)));
  if (left + picture.width > width || top + picture.height > height) throw new Damage("wrong animation");
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(4 * y * picture.width, 4 * (y + 1) * picture.width);
    data.set(row, 4 * ((top + y) * width + left));
  }
  return { width, height, data, orientation };
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

function chunksOf(bytes: Uint8Array): Chunk[] {
  const view = viewOf(bytes);
  const chunks: Chunk[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    if (at + 8 + size > bytes.length) throw new Damage("no end");
    const type = String.fromCharCode(...bytes.subarray(at, at + 4));
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + size) });
    at += 8 + size + (size % 2);
  }
  return chunks;
}

/** @param chunks those of `file`, among them the picture's */
async function still(file: Uint8Array, chunks: readonly Chunk[]): Promise<Decoded> {
  const pixels = chunks.find(({ type }) => type === "VP8 " || type === "VP8L");
  if (!pixels || pixels.data.length < 10) throw new Damage("no picture");
  const [width, height] = sizeOf(pixels);
  checkSize(width, height, MAX_PIXELS_AT_ONCE);
  return withDecoder<Libwebp, Decoded>(load, file, (decoder, address) => {
    const sides = allocated(decoder, 8);
    const at = decoder.WebPDecodeRGBA(address, file.length, sides, sides + 4);
    const { buffer } = decoder.memory;
    if (at === 0 || new Uint32Array(buffer, sides, 2).some((side, i) => side !== [width, height][i]))
      throw new Damage("its pixels cannot be decoded");
    return { width, height, data: new Uint8Array(buffer, at, 4 * width * height).slice() };
  });
}

/** Width and height in the headers of the two codecs: both have 14 bits for each (RFC 6386, 9.1; RFC 9649, 3.4). */
function sizeOf({ type, data }: Chunk): [width: number, height: number] {
  const view = viewOf(data);
  if (type === "VP8 ") return [view.getUint16(6, true) & 0x3fff, view.getUint16(8, true) & 0x3fff];
  const bits = view.getUint32(1, true);
  return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
}

function uint24(bytes: Uint8Array, at: number): number {
  return bytes[at] + 256 * bytes[at + 1] + 65536 * bytes[at + 2];
}
