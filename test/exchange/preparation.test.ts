import { expect, it } from "vitest";
import { checkPreparations, type InputPreparation, withPreparation } from "../../src/exchange.ts";
import { dense, digits, flatten, input, model, pretrained, type Tensor } from "../../src/index.ts";

/** A network that gives its input, as a list of numbers. */
function identity(shape: readonly number[]) {
  const image = input({ shape });
  return model({ inputs: image, outputs: flatten()(image), threads: 1 });
}

const ramp = (...shape: number[]): Tensor<Float32Array> => {
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => ((i * 7) % 11) / 10);
  return { shape, data };
};

/** What the definition says, one pixel after the other. */
function expected({ shape, data }: Tensor, given: InputPreparation, repeats = 1): number[] {
  const { scale = 1, offset = 0, invert = false, pad = 0, padAfter = 0 } = given;
  const [, rows = 0, columns = 0, channels = 1] = shape;
  const border = pad + padAfter;
  const out: number[] = [];
  for (let y = -border; y < rows + border; y++)
    for (let x = -border; x < columns + border; x++)
      for (let k = 0; k < channels * repeats; k++) {
        const isOutside = (side: number) => y < -side || x < -side || y >= rows + side || x >= columns + side;
        const pixel = isOutside(0) ? 0 : data[(y * columns + x) * channels + (k % channels)]!;
        out.push(isOutside(pad) ? 0 : scale * (invert ? 1 - pixel : pixel) + offset);
      }
  return out;
}

it.each<[InputPreparation, number[], number[]]>([
  [{}, [4, 3, 1], [4, 3, 1]],
  [{ scale: 255 }, [4, 3, 3], [4, 3, 3]],
  [{ scale: 2, offset: -1, invert: true }, [4, 4, 1], [4, 4, 1]],
  [{ scale: 1 / 0.3081, offset: -0.1307 / 0.3081, padAfter: 2 }, [8, 7, 1], [4, 3, 1]],
  [{ scale: 1, offset: -0.5, invert: true, pad: 1, padAfter: 1 }, [8, 8, 1], [4, 4, 1]],
  [{ offset: 0.25 }, [16], [4, 4, 1]],
  [{ scale: 2, padAfter: 1 }, [36], [4, 4, 1]],
  [{ scale: 2, image: [4, 4, 1] }, [4, 4, 3], [4, 4, 1]],
])("%j: a network of %j takes images of %j", async (preparation, taken, image) => {
  const made = await withPreparation(identity(taken), preparation);
  expect(made.inputs.shape).toEqual(image);
  const images = ramp(1, ...image);
  const { data } = await made.predict(images);
  const wanted = expected(images, preparation, taken.length === 3 ? taken[2]! / image[2]! : 1);
  expect(data.length).toBe(wanted.length);
  data.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i]!, 4);
  });
});

it("weights and the state of training go on; the given model stays as it was", async () => {
  const image = input({ shape: [4, 4, 1] });
  const before = model({ inputs: image, outputs: dense({ units: 2, name: "out" })(flatten()(image)), threads: 1 });
  before.compile({ optimizer: "adam", loss: "mse" });
  const data = { images: ramp(8, 4, 4, 1), labels: new Float32Array(16) };
  await before.fit(data, { epochs: 1, verbose: 0 });
  const after = await withPreparation(before, { scale: 2 });
  const checksum = await before.checksum();
  expect(await after.checksum()).toBe(checksum);
  expect(after.training?.iterations).toBe(1);
  await after.fit(data, { epochs: 1, verbose: 0 });
  expect(after.training?.iterations).toBe(2);
  expect(await after.checksum()).not.toBe(checksum);
  expect(await before.checksum()).toBe(checksum);
  expect(before.training?.iterations).toBe(1);
});

it("what is known of pictures is that of the new input: bytes divided by 255, less the padding that layers add", async () => {
  const file = identity([8, 8, 1]);
  file.reading = { preparation: { size: [4, 4], padding: 2, scale: 1 }, classNames: ["a", "b"] };
  const { reading } = await withPreparation(file, { scale: 255, pad: 2 });
  expect(reading).toMatchObject({ preparation: { size: [4, 4], padding: 0, scale: 1 / 255 }, classNames: ["a", "b"] });
});

it("a preparation that cannot be is refused", async () => {
  await expect(withPreparation(identity([4, 4, 1]), { scale: 0 })).rejects.toThrow(/scale: expected a number other/);
  await expect(withPreparation(identity([7]))).rejects.toThrow(/expected a model of images/);
  await expect(withPreparation(identity([4, 4, 1]), { image: [5, 5, 1] })).rejects.toThrow(/nothing is cut off/);
  await expect(withPreparation(identity([4, 4, 1]), { pad: 2 })).rejects.toThrow(/got 0x0x1/);
  await expect(withPreparation(identity([4, 4, 1]), { sacle: 2 } as object)).rejects.toThrow(/"sacle"/);
});

const { train } = digits({ train: 300, test: 10 });

it.each<[string, InputPreparation, InputPreparation]>([
  ["0 to 1", {}, { scale: 1, offset: 0, invert: false }],
  ["0 to 255", { scale: 1 / 255 }, { scale: 255, offset: 0, invert: false }],
  ["x - 0.5, dark ink on light", { scale: -1, offset: 0.5 }, { scale: 1, offset: -0.5, invert: true }],
])("among the usual preparations, that of the network is the best: %s", async (name, of, wanted) => {
  // The pretrained network takes 0 to 1: layers in front of it make a network of another scale.
  const file = await withPreparation(await pretrained({ threads: 1 }), of);
  const checked = await checkPreparations(file, train, { images: 200 });
  expect(checked).toHaveLength(18);
  // Whether the frame of 2 pixels is scaled too makes little difference.
  expect(checked[0]!.name.replace(", then padded", "")).toBe(name);
  expect(checked[0]).toMatchObject({ preparation: wanted, images: 200 });
  expect(checked[0]!.right).toBeGreaterThan(180);
  expect(checked.at(-1)!.right).toBeLessThan(100);
  const best = await withPreparation(file, checked[0]!.preparation);
  expect(best.inputs.shape).toEqual(checked[0]!.preparation.image);
});

it("data of other classes or of another size are refused", async () => {
  await expect(checkPreparations(identity([4, 4, 1]), train)).rejects.toThrow("expected data of 16 classes");
  const image = input({ shape: [10, 10, 1] });
  const small = model({ inputs: image, outputs: dense({ units: 10 })(flatten()(image)), threads: 1 });
  await expect(checkPreparations(small, train)).rejects.toThrow("expected images of 10x10x1");
});
