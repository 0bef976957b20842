import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ProgramBuilder } from "../../src/engine/builder.ts";
import { runTogether } from "../../src/engine/pool.ts";
import { shardBlocks, shardsOf } from "../../src/engine/program.ts";
import * as lenet5 from "../../src/index.ts";
import { noise } from "./as-oracle.ts";

/** A network with everything that could depend on the threads: batch statistics, dropout, several shards. */
function mixed(threads: number): lenet5.Model {
  const image = lenet5.input({ shape: [8, 8, 1] });
  let x = lenet5.conv2d({ filters: 4, kernelSize: 3, padding: "same" })(image);
  x = lenet5.activation({ activation: "relu" })(lenet5.batchNormalization()(x));
  x = lenet5.dropout({ rate: 0.3 })(lenet5.flatten()(lenet5.maxPooling2d()(x)));
  const end = lenet5.dense({ units: 10, activation: "softmax" })(x);
  return lenet5.model({ inputs: image, outputs: end, threads });
}

/** The results of a training: weights, moving statistics, optimizer state and history. */
async function trained(model: lenet5.Model, count: number, batchSize: number): Promise<unknown> {
  const images = noise([count, ...model.inputs.shape], 1);
  const labels = Int32Array.from({ length: count }, (_, i) => (i * 7) % 10);
  model.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy", "top_3_accuracy"] });
  const options = { epochs: 2, batchSize, validationSplit: 0.1, seed: 5, verbose: 0 } as const;
  const { history } = await model.fit({ images, labels }, options);
  const { seconds: _, images_per_second: __, ...numbers } = history;
  return { file: digest(model.toBytes()), numbers, prediction: (await model.predict(images)).data };
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe.each([
  ["the article's network", (threads: number) => lenet5.lenet5({ threads })],
  ["batch normalization and dropout", mixed],
])("%s", (_, build) => {
  it.each([
    [300, 128],
    [101, 17],
  ])("gives the same bits on 1, 2, 3 and 8 threads: %i images, batches of %i", async (count, batchSize) => {
    const one = await trained(build(1), count, batchSize);
    for (const threads of [2, 3, 8]) expect(await trained(build(threads), count, batchSize)).toEqual(one);
  });
});

it("gives the same bits on 1, 16 and 32 threads: batches of 512 images", async () => {
  const small = (threads: number) => {
    const image = lenet5.input({ shape: [2, 2, 1] });
    const end = lenet5.dense({ units: 10, activation: "softmax" })(
      lenet5.batchNormalization()(lenet5.flatten()(image)),
    );
    return lenet5.model({ inputs: image, outputs: end, threads });
  };
  const one = await trained(small(1), 1500, 512);
  for (const threads of [16, 32]) expect(await trained(small(threads), 1500, 512)).toEqual(one);
});

it.each([
  ["of 128 images", 128, 1e5, 8],
  ["of 250 images", 250, 1e5, 8],
  ["of 257 images", 257, 1e5, 17],
  ["of 512 images", 512, 1e5, 32],
  ["of 5000 images", 5000, 1e5, 32],
  ["of few images", 33, 1e5, 3],
  ["of 512 images of a large model", 512, 2e6, 16],
  ["of 512 images of a larger model", 512, 1e8, 8],
])("a batch %s has as many shards as threads may share it", (_, images, bytes, shards) => {
  expect(shardsOf({ training: true, gradients: { bytes } }, images)).toBe(shards);
});

it.each([
  ["of 128 images", 128, 1],
  ["of 129 images", 129, 2],
  ["of 512 images, as a batch of 256 has", 512, 2],
  ["of 5000 images", 5000, 10],
])("the most blocks of a shard, of a batch %s", (_, images, blocks) => {
  expect(shardBlocks({ training: true, gradients: { bytes: 1e5 } }, images)).toBe(blocks);
  expect(shardBlocks({ training: false, gradients: { bytes: 0 } }, images)).toBe(1);
});

it("a program has no room for more threads than it has shards", () => {
  const program = (threads: number) => {
    const inputs = [{ size: 4096, bytesPerElement: 1 }] as const;
    const builder = new ProgramBuilder({ batchSize: 256, threads, training: true, inputs });
    const { buffer, stride } = builder.inputs[0]!;
    const sizes = { channels: 1, positions: 4096, stride, scale: 1 };
    builder.call("loadBytes", { from: buffer, to: builder.buffer(4096), ...sizes });
    return builder.finish();
  };
  const [many, eight] = [program(16), program(8)];
  expect(many.bytes - eight.bytes).toBeLessThan(many.slots.bytes);
  expect(eight.bytes - program(7).bytes).toBeGreaterThan(0.9 * many.slots.bytes);
});

it("a thread that fails ends the call with its cause, and the next call works", async () => {
  const unknown = { type: "run", program: -1, outputs: [] } as never;
  const watched = { what: "a test", patience: 20 };
  await expect(runTogether(undefined, [], () => [unknown, unknown], watched)).rejects.toThrow(
    /^a thread of the engine failed: /,
  );
  const images = { shape: [32, 32, 32, 1], data: new Uint8Array(32 * 1024) };
  expect((await lenet5.lenet5({ threads: 2 }).predict(images)).shape).toEqual([32, 10]);
});
