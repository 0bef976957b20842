/**
 * How the networks that ship read digits of other sources, and drawings that are no digit: `node bench/reader.js
 * [--count 500] [--modules DIR] [--unipen DIR] [--optdigits FILE] [--semeion FILE]` after `npm run build`, with MNIST
 * where `lenet5 train` finds it. Without the other options, their sources are left out:
 * - --modules: a folder node_modules with the packages that `node tools/reader.js --packages` prints, and simple-icons;
 * - --unipen: the release train_r01_v07 of UNIPEN;
 * - --optdigits: UCI's images of 8x8, sklearn/datasets/data/digits.csv.gz of the Python package scikit-learn;
 * - --semeion: UCI's semeion.data, 16x16 in black and white.
 * Everything is drawn as a picture, dark on light, and goes through the whole preparation. None of the images has
 * trained one of the networks. "read right" counts what the network reads, whatever the verdict.
 */
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { random } from "../dist/core/random.js";
import { ink } from "../dist/data/digits/raster.js";
import { pretrained } from "../dist/index.js";
import { mnistPreparation } from "../dist/pictures/preparation.js";
import { answersFor } from "../dist/reading/model-reader.js";
import { readParts } from "../dist/reading/read-parts.js";
import { glyphs, icons } from "../tools/reader/drawings.js";
import { LETTERS, validationFonts } from "../tools/reader/fonts.js";
import { neededMnist } from "./mnist.js";
import { parsed, whole } from "./options.js";
import { unipen } from "./reader/unipen.js";

/** @typedef {import("../dist/pictures/mnist-frame.js").Ink} Ink */
/** @typedef {{ ink: Ink, answer: string }} Sample the answer is "" for what is no digit */
/** @typedef {import("../dist/core/random.js").Random} Random */

const values = parsed({
  count: { type: "string", default: "500" },
  modules: { type: "string" },
  unipen: { type: "string" },
  optdigits: { type: "string" },
  semeion: { type: "string" },
});
const count = whole("--count", values.count);

/** At most `count` of a list, at random. @template Item @param {readonly Item[]} items @param {string} name @returns {Item[]} */
function some(items, name) {
  const order = Uint32Array.from(items.keys());
  random(1, name).shuffle(order);
  return Array.from(order.subarray(0, count), (i) => items[i]);
}

/** Enlarged with linear interpolation, in a margin. @param {Ink} small @param {number} factor @returns {Ink} */
function enlarged(small, factor) {
  const margin = Math.round((factor * small.rows) / 5);
  const [rows, columns] = [small.rows, small.columns].map((side) => side * factor + 2 * margin);
  /** @param {number} i @param {number} side */
  const from = (i, side) => Math.min(Math.max((i - margin + 0.5) / factor - 0.5, 0), side - 1);
  /** @param {number} row @param {number} column */
  const at = (row, column) =>
    small.data[Math.min(row, small.rows - 1) * small.columns + Math.min(column, small.columns - 1)];
  const data = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const isOutside = Math.min(row, column, rows - 1 - row, columns - 1 - column) < margin;
    if (isOutside) return 0;
    const [y, x] = [from(row, small.rows), from(column, small.columns)];
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const upper = at(top, left) + (x - left) * (at(top, left + 1) - at(top, left));
    const lower = at(top + 1, left) + (x - left) * (at(top + 1, left + 1) - at(top + 1, left));
    return upper + (y - top) * (lower - upper);
  });
  return { rows, columns, data };
}

/** Strokes drawn with a pen between that of a mouse and a marker. @param {readonly { x: number, y: number }[][]} strokes @param {Random} dice @returns {Ink} */
function drawn(strokes, dice) {
  const points = strokes.flat();
  const [left, top] = [Math.min(...points.map(({ x }) => x)), Math.min(...points.map(({ y }) => y))];
  const [wide, high] = [Math.max(...points.map(({ x }) => x)) - left, Math.max(...points.map(({ y }) => y)) - top];
  const size = dice.uniform(60, 140);
  const scale = size / Math.max(wide, high, 1);
  const radius = size * dice.uniform(0.015, 0.05);
  const margin = radius + size * dice.uniform(0.08, 0.3);
  const [rows, columns] = [high, wide].map((side) => Math.round(side * scale + 2 * margin));
  const path = strokes.map((stroke) =>
    (stroke.length > 1 ? stroke : [...stroke, ...stroke]).map(({ x, y }) => ({
      x: (x - left) * scale + margin,
      y: (y - top) * scale + margin,
      radius,
    })),
  );
  return ink(path, { rows, columns, data: new Float32Array(rows * columns) });
}

/** Images of few pixels, one a line: values from 0 to `full`, then the label. @param {string[]} lines @param {number} side @param {number} full @param {(rest: number[]) => number} label @returns {Sample[]} */
function samplesOfLines(lines, side, full, label) {
  return lines.map((line) => {
    const numbers = line
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    const data = Float32Array.from(numbers.slice(0, side * side), (value) => value / full);
    return {
      ink: enlarged({ rows: side, columns: side, data }, Math.round(80 / side)),
      answer: String(label(numbers.slice(side * side))),
    };
  });
}

