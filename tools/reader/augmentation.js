/** What pens, paper and cameras do to a digit after it is written. */

/**
 * @typedef {import("../../dist/index.js").Random} Random
 * @typedef {{ rows: number, columns: number, data: Float32Array }} Sheet bytes, 0 = paper
 */

/**
 * Changes an image for `fit`'s `augment`, after distortions of its shape.
 * @param {Float32Array} image @param {readonly number[]} shape @param {Random} random
 */
export function pensAndPaper(image, [rows = 0, columns = 0], random) {
  /** @type {Sheet} */
  const sheet = { rows, columns, data: image };
  if (random.uniform() < 0.4) changeStroke(sheet, random);
  if (random.uniform() < 0.1) makeCoarse(sheet, 2 + random.integer(2));
  else if (random.uniform() < 0.25) mix(sheet, blurred(sheet), random.uniform());
  if (random.uniform() < 0.15) erase(sheet, random);
  if (random.uniform() < 0.1) leaveSpeck(sheet, random);
  const gamma = Math.exp(0.35 * random.normal());
  const grain = random.uniform() < 0.15 ? random.uniform(0, 25) : 0;
  for (let i = 0; i < image.length; i++) {
    const value = image[i];
    if (value > 0) image[i] = 255 * (Math.min(value, 255) / 255) ** gamma + (grain > 0 ? grain * random.normal() : 0);
  }
  return image;
}

/** A thinner or thicker line: the minimum or the maximum of the neighbours, in part. @param {Sheet} sheet @param {Random} random */
function changeStroke(sheet, random) {
  const isThicker = random.uniform() < 0.5;
  const { rows, columns, data } = sheet;
  const to = new Float32Array(data.length);
  for (let row = 1; row < rows - 1; row++) {
    for (let column = 1; column < columns - 1; column++) {
      const at = row * columns + column;
      const [a, b, c, d] = [data[at - 1], data[at + 1], data[at - columns], data[at + columns]];
      to[at] = isThicker ? Math.max(data[at], a, b, c, d) : Math.min(data[at], a, b, c, d);
    }
  }
  // A line of one pixel would vanish.
  mix(sheet, to, random.uniform(0, isThicker ? 1 : 0.7));
}

/** @param {Sheet} sheet */
function blurred({ rows, columns, data }) {
  const to = new Float32Array(data.length);
  for (let row = 1; row < rows - 1; row++) {
    for (let column = 1; column < columns - 1; column++) {
      const at = row * columns + column;
      const sides = data[at - 1] + data[at + 1] + data[at - columns] + data[at + columns];
      const above = data[at - columns - 1] + data[at - columns + 1];
      const below = data[at + columns - 1] + data[at + columns + 1];
      to[at] = (4 * data[at] + 2 * sides + above + below) / 16;
    }
  }
  return to;
}

/** As a picture of few pixels that was enlarged. @param {Sheet} sheet @param {number} factor */
function makeCoarse({ rows, columns, data }, factor) {
  const [high, wide] = [Math.ceil(rows / factor), Math.ceil(columns / factor)];
  const few = new Float32Array(high * wide);
  for (let at = 0; at < data.length; at++) {
    few[Math.floor(at / columns / factor) * wide + Math.floor((at % columns) / factor)] += data[at] / factor ** 2;
  }
  /** @param {number} i @param {number} count */
  const from = (i, count) => {
    const at = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), count - 1);
    return [Math.floor(at), Math.min(Math.floor(at) + 1, count - 1), at - Math.floor(at)];
  };
  let brightest = 1;
  for (let at = 0; at < data.length; at++) {
    const [top = 0, bottom = 0, down = 0] = from(Math.floor(at / columns), high);
    const [left = 0, right = 0, across = 0] = from(at % columns, wide);
    const [upper, lower] = [top, bottom].map(
      (y) => (1 - across) * few[y * wide + left] + across * few[y * wide + right],
    );
    data[at] = upper + down * (lower - upper);
    brightest = Math.max(brightest, data[at]);
  }
  for (let at = 0; at < data.length; at++) data[at] *= 255 / brightest;
}

/** @param {Sheet} sheet @param {Float32Array} other @param {number} part */
function mix({ data }, other, part) {
  for (let i = 0; i < data.length; i++) data[i] += part * (other[i] - data[i]);
}

/** Ink is missing along a short line, as where a ruled line was taken out or a pen skipped. @param {Sheet} sheet @param {Random} random */
function erase({ rows, columns, data }, random) {
  const [y, x] = [random.uniform(6, rows - 6), random.uniform(6, columns - 6)];
  const angle = random.uniform(0, Math.PI);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const [half, long] = [random.uniform(0.4, 1.1), random.uniform(2, 14)];
  for (let at = 0; at < data.length; at++) {
    const [right, down] = [(at % columns) - x, Math.floor(at / columns) - y];
    const across = Math.abs(down * c - right * s);
    if (Math.abs(right * c + down * s) < long && across < half + 0.5) data[at] *= Math.max(0, across - half + 0.5);
  }
}

/** A speck, or a piece of a line of the paper, near the digit. @param {Sheet} sheet @param {Random} random */
function leaveSpeck({ rows, columns, data }, random) {
  const strength = random.uniform(60, 255);
  const [y, x] = [5 + random.integer(rows - 11), 5 + random.integer(columns - 11)];
  const long = 3 + random.integer(14);
  const [high = 1, wide = 1] = [
    [1 + random.integer(2), 1 + random.integer(2)],
    [1, long],
    [long, 1],
  ][random.integer(3)];
  for (let row = y; row < Math.min(y + high, rows - 4); row++) {
    for (let column = x; column < Math.min(x + wide, columns - 4); column++) {
      const at = row * columns + column;
      data[at] = Math.max(data[at], strength);
    }
  }
}
