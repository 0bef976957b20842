/** What the reader learns from, and what its training is judged by: digits, and drawings that are none. */
import { readdirSync } from "node:fs";
import { random } from "../../dist/core/random.js";
import { digits, mnist } from "../../dist/index.js";
import { frameAsMnist } from "../../dist/pictures/mnist-frame.js";
import { glyphs, icons } from "./drawings.js";
import { LETTERS, trainingFonts, validationFonts } from "./fonts.js";
import { scribble, scribbleKinds } from "./scribbles.js";

/**
 * @typedef {import("../../dist/pictures/mnist-frame.js").Ink} Ink
 * @typedef {{ images: { shape: number[], data: Uint8Array, scale: number }, labels: number[] }} Images the label of a
 *   drawing that is no digit is -1
 */

/** The packages of npm that the drawings come from. */
export const packages = [
  ...[...trainingFonts, ...validationFonts].map((font) => `@fontsource/${font}`),
  "@tabler/icons",
  "bootstrap-icons",
];

const PIXELS = 32 * 32;

/** The images of MNIST's training set that the reader learns from; the others choose and calibrate it. */
const MNIST_IMAGES = 50_000;

/** Icons in which a digit, or what looks like one, may be. */
const LIKE_DIGITS =
  /number|hexagon|square|circle|letter|octagon|calendar|clock|egg|ball|slash|minus|line|dash|oval|ring|zodiac|infinity|percent|record|moon|vr|\d/;

/** A list of images that grows. */
class Drawn {
  /** @type {Uint8Array[]} */
  #images = [];
  /** @type {number[]} */
  #labels = [];

  /** @param {Uint8Array} image 32x32 @param {number} label @param {number} [copies] */
  add(image, label, copies = 1) {
    for (let copy = 0; copy < copies; copy++) {
      this.#images.push(image);
      this.#labels.push(label);
    }
  }

  /** Each digit and each other character of fonts. @param {string} modules @param {readonly string[]} fonts @param {{ digits: number, letters: number }} copies */
  addFonts(modules, fonts, copies) {
    for (const font of fonts) {
      for (const { character, ink } of glyphs(modules, font, `0123456789${LETTERS}`)) {
        const label = "0123456789".indexOf(character);
        this.add(frameAsMnist(ink, 32), label, label < 0 ? copies.letters : copies.digits);
      }
    }
  }

  /** Icons of a folder, every `step`th. @param {string} folder @param {number} step @param {number} copies */
  addIcons(folder, step, copies) {
    const names = readdirSync(folder).filter((name) => name.endsWith(".svg") && !LIKE_DIGITS.test(name));
    const chosen = names.filter((_, i) => i % step === 0).map((name) => `${folder}/${name}`);
    for (const ink of icons(chosen)) this.add(frameAsMnist(ink, 32), -1, copies);
  }

  /** Two digits side by side, as one drawing. @param {import("../../dist/index.js").Dataset} data @param {number} from @param {number} to @param {number} count */
  addPairs(data, from, to, count) {
    for (let i = 0; i < count; i++) {
      const dice = random(from, "pair", i);
      const [left, right] = [0, 1].map(() => imageOf(data, from + dice.integer(to - from)));
      this.add(frameAsMnist(beside(left, right, dice.integer(9)), 32), -1);
    }
  }

  /** @returns {Images} */
  images() {
    const data = new Uint8Array(this.#images.length * PIXELS);
    this.#images.forEach((image, i) => {
      data.set(image, i * PIXELS);
    });
    return { images: { shape: [this.#images.length, 32, 32, 1], data, scale: 1 / 255 }, labels: this.#labels };
  }
}

/** @param {string} modules the folder node_modules of {@link packages} */
export async function trainingImages(modules) {
  const drawn = new Drawn();
  const written = (await mnist()).train;
  for (let i = 0; i < MNIST_IMAGES; i++) drawn.add(imageOf(written, i), written.labels[i]);
  const { train: penned } = digits({ test: 0 });
  for (let i = 0; i < penned.labels.length; i++) drawn.add(imageOf(penned, i), penned.labels[i]);
  drawn.addFonts(modules, trainingFonts, { digits: 20, letters: 6 });
  drawn.addIcons(`${modules}/@tabler/icons/icons/outline`, 3, 2);
  drawn.addIcons(`${modules}/@tabler/icons/icons/filled`, 1, 2);
  for (const kind of scribbleKinds) {
    for (let i = 0; i < 400; i++) drawn.add(frameAsMnist(scribble(kind, random(i, "scribble", kind)), 32), -1);
  }
  drawn.addPairs(written, 0, MNIST_IMAGES, 4000);
  return drawn.images();
}

/** @param {string} modules the folder node_modules of {@link packages} */
export async function validationImages(modules) {
  const drawn = new Drawn();
  const written = (await mnist()).train;
  const { length } = written.labels;
  for (let i = MNIST_IMAGES; i < length; i++) drawn.add(imageOf(written, i), written.labels[i]);
  drawn.addFonts(modules, validationFonts, { digits: 10, letters: 2 });
  drawn.addIcons(`${modules}/bootstrap-icons/icons`, 2, 1);
  drawn.addPairs(written, MNIST_IMAGES, length, 500);
  return drawn.images();
}

/** @param {import("../../dist/index.js").Dataset} data @param {number} i */
function imageOf({ images }, i) {
  return /** @type {Uint8Array} */ (images.data).subarray(i * PIXELS, (i + 1) * PIXELS);
}

/** @param {Uint8Array} left @param {Uint8Array} right @param {number} overlap @returns {Ink} */
function beside(left, right, overlap) {
  const columns = 64 - 8 - overlap;
  const data = new Float32Array(32 * columns);
  [left, right].forEach((image, side) => {
    for (let at = 0; at < PIXELS; at++) {
      const to = (at >> 5) * columns + (at & 31) + side * (columns - 32);
      data[to] = Math.max(data[to], image[at] / 255);
    }
  });
  return { rows: 32, columns, data };
}
