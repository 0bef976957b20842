import { expect, test } from "vitest";
import { random } from "../../src/core/random.ts";
import { mnist, pictureReader } from "../../src/index.ts";
import { enlarged } from "../../src/pictures/ink/filters.ts";
import { MNIST_STROKE, strokeWidth } from "../../src/pictures/ink/widen.ts";
import { changes, unchanged } from "../pictures/changes.ts";
import { kinds } from "../pictures/kinds.ts";
import { samples, subjectsOf } from "../pictures/measure.ts";

/** MNIST's training images from here on are for validation. */
const FIRST = 50_000;
const COUNT = 1000;

/** The validation digits. */
async function subjects() {
  const { images, labels } = (await mnist({ size: 28 })).train;
  const own = (images.data as Uint8Array).subarray(FIRST * 784, (FIRST + COUNT) * 784);
  return subjectsOf(own, labels.subarray(FIRST, FIRST + COUNT), 28);
}

test.skipIf(process.env.LENET5_DATA === undefined).each(Object.keys(changes))(
  "a change that leaves the reading of 97% of 1,000 validation digits alone: %s",
  async (name) => {
    const read = pictureReader();
    let same = 0;
    for (const [i, subject] of (await subjects()).entries()) {
      const before = (await read(unchanged(subject))).label;
      if ((await read(changes[name](subject, random(1, name, i)))).label === before) same++;
    }
    expect(same).toBeGreaterThanOrEqual(0.97 * COUNT);
  },
  600_000,
);

/** Kinds that fewer pictures are read of: digits have to be guessed, or the network decides. */
const hard: Record<string, number> = { "several digits": 0.8, "thin pen": 0.85, "photo of squared paper": 0.85 };

test
  .skipIf(process.env.LENET5_DATA === undefined)
  .each(Object.keys(kinds).filter((kind) => !kind.startsWith("no digit")))(
  "of 100 pictures, nine in ten are read: %s",
  async (kind) => {
    const read = pictureReader();
    let right = 0;
    for (const { picture, answer } of samples(kind, kinds[kind], await subjects(), 100, 7)) {
      if ((await read(picture)).text === answer) right++;
    }
    expect(right).toBeGreaterThanOrEqual(100 * (hard[kind] ?? 0.9));
  },
  600_000,
);

test.skipIf(process.env.LENET5_DATA === undefined)("thin strokes are widened to the median of MNIST's", async () => {
  const { images } = (await mnist({ size: 28 })).train;
  const widths = Float32Array.from({ length: COUNT }, (_, i) => {
    const image = images.data.subarray(60 * i * 784, (60 * i + 1) * 784);
    const data = Float32Array.from(image, (value) => value / 255);
    return strokeWidth(enlarged({ rows: 28, columns: 28, data }, 5)) / 5;
  }).sort();
  expect(Math.abs(widths[COUNT / 2] - MNIST_STROKE)).toBeLessThan(0.05);
});
