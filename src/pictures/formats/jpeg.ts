/** JPEG (ITU-T T.81), baseline and progressive, by libjpeg-turbo. */
import { InputError } from "../../core/errors.ts";
import { checkSize, Damage, type Decoded, hasText, joined, viewOf } from "./decoder.ts";
import { orientationOf } from "./exif-orientation.ts";
import { allocated, type WasmDecoder, withDecoder } from "./wasm-decoder.ts";

/** Of TurboJPEG's interface; all return 0 or, on an error, -1. */
interface TurboJpeg extends WasmDecoder {
  tjInitDecompress(): number;
  /** Decodes to the largest of its scales, in eighths, that fits width x height. */
  tjDecompress2(
    ...[decompressor, file, size, pixels, width, rowBytes, height, pixelFormat, flags]: number[] & { length: 9 }
  ): number;
}

const RGBA = 7;
const CMYK = 11;

/**
 * A progressive file may repeat scans without end, and each scan costs a pass over all pixels. libjpeg writes at most 18
 * for four components.
 */
const MAX_SCANS = 50;

const load = () => import("./generated/jpeg-turbo.ts");

/** The same pixels as Pillow's, which uses libjpeg-turbo too. CMYK is taken as inverted, as Adobe writes it. */
export async function decodeJpeg(bytes: Uint8Array, longest: number): Promise<Decoded> {
  const { width, height, components, orientation, pixels: file } = partsOf(bytes);
  checkSize(width, height);
  const longer = Math.max(width, height);
  const eighths = [1, 2, 3, 4, 5, 6, 7].find((n) => Math.ceil((longer * n) / 8) >= longest) ?? 8;
  const [columns, rows] = [width, height].map((side) => Math.ceil((side * eighths) / 8));
  const data = await withDecoder<TurboJpeg, Uint8Array>(load, file, (decoder, address) => {
    const size = 4 * columns * rows;
    const pixels = allocated(decoder, size);
    const format = components === 4 ? CMYK : RGBA;
    const decompressor = decoder.tjInitDecompress();
    if (
      decompressor === 0 ||
      decoder.tjDecompress2(decompressor, address, file.length, pixels, columns, 4 * columns, rows, format, 0) !== 0
    )
      throw new Damage("its pixels cannot be decoded");
    return new Uint8Array(decoder.memory.buffer, pixels, size).slice();
  });
  if (components === 4) rgbOfInvertedCmyk(data);
  return { width: columns, height: rows, data, orientation, ...(eighths < 8 && { unit: 8 / eighths }) };
}

interface Parts {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly orientation: number | undefined;
  /** A file of only the segments that the pixels need. */
  readonly pixels: Uint8Array;
}

/** Kinds of frames (the SOF markers) that libjpeg-turbo does not decode. */
const otherFrames: Readonly<Record<number, string>> = {
  195: "lossless",
  197: "hierarchical",
  198: "hierarchical",
  199: "hierarchical",
  201: "arithmetically coded",
  202: "arithmetically coded",
  203: "arithmetically coded",
  205: "hierarchical",
  206: "hierarchical",
  207: "hierarchical",
};

const [SOF0, SOF2, DHT, EOI, SOS, DQT, DRI, JFIF, EXIF, ADOBE] = [
  0xc0, 0xc2, 0xc4, 0xd9, 0xda, 0xdb, 0xdd, 0xe0, 0xe1, 0xee,
];
const needed = [DHT, DQT, DRI];

/**
 * Reads the segments up to the end of the picture. What the pixels do not need is left out, so that a damaged comment
 * does not matter, and a warning of the decoder always means damaged pixels.
 */
function partsOf(bytes: Uint8Array): Parts {
  const view = viewOf(bytes);
  let frame: { width: number; height: number; components: number } | undefined;
  let orientation: number | undefined;
  let scans = 0;
  const kept = [bytes.subarray(0, 2)];
  for (let at = nextMarker(bytes, 2); bytes[at + 1] !== EOI; ) {
    const marker = bytes[at + 1];
    const end = at + 4 <= bytes.length ? at + 2 + view.getUint16(at + 2) : at;
    if (end < at + 4 || end > bytes.length) throw new Damage("no end");
    const segment = bytes.subarray(at + 4, end);
    const next = nextMarker(bytes, end);
    const kind = otherFrames[marker];
    if (kind) throw new InputError(`${kind} JPEG is not read; save it as baseline JPEG or PNG`);
    if (marker >= SOF0 && marker <= SOF2) {
      if (segment.length < 6 || frame) throw new Damage("wrong header");
      if (segment[0] !== 8) throw new InputError(`JPEG of ${segment[0]} bits is not read; save it with 8 bits`);
      const [height, width] = [1, 3].map((offset) => segment[offset] * 256 + segment[offset + 1]);
      frame = { width, height, components: segment[5] };
      kept.push(bytes.subarray(at, end));
    } else if (marker === SOS) {
      scans++;
      kept.push(bytes.subarray(at, next));
    } else if (marker === EXIF && hasText(segment, 0, "Exif\0\0")) orientation ??= orientationOf(segment.subarray(6));
    else if (
      needed.includes(marker) ||
      (marker === JFIF && hasText(segment, 0, "JFIF\0")) ||
      (marker === ADOBE && hasText(segment, 0, "Adobe"))
    )
      kept.push(bytes.subarray(at, end));
    at = next;
  }
  if (!frame || scans === 0) throw new Damage("no pixels");
  if (scans > MAX_SCANS)
    throw new InputError(`expected a JPEG file of at most ${MAX_SCANS} scans, got ${scans}; save it again`);
  return { ...frame, orientation, pixels: joined([...kept, Uint8Array.of(0xff, EOI)]) };
}

/** Where the next marker is; a zero and the restart markers after 255 are parts of a scan. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw new Damage("no end");
}

/** In place. Without a colour profile, ink and black ink take their share of the light, as in browsers and Pillow. */
function rgbOfInvertedCmyk(data: Uint8Array): void {
  for (let i = 0; i < data.length; i += 4) {
    const black = data[i + 3];
    for (let k = 0; k < 3; k++) data[i + k] = Math.round((data[i + k] * black) / 255);
    data[i + 3] = 255;
  }
}
