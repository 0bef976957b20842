import { type Decoder, hasText } from "./decoder.ts";

interface Format {
  /** Whether a file begins as those of this format do. */
  readonly begins: (bytes: Uint8Array) => boolean;
  /** A module of its own, so that a page loads only the decoders of the files that it reads. */
  readonly load: () => Promise<Decoder>;
}

/** The formats that are read, by name. */
export const formats = {
  PNG: {
    begins: (bytes) => hasText(bytes, 0, "\x89PNG\r\n\x1a\n"),
    load: async () => (await import("./png.ts")).decodePng,
  },
  JPEG: {
    begins: (bytes) => hasText(bytes, 0, "\xff\xd8\xff"),
    load: async () => (await import("./jpeg.ts")).decodeJpeg,
  },
  WebP: {
    begins: (bytes) => hasText(bytes, 0, "RIFF") && hasText(bytes, 8, "WEBP"),
    load: async () => (await import("./webp.ts")).decodeWebp,
  },
  GIF: {
    begins: (bytes) => hasText(bytes, 0, "GIF87a") || hasText(bytes, 0, "GIF89a"),
    load: async () => (await import("./gif.ts")).decodeGif,
  },
  BMP: {
    begins: (bytes) => hasText(bytes, 0, "BM"),
    load: async () => (await import("./bmp.ts")).decodeBmp,
  },
} satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;

/** The format of a file; undefined for another one than these. */
export function formatOf(bytes: Uint8Array): FormatName | undefined {
  return (Object.keys(formats) as FormatName[]).find((name) => formats[name].begins(bytes));
}
