/** PNG (W3C's specification, third edition): all colour types, depths and transparencies, interlaced or not. */
import { inflateZlib } from "#platform";
import { crc32 } from "../../core/crc32.ts";
import { InputError } from "../../core/errors.ts";
import { checkSize, Damage, type Decoded, joined, viewOf } from "./decoder.ts";
import { orientationOf } from "./exif-orientation.ts";

/** Of each colour type, the number of channels and the allowed bit depths. */
const colourTypes: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] }, // grey
  2: { channels: 3, depths: [8, 16] }, // RGB
  3: { channels: 1, depths: [1, 2, 4, 8] }, // palette
  4: { channels: 2, depths: [8, 16] }, // grey and alpha
  6: { channels: 4, depths: [8, 16] }, // RGB and alpha
};

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly channels: number;
  readonly hasPalette: boolean;
  readonly isInterlaced: boolean;
}

/** 16 bits are cut to the upper 8. Of an animated PNG, the still picture is read. */
export async function decodePng(bytes: Uint8Array): Promise<Decoded> {
  const chunks = chunksOf(bytes);
  const header = headerOf(chunks.get("IHDR"));
  const { width, height, depth, channels } = header;
  const passes = header.isInterlaced ? adam7(width, height) : [{ left: 0, top: 0, stepX: 1, stepY: 1 }];
  const pixelBits = depth * channels;
  const sizes = passes.map(({ left, top, stepX, stepY }) => {
    const columns = Math.ceil((width - left) / stepX);
    return { columns, rows: Math.ceil((height - top) / stepY), rowBytes: Math.ceil((columns * pixelBits) / 8) };
  });
  const data = await unpacked(
    chunks.get("IDAT") ?? [],
    sizes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0),
  );
  const colours = coloursOf(header, chunks.get("PLTE"), chunks.get("tRNS"));
  const rgba = new Uint8Array(4 * width * height);
  let at = 0;
  passes.forEach(({ left, top, stepX, stepY }, i) => {
    const { columns, rows, rowBytes } = sizes[i];
    const samples = depth === 8 ? undefined : new Uint16Array(columns * channels);
    let above: Uint8Array = new Uint8Array(rowBytes);
    for (let y = 0; y < rows; y++, at += 1 + rowBytes) {
      const row = data.subarray(at + 1, at + 1 + rowBytes);
      unfilter(data[at], row, above, Math.max(1, pixelBits / 8));
      if (samples) unpackSamples(row, depth, samples);
      paint(samples ?? row, header, colours, rgba, 4 * ((top + y * stepY) * width + left), 4 * stepX);
      above = row;
    }
  });
  const [exif] = chunks.get("eXIf") ?? [];
  return { width, height, data: rgba, orientation: exif && orientationOf(exif) };
}

const needed = ["IHDR", "PLTE", "tRNS", "IDAT", "eXIf", "IEND"];

/** The contents of the chunks that the picture needs, by type. */
function chunksOf(bytes: Uint8Array): Map<string, Uint8Array[]> {
  const view = viewOf(bytes);
  const chunks = new Map<string, Uint8Array[]>();
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (needed.includes(type)) {
      if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4))
        throw new Damage(`wrong checksum of ${type}`);
      const sameType = chunks.get(type) ?? [];
      sameType.push(bytes.subarray(at + 8, end - 4));
      chunks.set(type, sameType);
    }
    if (type === "IEND") return chunks;
    at = end;
  }
  throw new Damage("no end");
}

function headerOf(chunks: readonly Uint8Array[] = []): Header {
  const [chunk] = chunks;
  if (chunks.length !== 1 || chunk.length !== 13) throw new Damage("no header");
  const view = viewOf(chunk);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colourType, compression, filter, interlace] = chunk.subarray(8);
  const layout = colourTypes[colourType];
  if (!layout?.depths.includes(depth))
    throw new InputError(`PNG has no colour type ${colourType} with ${depth} bits; save it again`);
  if (compression !== 0 || filter !== 0 || interlace > 1) throw new Damage("unknown compression, filter or interlace");
  checkSize(width, height);
  const { channels } = layout;
  return { width, height, depth, channels, hasPalette: colourType === 3, isInterlaced: interlace === 1 };
}

/** The seven passes of an interlaced picture, without those that have no pixels. */
function adam7(width: number, height: number) {
  const passes = [
    { left: 0, top: 0, stepX: 8, stepY: 8 },
    { left: 4, top: 0, stepX: 8, stepY: 8 },
    { left: 0, top: 4, stepX: 4, stepY: 8 },
    { left: 2, top: 0, stepX: 4, stepY: 4 },
    { left: 0, top: 2, stepX: 2, stepY: 4 },
    { left: 1, top: 0, stepX: 2, stepY: 2 },
    { left: 0, top: 1, stepX: 1, stepY: 2 },
  ];
  return passes.filter(({ left, top }) => left < width && top < height);
}

