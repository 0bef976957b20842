import { digits, loadModel, type Model, pretrained, type Tensor } from "lenet5";
import { describe, expect, it } from "vitest";
import { type Example, taught, withClass } from "./teach.ts";

const known = digits({ train: 600, test: 200, seed: 5 });

/** A test image that the network reads wrong, as an example of what it is. */
async function wrong(net: Model): Promise<Example> {
  const { images, labels } = digits({ train: 0, test: 400, seed: 9 }).test;
  const { data } = await net.predict(images);
  for (let i = 0; i < labels.length; i++) {
    const row = data.subarray(10 * i, 10 * i + 10);
    const best = net.outputsDistances ? Math.min(...row) : Math.max(...row);
    if (row.indexOf(best) !== labels[i])
      return { image: pictureAt(images as Tensor<Uint8Array>, i), label: labels[i]! };
  }
  throw new Error("none is wrong");
}

function pictureAt(images: Tensor<Uint8Array>, i: number): Tensor<Uint8Array> {
  return { ...images, shape: images.shape.slice(1), data: images.data.slice(1024 * i, 1024 * (i + 1)) };
}

/** Crosses: they belong to no class. */
const crosses = Array.from({ length: 20 }, (_, n): Tensor<Uint8Array> => {
  const [middle, length] = [13 + (n % 5), 7 + (n % 3)];
  const data = Uint8Array.from({ length: 1024 }, (_, i) => {
    const [down, right] = [Math.floor(i / 32) - middle, (i % 32) - middle];
    const isOn = Math.abs(Math.abs(down) - Math.abs(right)) < 1.5 && Math.abs(down) < length;
    return isOn ? 255 : 0;
  });
  return { shape: [32, 32, 1], data, scale: 1 / 255 };
});

describe.each(["article", "1998"] as const)("%s", (network) => {
  it("learns from a wrong answer without forgetting", async () => {
    const net = await pretrained({ network, threads: 1 });
    const example = await wrong(net);
    const shares: number[] = [];
    const lesson = await taught(net, [example], known, (share) => shares.push(share));
    expect([lesson.right, lesson.examples]).toEqual([1, 1]);
    expect(lesson.after).toBeGreaterThan(lesson.before - 0.03);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    const again = await loadModel(lesson.bytes, { threads: 1 });
    const { data } = await again.predict(example.image);
    expect(data.indexOf(network === "1998" ? Math.min(...data) : Math.max(...data))).toBe(example.label);
  });

  it("learns an eleventh class from twenty drawings", async () => {
    const net = await pretrained({ network, threads: 1 });
    const wider = await withClass(net, "cross", crosses);
    expect(wider.outputs.shape).toEqual([11]);
    expect(wider.reading!.classNames!.at(-1)).toBe("cross");
    const before = await net.predict(known.test.images);
    const after = await wider.predict(known.test.images);
    for (let i = 0; i < 10; i++) {
      if (network === "1998") expect(after.data[i]).toBeCloseTo(before.data[i]!, 3);
    }
    const lesson = await taught(
      wider,
      crosses.slice(0, 15).map((image) => ({ image, label: 10 })),
      known,
    );
    expect(lesson.right).toBe(15);
    expect(lesson.after).toBeGreaterThan(lesson.before - 0.03);
    for (const image of crosses.slice(15)) {
      const { data } = await wider.predict(image);
      expect(data.indexOf(network === "1998" ? Math.min(...data) : Math.max(...data))).toBe(10);
    }
  });
});

it("a class that there is, and other images, are refused in one line", async () => {
  const net = await pretrained({ threads: 1 });
  await expect(withClass(net, "3", crosses)).rejects.toThrow('expected a new name for the class, got "3"');
  const small = { images: { shape: [1, 28, 28, 1], data: new Uint8Array(784), scale: 1 }, labels: [1] };
  const example = { image: crosses[0]!, label: 1 };
  await expect(taught(net, [example], { train: small as never, test: small as never })).rejects.toThrow(
    "expected a network of images 28x28x1, as the known ones are, got 32x32x1",
  );
});

it("drawings that were kept for another network are refused", async () => {
  const net = await pretrained({ threads: 1 });
  const small: Tensor<Uint8Array> = { shape: [28, 28, 1], data: new Uint8Array(784), scale: 1 / 255 };
  await expect(taught(net, [{ image: small, label: 1 }], known)).rejects.toThrow(
    "expected drawings of 32x32x1 in 10 classes, as the network takes them, got one of 28x28x1 of another network",
  );
  await expect(taught(net, [{ image: crosses[0]!, label: 10 }], known)).rejects.toThrow("got one of class 11");
  await expect(withClass(net, "x", [small])).rejects.toThrow("got one of 28x28x1");
});
