/** PNG (W3C's specification, third edition): all colour types, depths and transparencies, interlaced or not. */
import { inflateZlib, inflateZlibInParts } from "#platform";
import { crc32 } from "../../core/crc32.ts";
import { InputError } from "../../core/errors.ts";
import { checkSize, Damage, type Decoded, joined, viewOf } from "./decoder.ts";
import { orientationOf } from "./exif-orientation.ts";
import { FullSize, HalfSize, halved, isHalfEnough } from "./half-size.ts";
import { filteredBytes, type PngColours, type PngHeader, PngRows } from "./png-rows.ts";

/** Of each colour type, the number of channels and the allowed bit depths. */
const colourTypes: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] }, // grey
  2: { channels: 3, depths: [8, 16] }, // RGB
  3: { channels: 1, depths: [1, 2, 4, 8] }, // palette
  4: { channels: 2, depths: [8, 16] }, // grey and alpha
  6: { channels: 4, depths: [8, 16] }, // RGB and alpha
};

/** A picture of more filtered bytes is unpacked and decoded row by row: it never is in memory as a whole. */
const AT_ONCE = 2 ** 22;

/** Deflate makes no more bytes of one. */
const MAX_RATIO = 1032;

/** 16 bits are cut to the upper 8. Of an animated PNG, the still picture is read. */
export async function decodePng(bytes: Uint8Array, longest: number): Promise<Decoded> {
  const chunks = chunksOf(bytes);
  const header = headerOf(chunks.get("IHDR"));
  const { width, height, isInterlaced } = header;
  const colours = coloursOf(header, chunks.get("PLTE"), chunks.get("tRNS"));
  const packed = joined(chunks.get("IDAT") ?? []);
  if (filteredBytes(header) > MAX_RATIO * (packed.length + 1)) throw new Damage("its pixels are not there");
  const isHalved = isHalfEnough(width, height, longest);
  const target = isHalved && !isInterlaced ? new HalfSize(width, height) : new FullSize(width, height);
  await unpackInto(new PngRows(header, colours, target), packed);
  const picture = isHalved && isInterlaced ? halved(target.picture) : target.picture;
  const [exif] = chunks.get("eXIf") ?? [];
  return { ...picture, orientation: exif && orientationOf(exif) };
}

/** Unpacks exactly the filtered rows. A zip bomb is not unpacked further. */
async function unpackInto(rows: PngRows, packed: Uint8Array): Promise<void> {
  const { size } = rows;
  let got = 0;
  try {
    if (size <= AT_ONCE) {
      const data = await inflateZlib(packed, size);
      got = data.length;
      rows.push(data);
    } else {
      for await (const part of inflateZlibInParts(packed)) {
        got += part.length;
        if (got > size) break;
        rows.push(part);
      }
    }
  } catch (error) {
    if (error instanceof Damage || error instanceof InputError) throw error;
    throw new Damage("its pixels cannot be unpacked", { cause: error });
  }
  if (got > size) throw new Damage(`more than ${size} bytes of pixels`);
  if (got < size) throw new Damage(`${got} bytes of pixels instead of ${size}`);
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

function headerOf(chunks: readonly Uint8Array[] = []): PngHeader {
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

function coloursOf(
  { depth, channels, hasPalette }: PngHeader,
  palettes: readonly Uint8Array[] = [],
  transparencies: readonly Uint8Array[] = [],
): PngColours {
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