/** The filtered rows: exactly `size` bytes. A zip bomb is not unpacked further. */
async function unpacked(parts: readonly Uint8Array[], size: number): Promise<Uint8Array> {
  const packed = parts.length === 1 ? parts[0] : joined(parts);
  let data: Uint8Array;
  try {
    data = await inflateZlib(packed, size);
  } catch (error) {
    throw new Damage("its pixels cannot be unpacked", { cause: error });
  }
  if (data.length !== size) throw new Damage(`${data.length} bytes of pixels instead of ${size}`);
  return data;
}

/** Undoes a row's filter in place (section 9). `above`: the row above it; `step`: bytes of a pixel. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, step: number): void {
  if (filter === 1) for (let i = step; i < row.length; i++) row[i] += row[i - step];
  else if (filter === 2) for (let i = 0; i < row.length; i++) row[i] += above[i];
  else if (filter === 3)
    for (let i = 0; i < row.length; i++) row[i] += ((i < step ? 0 : row[i - step]) + above[i]) >> 1;
  else if (filter === 4) {
    for (let i = 0; i < row.length; i++) {
      const [left, upperLeft] = i < step ? [0, 0] : [row[i - step], above[i - step]];
      row[i] += paeth(left, above[i], upperLeft);
    }
  } else if (filter !== 0) throw new Damage(`unknown filter ${filter}`);
}

/** Of three neighbours, the one nearest to left + above - upperLeft. */
function paeth(left: number, above: number, upperLeft: number): number {
  const [toLeft, toAbove] = [Math.abs(above - upperLeft), Math.abs(left - upperLeft)];
  const toUpperLeft = Math.abs(left + above - 2 * upperLeft);
  if (toLeft <= toAbove && toLeft <= toUpperLeft) return left;
  return toAbove <= toUpperLeft ? above : upperLeft;
}

/** Numbers of 1, 2, 4 or 16 bits; the first is in the highest bits. */
function unpackSamples(row: Uint8Array, depth: number, samples: Uint16Array): void {
  const mask = (1 << depth) - 1;
  for (let i = 0; i < samples.length; i++) {
    const bit = i * depth;
    samples[i] = depth === 16 ? row[2 * i] * 256 + row[2 * i + 1] : (row[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
  }
}

interface Colours {
  /** RGBA of each colour, if there is a palette. */
  readonly palette: Uint8Array | undefined;
  /** Without alpha: the channels of the colour that is transparent. */
  readonly transparent: readonly number[] | undefined;
}

function coloursOf(
  { depth, channels, hasPalette }: Header,
  palettes: readonly Uint8Array[] = [],
  transparencies: readonly Uint8Array[] = [],
): Colours {
  const [transparency] = transparencies;
  if (!hasPalette) {
    // A palette is only a suggestion here, for displays of few colours.
    if (transparency === undefined || channels % 2 === 0) return { palette: undefined, transparent: undefined };
    if (transparency.length !== 2 * channels) throw new Damage("wrong transparency");
    const mask = (1 << depth) - 1;
    const transparent = Array.from({ length: channels }, (_, i) => viewOf(transparency).getUint16(2 * i) & mask);
    return { palette: undefined, transparent };
  }
  const [colours] = palettes;
  if (palettes.length !== 1 || colours.length === 0 || colours.length % 3 !== 0)
    throw new InputError(`expected one palette, got ${palettes.length}; save the picture again`);
  const palette = new Uint8Array((4 * colours.length) / 3).fill(255);
  for (let i = 0, at = 0; at < palette.length; at += 4) {
    palette.set(colours.subarray(i, i + 3), at);
    i += 3;
  }
  transparency?.forEach((alpha, i) => {
    if (4 * i < palette.length) palette[4 * i + 3] = alpha;
  });
  return { palette, transparent: undefined };
}

/** Writes a row's pixels from `to` on, `step` bytes apart. */
function paint(
  samples: Uint8Array | Uint16Array,
  { depth, channels }: Header,
  { palette, transparent }: Colours,
  rgba: Uint8Array,
  to: number,
  step: number,
): void {
  if (palette) {
    for (let i = 0; i < samples.length; i++, to += step) {
      const from = 4 * samples[i];
      if (from >= palette.length) throw new InputError("a pixel's colour is not in the palette; save it again");
      for (let k = 0; k < 4; k++) rgba[to + k] = palette[from + k];
    }
    return;
  }
  const shift = depth === 16 ? 8 : 0;
  const factor = depth < 8 ? 255 / ((1 << depth) - 1) : 1;
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const hasAlpha = channels % 2 === 0;
  for (let i = 0; i < samples.length; i += channels, to += step) {
    rgba[to] = (samples[i] * factor) >> shift;
    rgba[to + 1] = (samples[i + green] * factor) >> shift;
    rgba[to + 2] = (samples[i + blue] * factor) >> shift;
    rgba[to + 3] = hasAlpha ? samples[i + channels - 1] >> shift : 255;
    if (transparent?.every((value, k) => samples[i + k] === value)) rgba[to + 3] = 0;
  }
}
