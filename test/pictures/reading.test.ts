import { expect, test } from "vitest";
import { random } from "../../src/core/random.ts";
import { digits, pictureReader } from "../../src/index.ts";
import { changes, unchanged } from "./changes.ts";
import { kinds } from "./kinds.ts";
import { samples, subjectsOf } from "./measure.ts";

const { images, labels } = digits({ train: 0, test: 100, size: 28, seed: 12 }).test;
const subjects = subjectsOf(images.data as Uint8Array, labels, 28);
const read = pictureReader();

/** Of 4 pictures of a kind, all but one are read rightly; of these kinds fewer, and photos are in test/slow. */
const least: Record<string, number> = {
  "thin pen": 2,
  "squared paper": 2,
  "several digits": 2,
  "no digit: charts": 1,
  "no digit: logos": 1,
};

test.each(Object.keys(kinds).filter((kind) => !kind.startsWith("photo")))(
  "of 4 pictures, most are read: %s",
  async (kind) => {
    let right = 0;
    for (const { picture, answer } of samples(kind, kinds[kind], subjects, 4, 77)) {
      if ((await read(picture)).text === answer) right++;
    }
    expect(right).toBeGreaterThanOrEqual(least[kind] ?? 3);
  },
);

test.each(Object.keys(changes))("a change that leaves the reading alone: %s", async (name) => {
  let same = 0;
  for (const [i, subject] of subjects.slice(0, 8).entries()) {
    const before = (await read(unchanged(subject))).label;
    if ((await read(changes[name](subject, random(5, name, i)))).label === before) same++;
  }
  expect(same).toBeGreaterThanOrEqual(7);
});
