import { hasText } from "./decoder.ts";

/** Brands of ISO media files (`ftyp`). */
const brands: Readonly<Record<string, string>> = {
  heic: "a HEIC file",
  heix: "a HEIC file",
  heim: "a HEIC file",
  heis: "a HEIC file",
  hevc: "a HEIC file",
  mif1: "a HEIC file",
  msf1: "a HEIC file",
  avif: "an AVIF file",
  avis: "an AVIF file",
};

/** Other files that people try, by how they begin. */
const beginnings: readonly (readonly [start: string, kind: string])[] = [
  ["II*\0", "a TIFF file"],
  ["MM\0*", "a TIFF file"],
  ["II+\0", "a TIFF file"],
  ["MM\0+", "a TIFF file"],
  ["\xff\x0a", "a JPEG XL file"],
  ["\0\0\0\x0cJXL ", "a JPEG XL file"],
  ["\0\0\0\x0cjP  ", "a JPEG 2000 file"],
  ["\xff\x4f\xff\x51", "a JPEG 2000 file"],
  ["8BPS", "a Photoshop file"],
  ["\0\0\x01\0", "an icon file"],
  ["qoif", "a QOI file"],
  ["%!PS", "a PostScript file"],
];

/** What a file is that is none of the formats that are read, and what to do with it. */
export function otherFormat(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file; save the picture again";
  if (hasText(bytes, 0, "%PDF")) return "a PDF file; export the page as PNG";
  const brand = hasText(bytes, 4, "ftyp") && brands[String.fromCharCode(...bytes.subarray(8, 12))];
  if (brand) return `${brand}; export it as JPEG`;
  const known = beginnings.find(([start]) => hasText(bytes, 0, start));
  if (known) return `${known[1]}; export it as PNG`;
  // Netpbm: P1 to P7 and white space.
  if (/^P[1-7]\s/.test(String.fromCharCode(...bytes.subarray(0, 3)))) return "a Netpbm file; export it as PNG";
  const text = new TextDecoder().decode(bytes.subarray(0, 1000)).trimStart();
  if (/^<(\?xml|!--|!DOCTYPE svg|svg)/i.test(text) && /<svg\b/i.test(text)) return "an SVG file; export it as PNG";
  if (/^<(!DOCTYPE html|html)/i.test(text)) return "a web page; save the picture itself";
  return "other data; save the picture as PNG";
}
