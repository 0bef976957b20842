import { expect, test } from "vitest";
import { lenet5, lenet5Json } from "./lenet5-command.ts";

interface Bench {
  machine: { cpu: string; cores: number };
  node: string;
  numerics: string[];
  peakGflops: Record<string, number>;
  train: { network: string; numerics: string; threads: number; batchSize: number; best: number; median: number }[];
  predict: { images: number; best: number; median: number }[];
  kernels: { name: string; numerics: string; gflops: number | null; share: number }[];
  fractionOfPeak: Record<string, number>;
}

test("bench --quick --json: one document that holds together", async () => {
  const { machine, node, numerics, peakGflops, train, predict, kernels, fractionOfPeak } = await lenet5Json<Bench>([
    "bench",
    "--quick",
  ]);
  expect(node).toBe(process.version);
  expect(machine.cores).toBeGreaterThan(0);
  expect(numerics).toContain("reproducible");
  for (const mode of numerics) {
    expect(peakGflops[mode]).toBeGreaterThan(0);
    expect(fractionOfPeak[mode]).toBeGreaterThan(0);
    const own = kernels.filter((kernel) => kernel.numerics === mode);
    const shares = own.reduce((sum, { share }) => sum + share, 0);
    expect(shares).toBeGreaterThan(0.8);
    expect(shares).toBeLessThanOrEqual(1);
    const convolution = own.find(({ name }) => name === "C3 conv2dWinogradForward");
    expect(convolution!.gflops).toBeGreaterThan(0);
  }
  for (const row of [...train, ...predict]) expect(row.best).toBeGreaterThanOrEqual(row.median);
  expect(new Set(train.map(({ network }) => network))).toEqual(new Set(["article", "full"]));
  expect(predict.map(({ images }) => images)).toContain(1);
});

test("bench --help says what is measured", async () => {
  const { out } = await lenet5(["bench", "--help"]);
  expect(out).toContain("training and inference with 1 to n");
});
