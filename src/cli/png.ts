import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

const require = createRequire(import.meta.url);
const font = (weight: number) => `@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff2`;

let ready: Promise<Uint8Array[]> | undefined;

/**
 * An SVG as PNG, the same on every machine: the font comes along instead of being looked for. It has Latin, Greek and
 * Cyrillic letters; others are boxes.
 */
export async function pngOf(svg: string, scale: number): Promise<Uint8Array> {
  ready ??= load();
  const fontBuffers = await ready;
  // resvg knows only the older name for pixels as squares.
  const drawing = new Resvg(svg.replaceAll("image-rendering:pixelated", "image-rendering:optimizeSpeed"), {
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" },
  });
  return drawing.render().asPng();
}

async function load(): Promise<Uint8Array[]> {
  const [wasm, ...fonts] = await Promise.all(
    ["@resvg/resvg-wasm/index_bg.wasm", font(400), font(700)].map((path) => readFile(require.resolve(path))),
  );
  await initWasm(wasm);
  return fonts.map((bytes) => new Uint8Array(bytes));
}
