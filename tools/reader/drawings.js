/** Drawings as ink: characters of fonts, icons, and strokes of a pen. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

/** @typedef {import("../../dist/pictures/mnist-frame.js").Ink} Ink */

const require = createRequire(import.meta.url);
await initWasm(readFileSync(require.resolve("@resvg/resvg-wasm/index_bg.wasm")));

/** Pixels of a drawing's side. */
const SIDE = 72;

/**
 * Characters as a font draws them.
 * @param {string} modules a folder node_modules
 * @param {string} font the name of a package of @fontsource
 * @param {string} characters
 * @returns {{ character: string, ink: Ink }[]} without those that the font lacks
 */
export function glyphs(modules, font, characters) {
  const folder = `${modules}/@fontsource/${font}`;
  const { family } = JSON.parse(readFileSync(`${folder}/metadata.json`, "utf8"));
  const file = ["latin", "chinese-simplified", "korean", "japanese"]
    .map((subset) => `${folder}/files/${font}-${subset}-400-normal.woff2`)
    .find((path) => existsSync(path));
  if (file === undefined) throw new Error(`${folder} has no file of the weight 400`);
  const escaped = (/** @type {string} */ character) => `&#${character.codePointAt(0)};`;
  const texts = [...characters].map(
    (character) => `<text x="36" y="50" font-size="44" text-anchor="middle">${escaped(character)}</text>`,
  );
  const inks = rendered(texts, `font-family="${family}"`, {
    fontBuffers: [new Uint8Array(readFileSync(file))],
    defaultFontFamily: family,
  });
  return [...characters]
    .map((character, i) => ({ character, ink: inks[i] }))
    .filter(({ ink }) => ink.data.some((value) => value > 0.5));
}

/** Icons. @param {readonly string[]} files SVG files @returns {Ink[]} */
export function icons(files) {
  const drawings = files.map((file) => {
    const text = readFileSync(file, "utf8");
    const box = /viewBox="([^"]+)"/.exec(text)?.[1] ?? "0 0 24 24";
    const body = text.slice(text.indexOf(">", text.indexOf("<svg")) + 1, text.lastIndexOf("</svg>"));
    const paint = [...(/<svg[^>]*>/.exec(text)?.[0] ?? "").matchAll(/ ((?:fill|stroke)[\w-]*="[^"]*")/g)].map(
      ([, found]) => found,
    );
    return `<svg x="8" y="8" width="56" height="56" viewBox="${box}" ${paint.join(" ").replaceAll("currentColor", "black")}>${body.replaceAll("currentColor", "black")}</svg>`;
  });
  return rendered(drawings, "", {});
}

/** @param {readonly string[]} drawings SVG in boxes of SIDE x SIDE @param {string} attributes @param {object} font @returns {Ink[]} */
function rendered(drawings, attributes, font) {
  const perRow = 16;
  /** @type {Ink[]} */
  const inks = [];
  for (let from = 0; from < drawings.length; from += 256) {
    const part = drawings.slice(from, from + 256);
    const rows = Math.ceil(part.length / perRow);
    const cells = part.map(
      (drawing, i) =>
        `<g transform="translate(${SIDE * (i % perRow)} ${SIDE * Math.floor(i / perRow)})">${drawing}</g>`,
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE * perRow}" height="${SIDE * rows}" ${attributes}>${cells.join("")}</svg>`;
    const { pixels, width } = new Resvg(svg, { font }).render();
    part.forEach((_, i) => {
      const [left, top] = [SIDE * (i % perRow), SIDE * Math.floor(i / perRow)];
      const data = Float32Array.from({ length: SIDE * SIDE }, (_, at) => {
        const pixel = (top + Math.floor(at / SIDE)) * width + left + (at % SIDE);
        return pixels[4 * pixel + 3] / 255;
      });
      inks.push({ rows: SIDE, columns: SIDE, data });
    });
  }
  return inks;
}
