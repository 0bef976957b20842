import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Tensor } from "../../src/core/tensor.ts";
import { importOnnx } from "../../src/exchange.ts";
import { adam, type Model } from "../../src/index.ts";

const folder = fileURLToPath(new URL("files/onnx/", import.meta.url));

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What a framework answers: see parity/files/onnx.py. */
function answersOf(name: string): { input: Numbers; output: Numbers } {
  return JSON.parse(readFileSync(`${folder}${name}.json`, "utf8"));
}

/** Channels last, from channels first. */
function channelsLast({ shape, data }: Numbers): Numbers {
  const [N, C, H, W] = shape as [number, number, number, number];
  const sorted = data.map((_, i) => {
    const [channel, position] = [i % C, Math.floor(i / C) % (H * W)];
    return data[(Math.floor(i / C / H / W) * C + channel) * H * W + position]!;
  });
  return { shape: [N, H, W, C], data: sorted };
}

const names = readdirSync(folder).flatMap((file) => (file.endsWith(".onnx") ? [file.slice(0, -5)] : []));

describe("files of real exporters", () => {
  it.each(names)("%s answers as its framework does", async (name) => {
    const { model } = await importOnnx(`${folder}${name}.onnx`, { threads: 1 });
    const { input, output } = answersOf(name);
    const size = "shape" in model.inputs ? model.inputs.shape : [];
    const isFirst = input.shape.length === 4 && input.shape.slice(1).join() !== size.join();
    const { shape, data } = isFirst ? channelsLast(input) : input;
    const images: Tensor = { shape: [shape[0]!, ...size], data: Float32Array.from(data) };
    const answer = (await model.predict(images)) as Tensor<Float32Array>;
    const wanted = output.shape.length === 4 && isFirst ? channelsLast(output) : output;
    expect(answer.shape).toEqual(wanted.shape);
    const most = Math.max(1, ...wanted.data.map(Math.abs));
    answer.data.forEach((value, i) => {
      expect(Math.abs(value - wanted.data[i]!)).toBeLessThan(1e-5 * most);
    });
  });
});

it("an imported model is trained on", async () => {
  const model = (await importOnnx(`${folder}keras3.onnx`, { threads: 1 })).model as Model;
  model.compile({ optimizer: adam({ learningRate: 0.03 }), loss: "sparse_categorical_crossentropy" });
  const { input } = answersOf("keras3");
  const images: Tensor = { shape: input.shape, data: Float32Array.from(input.data) };
  const history = await model.fit({ images, labels: Uint8Array.of(1, 3) }, { epochs: 30, batchSize: 2 });
  const losses = history.history.loss!;
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
});
