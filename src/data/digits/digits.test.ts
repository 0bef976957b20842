import { expect, test } from "vitest";
import { hash32 } from "../../core/random.ts";
import { digits, digitsInSlices } from "./digits.ts";

test("images are [N, 32, 32, 1] bytes with 2 pixels of paper around; classes are equally frequent and shuffled", () => {
  const { train, test: held, source } = digits({ train: 200, test: 103 });
  expect(source).toBe("built-in digits");
  expect(train.images.shape).toEqual([200, 32, 32, 1]);
  expect(held.images.shape).toEqual([103, 32, 32, 1]);
  expect(train.images.scale).toBe(1 / 255);
  expect(train.classNames).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  const counts = (labels: ArrayLike<number>) =>
    Array.from({ length: 10 }, (_, digit) => Array.from(labels).filter((label) => label === digit).length);
  expect(counts(train.labels)).toEqual(Array(10).fill(20));
  expect(Math.max(...counts(held.labels)) - Math.min(...counts(held.labels))).toBe(1);
  expect(Array.from(train.labels).slice(0, 10)).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const border = train.images.data.filter((_, i) => {
    const row = Math.floor(i / 32) % 32;
    const column = i % 32;
    return row < 2 || row >= 30 || column < 2 || column >= 30;
  });
  expect(new Set(border)).toEqual(new Set([0]));
});

test.each<[object, string]>([
  [{ trian: 100 }, 'digits: expected options "train", "test", "size" or "seed", got "trian"'],
  [{ train: "100" }, 'digits train: expected a whole number of at least 0, got "100"'],
  [{ test: -1 }, "digits test: expected a whole number of at least 0, got -1"],
  [{ seed: 0.5 }, "digits seed: expected a whole number, got 0.5"],
])("%o is refused", async (options, message) => {
  expect(() => digits(options)).toThrow(expect.objectContaining({ name: "InputError", message }));
  await expect(digitsInSlices(options)).rejects.toThrow(message);
});

test("every image holds a plausible amount of ink, and no two are alike", () => {
  const images = digits({ train: 500, test: 0 }).train.images.data as Uint8Array;
  const seen = new Set<string>();
  for (let i = 0; i < 500; i++) {
    const image = images.subarray(i * 1024, (i + 1) * 1024);
    const mass = image.reduce((sum, byte) => sum + byte, 0) / 255;
    // MNIST's lie between about 20 and 300 pixels
    expect(mass).toBeGreaterThan(15);
    expect(mass).toBeLessThan(330);
    seen.add(image.join());
  }
  expect(seen.size).toBe(500);
});

test("the same seed gives the same images, another seed or part gives others", () => {
  const a = digits({ train: 20, test: 20, seed: 1 });
  expect(digits({ train: 20, test: 20, seed: 1 })).toEqual(a);
  expect(digits({ train: 20, test: 20, seed: 2 }).train.images.data).not.toEqual(a.train.images.data);
  expect(a.test.images.data).not.toEqual(a.train.images.data);
});

test("in slices: the same data, and progress up to 1", async () => {
  const parts: number[] = [];
  const options = { train: 250, test: 30, seed: 4 };
  const sliced = await digitsInSlices(options, (part) => parts.push(part));
  const whole = digits(options);
  expect(sliced.train.labels).toEqual(whole.train.labels);
  expect(sliced.train.images.data.join()).toBe(whole.train.images.data.join());
  expect(sliced.test.images.data.join()).toBe(whole.test.images.data.join());
  expect(parts).toEqual([100 / 280, 200 / 280, 250 / 280, 1]);
});

test("the bits of a seed stay the same", () => {
  const { images } = digits({ train: 50, test: 0 }).train;
  expect(hash32(images.data.join())).toMatchInlineSnapshot(`-643914974`);
});

test("the test images do not depend on the number of training images", () => {
  expect(digits({ train: 0, test: 20 }).test).toEqual(digits({ train: 30, test: 20 }).test);
});
