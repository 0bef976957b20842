/** Memory of large batches: what a layer that needs all images at once takes is said, or refused with what fits. */
import { describe, expect, it, vi } from "vitest";
import { Executable } from "../../src/engine/executable.ts";
import { joinedBytes } from "../../src/engine/fits.ts";
import { batchNormalization, conv2d, dense, flatten, globalAveragePooling2d, input, model } from "../../src/index.ts";
import { trainingProgram } from "../../src/model/training-programs.ts";
import { gradientLook } from "../engine/as-oracle.ts";

function network(filters: number, side = 16) {
  const x = input({ shape: [side, side, 1] });
  const normal = batchNormalization()(conv2d({ filters, kernelSize: 3, padding: "same" })(x));
  const made = model({
    inputs: x,
    outputs: dense({ units: 2, activation: "softmax" })(globalAveragePooling2d()(normal)),
    threads: 1,
  });
  made.compile({ loss: "sparse_categorical_crossentropy", optimizer: "sgd" });
  return made;
}

const data = (count: number, side = 16) => ({
  images: { shape: [count, side, side, 1], data: new Uint8Array(count * side * side) },
  labels: new Uint8Array(count),
});

it.each([
  [16, 60_000, 10_000],
  [112, 1_000, 200],
])("of images of %d rows, a batch beyond 4 GiB is refused with the largest that fits", async (side, size, least) => {
  // The memory is planned and taken: only the threads are not asked.
  const asked = vi.spyOn(Executable.prototype, "run").mockRejectedValue(new Error("the threads are asked"));
  try {
    const outcome = (batchSize: number) =>
      network(96, side)
        .fit(data(size, side), { batchSize, verbose: 0 })
        .catch((error: Error) => error.message);
    const message = String(await outcome(size));
    expect(message).toMatch(
      new RegExp(
        `^expected a batch that fits in 4 GiB, since a layer such as batchNormalization needs all its images at once, got ${size} images, which need \\d+\\.\\d GiB \\(.*\\): use a batchSize of at most \\d+$`,
      ),
    );
    const most = Number(/at most (\d+)$/.exec(message)![1]);
    expect(most).toBeGreaterThan(least);
    expect(most).toBeLessThan(size);
    expect(await outcome(most)).toContain("the threads are asked");
    expect(await outcome(most + 1)).toMatch(new RegExp(`got ${most + 1} images, .* at most ${most}$`));
  } finally {
    asked.mockRestore();
  }
});

it("a batch of more than 1 GB is announced, once", async () => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    await network(56).fit(data(20_000), { batchSize: 20_000, epochs: 2, verbose: 0 });
    const texts = written.mock.calls.map(([text]) => String(text)).filter((text) => text.includes("images of a batch"));
    expect(texts).toEqual([
      expect.stringMatching(
        /^Warning: a layer such as batchNormalization needs all 20000 images of a batch at once, which take \d\.\d GB/,
      ),
    ]);
  } finally {
    written.mockRestore();
  }
});

describe("a dense layer", () => {
  const objectives = [{ loss: { type: "sparse_categorical_crossentropy" }, lossWeight: 1, metrics: [] }] as const;
  const plan = (side: number, units: readonly number[], batchSize: number, threads = 2) => {
    const x = input({ shape: [side, side, 3] });
    const last = units.reduce((features, some) => dense({ units: some, activation: "relu" })(features), flatten()(x));
    const net = model({ inputs: x, outputs: dense({ units: 3, activation: "softmax" })(last) });
    // biome-ignore lint/complexity/useLiteralKeys: reads a private property
    const { graph } = net["core"];
    const data = { batchSize, threads, inputs: [{ bytesPerElement: 1 }] } as const;
    return trainingProgram(graph, data, objectives, gradientLook).finish();
  };

  it("keeps the inputs of a small batch, for one gradient of the whole batch", () => {
    const { slots, gradients } = plan(32, [64], 128);
    expect(slots.per).toBe("block");
    // Biases alone, with the guard zones of the checked build; the kernel's would take 786,432 bytes.
    expect(gradients.bytes).toBeLessThan(10_000);
  });

  it("takes no memory for each image of a large batch, on any number of threads", () => {
    const few = plan(112, [], 2048);
    const many = plan(112, [], 16_384);
    expect(few.slots.per).toBe("thread");
    expect(many.slots.per).toBe("thread");
    // The results of each image.
    expect(many.bytes - few.bytes).toBeLessThan(16_384 * 16);
    expect(many.bytes).toBeLessThan(40e6);
    for (const threads of [1, 32]) expect(plan(112, [], 2048, threads).slots.per).toBe("thread");
  });

  it("keeps inputs that take no more than the gradients of shards would", () => {
    const { slots } = plan(32, [1500, 1500], 1024);
    expect(slots.per).toBe("block");
    expect(slots.bytes * 64).toBeLessThan(4 * 8 * 1500 * (3072 + 1500));
  });

  it("counts what the layers before it keep", () => {
    const deep = plan(
      8,
      Array.from({ length: 20 }, () => 64),
      16_384,
    );
    expect(deep.slots.per).toBe("block");
    // 64 MB, and the guard zones of the checked build; all layers together would keep 181 MB.
    expect(deep.slots.bytes * 1024).toBeLessThan(100e6);
    // The other layers have gradients in the shards.
    expect(deep.gradients.bytes).toBeGreaterThan(8 * 64 * 64 * 4);
  });

  it("is not announced as a layer that needs all images at once", () => {
    expect(joinedBytes(plan(8, [1000], 128))).toBe(0);
    expect(joinedBytes(plan(112, [], 2048))).toBe(0);
  });
});
