import { rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { printTables } from "../../src/cli/bench/bench.ts";
import { type BenchResults, type BenchSize, measure } from "../../src/cli/bench/measure.ts";
import { subjectOf } from "../../src/cli/bench/subject.ts";
import { conv2d, dense, flatten, input, model, permute } from "../../src/index.ts";
import { expectOneLine, lenet5, scratchFolder } from "./lenet5-command.ts";

/** Every configuration of the command, with the fewest repetitions. */
const small: BenchSize = {
  wasmKernelSteps: 4,
  wasmKernelRounds: 1,
  rounds: 2,
  trainSteps: 2,
  batchSizes: [32, 128],
  calls: { single: 5, many: 1 },
};

let results: BenchResults;
beforeAll(async () => {
  results = await measure(small);
});

test("the results of bench are consistent, and are JSON", () => {
  const { machine, node, numerics, peakGflops, train, predict, wasmKernels, fractionOfPeak } = results;
  expect(JSON.parse(JSON.stringify(results))).toEqual(results);
  expect(node).toBe(process.version);
  expect(machine.cores).toBeGreaterThan(0);
  expect(numerics).toContain("reproducible");
  for (const mode of numerics) {
    expect(peakGflops[mode]).toBeGreaterThan(0);
    expect(fractionOfPeak[mode]).toBeGreaterThan(0);
    const own = wasmKernels.filter((row) => row.numerics === mode);
    const shares = own.reduce((sum, { share }) => sum + share, 0);
    // How much of a step they take is measured by the real command, in test/slow: here other tests run beside it.
    expect(shares).toBeGreaterThan(0);
    expect(shares).toBeLessThanOrEqual(1);
    const convolution = own.find(({ name }) => name === "C3 conv2dWinogradForward");
    expect(convolution!.gflops).toBeGreaterThan(0);
  }
  for (const row of [...train, ...predict]) expect(row.best).toBeGreaterThanOrEqual(row.median);
  expect(new Set(train.map(({ network }) => network))).toEqual(new Set(["article", "full"]));
  expect(predict.map(({ images }) => images)).toContain(1);
});

test("bench prints tables", () => {
  const lines: string[] = [];
  printTables(results, (line) => lines.push(line));
  const text = lines.join("\n");
  for (const title of [
    "Peak of one core",
    "Training, images/s (Adam)",
    "Inference, images/s",
    "Wasm kernels of a training",
  ])
    expect(text).toContain(title);
  expect(text).toMatch(/^fast +classifier +1 +1 +[\d,]+ +[\d,]+$|^reproducible +classifier +1 +1 +[\d,]+ +[\d,]+$/m);
});

test("bench measures a model file, also one without wasm kernels for a single image", async () => {
  const image = input({ shape: [9, 8, 1] });
  const maps = permute({ dims: [2, 1, 3] })(conv2d({ filters: 2, kernelSize: 3, activation: "relu" })(image));
  const net = model({ inputs: image, outputs: dense({ units: 1, activation: "sigmoid" })(flatten()(maps)) });
  const folder = await scratchFolder();
  try {
    const file = join(folder, "small.safetensors");
    await net.save(file);
    const measured = await measure(small, await subjectOf(file, undefined));
    expect(measured.network).toBe("small.safetensors");
    for (const row of [...measured.train, ...measured.predict]) expect(row.network).toBe("small.safetensors");
    const lines: string[] = [];
    printTables(measured, (line) => lines.push(line));
    expect(lines.join("\n")).toMatch(/^reproducible +small\.safetensors +1 +128 +[\d,]+ +[\d,]+$/m);
    expect(lines.join("\n")).not.toContain("Winograd");
    expectOneLine(await lenet5(["bench", file, "--network", "full"]), /expected a model or --network, got both/);
    expectOneLine(await lenet5(["bench", join(folder, "none")]), /there is no such file or folder/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("bench --help describes the measurements", async () => {
  const { out } = await lenet5(["bench", "--help"]);
  expect(out.replaceAll(/\s+/g, " ")).toContain("training and inference with 1 to n threads");
});