/** @returns {Generator<[source: string, samples: Sample[]]>} */
function* sources() {
  const { images, labels } = train;
  const last = Array.from({ length: labels.length - 55_000 }, (_, i) => 55_000 + i);
  yield [
    "MNIST, training images from 55,000 on",
    some(last, "mnist").map((i) => {
      const data = Float32Array.from(images.data.subarray(784 * i, 784 * (i + 1)), (byte) => byte / 255);
      return { ink: enlarged({ rows: 28, columns: 28, data }, 3), answer: String(labels[i]) };
    }),
  ];
  const { modules, unipen: release, optdigits, semeion } = values;
  if (release !== undefined) {
    const dice = random(1, "pens");
    /** @param {"1a" | "1b" | "1c" | "1d"} part @param {string} wanted */
    const characters = (part, wanted) => unipen(release, part).filter(({ label }) => wanted.includes(label));
    yield [
      "UNIPEN, digits on tablets",
      some(characters("1a", "0123456789"), "1a").map(({ label, strokes }) => ({
        ink: drawn(strokes, dice),
        answer: label,
      })),
    ];
    const letters = "AEFHKMNPRTVWXaefhkmnprtvwxy";
    yield [
      "none: UNIPEN's letters",
      some([...characters("1b", letters), ...characters("1c", letters)], "1b").map(({ strokes }) => ({
        ink: drawn(strokes, dice),
        answer: "",
      })),
    ];
    yield [
      "none: UNIPEN's symbols",
      some(characters("1d", '#&@%?+=*$":;'), "1d").map(({ strokes }) => ({ ink: drawn(strokes, dice), answer: "" })),
    ];
  }
  if (optdigits !== undefined) {
    const lines = gunzipSync(readFileSync(optdigits)).toString().trim().split("\n");
    yield ["optdigits, 8x8", samplesOfLines(some(lines, "optdigits"), 8, 16, ([label]) => label)];
  }
  if (semeion !== undefined) {
    const lines = readFileSync(semeion, "utf8").trim().split("\n");
    yield ["Semeion, 16x16, black and white", samplesOfLines(some(lines, "semeion"), 16, 1, (bits) => bits.indexOf(1))];
  }
  if (modules !== undefined) {
    /** @param {string} characters */
    const ofFonts = (characters) => validationFonts.flatMap((font) => glyphs(modules, font, characters));
    yield ["fonts, digits", ofFonts("0123456789").map(({ ink, character }) => ({ ink, answer: character }))];
    yield [
      "none: fonts, letters and symbols",
      some(ofFonts(LETTERS), "letters").map(({ ink }) => ({ ink, answer: "" })),
    ];
    const folder = `${modules}/simple-icons/icons`;
    const logos = some(
      readdirSync(folder).filter((name) => name.endsWith(".svg")),
      "logos",
    ).map((name) => `${folder}/${name}`);
    yield ["none: logos of simple-icons", icons(logos).map((ink) => ({ ink, answer: "" }))];
  }
}

/** @param {Ink} drawing @returns {import("../dist/index.js").Picture} */
function picture({ rows, columns, data }) {
  const pixels = Uint8Array.from({ length: 4 * data.length }, (_, i) =>
    i % 4 === 3 ? 255 : Math.round(240 - 215 * data[i >> 2]),
  );
  return { width: columns, height: rows, data: pixels };
}

const { train } = await neededMnist({ size: 28 });
const networks = /** @type {const} */ (["article", "reader"]);
const models = await Promise.all(networks.map((network) => pretrained({ network, threads: 1 })));
console.log(`${"".padEnd(38)} pictures   network  read right  sure, wrong  unsure    none  several`);
for (const [name, samples] of sources()) {
  const parts = await Promise.all(samples.map(({ ink }) => readParts(picture(ink), mnistPreparation(2), { name })));
  for (const [k, model] of models.entries()) {
    const answers = await answersFor(model, parts);
    /** @param {(answer: import("../dist/index.js").PictureAnswer, i: number) => boolean} is */
    const percent = (is) => `${((100 * answers.filter(is).length) / answers.length).toFixed(1)}%`;
    const columns = [
      percent(({ parts }, i) => parts.length === 1 && parts[0].className === samples[i].answer),
      percent(({ text, verdict }, i) => verdict === "sure" && text !== samples[i].answer),
      percent(({ verdict }) => verdict === "unsure"),
      percent(({ verdict }) => verdict === "none"),
      percent(({ verdict }) => verdict === "several"),
    ];
    const [a, b, c, d, e] = columns.map((text, i) => text.padStart([11, 12, 7, 7, 8][i]));
    console.log(
      `${(k === 0 ? name : "").padEnd(38)} ${(k === 0 ? String(samples.length) : "").padStart(8)} ${networks[k].padStart(9)} ${a} ${b} ${c} ${d} ${e}`,
    );
  }
}
