import { digits, type Model, pretrained, type Tensor } from "lenet5";
import { beforeAll, describe, expect, it } from "vitest";
import { unadjusted } from "../state/adjust.ts";
import { ascended } from "./ascent.ts";
import { answersAlong, outputsWithout, saliency } from "./breaking.ts";
import { imagesAt } from "./evaluate.ts";
import { switched } from "./switched.ts";

const nets = new Map<string, Model>();
let image: Tensor<Uint8Array>;

beforeAll(async () => {
  for (const network of ["article", "1998"] as const) nets.set(network, await pretrained({ network, threads: 1 }));
  const batch = imagesAt(digits({ train: 0, test: 1, seed: 2 }).test, [0]);
  image = { ...batch, shape: batch.shape.slice(1) };
});

describe.each(["article", "1998"])("%s", (id) => {
  it("the answers along a slider are those of the changed images, and the same where nothing is changed", async () => {
    const { at, scores, classes } = await answersAlong(nets.get(id)!, image, unadjusted, "rotate", []);
    expect([at[0], at[20], at.at(-1), at.length]).toEqual([-90, 0, 90, 41]);
    const { data } = await nets.get(id)!.predict(image);
    scores.subarray(20 * classes, 21 * classes).forEach((score, i) => {
      expect(score).toBeCloseTo(data[i]!, 3);
    });
  });

  it("maps that are off are 0 everywhere, and nothing before them changes", async () => {
    const net = nets.get(id)!;
    const off = [
      { layer: "C1", map: 2 },
      { layer: "C3", map: 15 },
      { layer: "C3", map: 99 },
      { layer: "none", map: 0 },
    ];
    const before = (await net.layerOutputs(image)).layers;
    const { layers } = await outputsWithout(net, off, image);
    expect(layers.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    const [c1, was] = [layers, before].map((list) => list.find(({ name }) => name === "C1")!.values);
    c1!.forEach((value, i) => {
      if (i % 6 === 2) expect(Math.abs(value)).toBe(0);
      else expect(value).toBeCloseTo(was![i]!, 5);
    });
    expect(layers.find(({ name }) => name === "C3")!.values.every((value, i) => i % 16 !== 15 || value === 0)).toBe(
      true,
    );
    expect(layers.at(-1)!.values).not.toEqual(before.at(-1)!.values);
    expect(switched(net, off)).toBe(switched(net, off));
    expect(switched(net, [])).toBe(net);
  });

  it("saliency finds the digit: hardly anything where hiding changes nothing", async () => {
    for (const by of ["gradient", "occlusion"] as const) {
      const { values, largest, rows, columns } = await saliency(nets.get(id)!, image, by, []);
      expect([rows, columns]).toEqual([32, 32]);
      expect(largest).toBeGreaterThan(0);
      const size = (i: number) => Math.abs(values[i]!) / largest;
      const middle = Array.from(values.keys()).filter((i) => image.data[i]! > 127);
      const corner = [0, 31, 992, 1023];
      const mean = (list: number[]) => list.reduce((sum, i) => sum + size(i), 0) / list.length;
      expect(mean(middle)).toBeGreaterThan(3 * mean(corner));
    }
  });

  it("an image that is made to please a class is read as that class", async () => {
    const layer = nets.get(id)!.outputs.layer.name;
    const unit = { layer, map: 0, row: 0, column: 7 };
    const first = await ascended(nets.get(id)!, unit, 1, 0);
    const { image: made, shape, value } = await ascended(nets.get(id)!, unit, first.image, 40);
    expect(id === "1998" ? value < first.value : value > first.value).toBe(true);
    const { data } = await nets.get(id)!.predict({ shape: [...shape], data: made });
    const best = id === "1998" ? Math.min(...data) : Math.max(...data);
    expect(data.indexOf(best)).toBe(7);
    expect(Math.min(...made)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...made)).toBeLessThanOrEqual(1);
  });
});
