/** Batch normalization needs all images of a batch at once: what that takes is said, or refused with what fits. */
import { expect, it, vi } from "vitest";
import { batchNormalization, conv2d, dense, flatten, input, model } from "../../src/index.ts";

function network(filters: number) {
  const x = input({ shape: [16, 16, 1] });
  const normal = batchNormalization()(conv2d({ filters, kernelSize: 3, padding: "same" })(x));
  const made = model({ inputs: x, outputs: dense({ units: 2, activation: "softmax" })(flatten()(normal)), threads: 1 });
  made.compile({ loss: "sparse_categorical_crossentropy", optimizer: "sgd" });
  return made;
}

const data = (count: number) => ({
  images: { shape: [count, 16, 16, 1], data: new Uint8Array(count * 256) },
  labels: new Uint8Array(count),
});

it("a batch beyond 4 GiB is refused with the largest that fits", async () => {
  const message = await network(96)
    .fit(data(60_000), { batchSize: 60_000, verbose: 0 })
    .catch((error: Error) => error.message);
  expect(message).toMatch(
    /^expected a batch that fits in 4 GiB, since a layer such as batchNormalization needs all its images at once, got 60416 images, which need \d+\.\d GiB \(.*\): use a batchSize of at most \d+$/,
  );
  const most = Number(/at most (\d+)$/.exec(String(message))![1]);
  expect(most).toBeGreaterThan(10_000);
  expect(most).toBeLessThan(60_000);
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
