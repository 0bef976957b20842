import { availableParallelism, cpus } from "node:os";
import { availableNumerics, type Numerics } from "../engine/binary.ts";
import { peakGflops, profile } from "../engine/profile.ts";
import { adam, type EngineOptions, lenet5, type Model } from "../index.ts";
import { graphOf } from "../model/graph.ts";
import { trainingProgram } from "../model/programs.ts";
import type { BenchOptions } from "./commands/bench.ts";
import { counted, type Print, printer, printJson } from "./output.ts";

interface Rate {
  /** Images a second. */
  readonly best: number;
  readonly median: number;
}

interface TrainRow extends Rate {
  readonly network: Network;
  readonly numerics: Numerics;
  readonly threads: number;
  readonly batchSize: number;
}

interface PredictRow extends Rate {
  /** The public function that is measured. */
  readonly call: "predict" | "classifier";
  readonly network: Network;
  readonly numerics: Numerics;
  readonly threads: number;
  readonly images: number;
}

interface KernelRow {
  /** `C3 conv2dWinogradForward` */
  readonly name: string;
  readonly numerics: Numerics;
  /**
   * null for kernels that do not consist of multiply-adds. Counts those of the direct formula. Winograd's kernels need 36 of
   * 100 of them: their numbers are effective rates, which may exceed the peak.
   */
  readonly gflops: number | null;
  /** Share of the time of a training step, 0 to 1. */
  readonly share: number;
}

const BATCH = 128;
const loss = { type: "sparse_categorical_crossentropy" } as const;

/** Arbitrary images: their content does not change the time. */
function someImages(count: number) {
  const data = Uint8Array.from({ length: count * 1024 }, (_, i) => (i * 7919) >> 3);
  const images = { shape: [count, 32, 32, 1], data, scale: 1 / 255 };
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => i % 10) };
}

/** `lenet5 bench`: measures, and prints tables or, with --json, one document. */
export async function bench({ quick = false, json }: BenchOptions): Promise<void> {
  const print = printer(json);
  const machine = { cpu: cpus()[0]?.model.trim() || process.arch, cores: availableParallelism() };
  const modes = (["reproducible", "fast"] as const).filter((mode) => availableNumerics(mode) === mode);
  print(`${machine.cpu}, ${machine.cores} cores, Node ${process.version}`);
  const peaks: Partial<Record<Numerics, number>> = {};
  for (const mode of modes) peaks[mode] = rounded(await peakGflops(mode));
  const kernels = await kernelRows(modes, quick);
  const train = await trainRows(modes, machine.cores, quick);
  const predict = await predictRows(modes, machine.cores, quick);
  const fractionOfPeak = Object.fromEntries(modes.map((mode) => [mode, fraction(mode, train, peaks[mode]!)]));
  if (json) {
    const document = { machine, node: process.version, numerics: modes, peakGflops: peaks };
    printJson({ ...document, train, predict, kernels, fractionOfPeak });
    return;
  }
  printResults({ peaks, kernels, train, predict, fractionOfPeak }, print);
}

/** Not the network of 1998: it trains with a batch size of 1, and its speed cannot be compared. */
const networks = ["article", "full"] as const;
type Network = (typeof networks)[number];

/** Multiply-adds of a training step for one image: forward, gradients of the weights, and gradients of all inputs but C1's. */
export function trainingMacs(model: Model): number {
  const { layers, macs } = model.summaryData();
  const first = layers.find((layer) => layer.macs > 0)?.macs ?? 0;
  return 3 * macs - first;
}

/**
 * The rate of a whole training step as a fraction of one core's peak: full C3, one thread, best round. Counts the
 * multiply-adds of the direct formula, so with Winograd's kernels it does not say how busy the processor is.
 */
function fraction(mode: Numerics, train: readonly TrainRow[], peak: number): number {
  const row = train.find(({ network, numerics, threads }) => network === "full" && numerics === mode && threads === 1);
  return rounded((2 * trainingMacs(networkOf("full")) * row!.best) / 1e9 / peak, 3);
}

function networkOf(network: Network, { numerics, threads }: EngineOptions = {}): Model {
  return lenet5({ c3: network === "article" ? "table1" : "full", numerics, threads });
}

async function kernelRows(modes: readonly Numerics[], quick: boolean): Promise<KernelRow[]> {
  const rows: KernelRow[] = [];
  for (const numerics of modes) {
    const net = networkOf("full");
    const macs = new Map(net.summaryData().layers.map((layer) => [layer.name, layer.macs]));
    const steps = quick ? 20 : 60;
    const { images, labels } = someImages(steps * BATCH);
    const input = { batchSize: BATCH, threads: 1, scale: 1 / 255, bytesPerElement: 1 } as const;
    let best: Awaited<ReturnType<typeof profile>> | undefined;
    for (let round = 0; round < (quick ? 2 : 5); round++) {
      const builder = trainingProgram(graphOf(net.inputs, [net.outputs]), input, loss, adam());
      const now = await profile(builder, numerics, { images: images.data, labels }, steps);
      if (!best || now.seconds < best.seconds) best = now;
    }
    for (const { kernel, layer, seconds } of best!.calls) {
      const work = /^conv2d|^dense/.test(kernel) ? macs.get(layer ?? "")! : 0;
      // A dense layer's kernel runs forward and, with transposed weights, backward; Winograd's computes both gradients.
      const times = kernel === "dense" || kernel === "conv2dWinogradBackward" ? 2 : 1;
      rows.push({
        name: layer ? `${layer} ${kernel}` : kernel,
        numerics,
        gflops: work > 0 ? rounded((2 * work * times * steps * BATCH) / seconds / 1e9) : null,
        share: rounded(seconds / best!.seconds, 4),
      });
    }
  }
  return rows;
}

async function trainRows(modes: readonly Numerics[], cores: number, quick: boolean): Promise<TrainRow[]> {
  const sizes = quick ? [BATCH] : [32, BATCH, 512];
  const configurations = networks.flatMap((network) =>
    modes.flatMap((numerics) =>
      threadCounts(cores).flatMap((threads) =>
        sizes
          .filter((size) => size === BATCH || (network === "full" && threads === cores))
          .map((batchSize) => ({ network, numerics, threads, batchSize })),
      ),
    ),
  );
  const runs = configurations.map((configuration) => {
    const net = networkOf(configuration.network, configuration);
    net.compile({ optimizer: adam(), loss });
    return { ...configuration, net, data: someImages(40 * BATCH), rates: [] as number[] };
  });
  await alternately(runs, quick ? 3 : 9, async ({ net, data, batchSize }) => {
    const { history } = await net.fit(data, { batchSize, verbose: 0 });
    return history.images_per_second![0]!;
  });
  return runs.map(({ net: _, data: __, rates, ...configuration }) => ({ ...configuration, ...rate(rates) }));
}

async function predictRows(modes: readonly Numerics[], cores: number, quick: boolean): Promise<PredictRow[]> {
  const configurations = modes.flatMap((numerics) => [
    { numerics, threads: 1, images: 1, call: "predict" as const },
    { numerics, threads: 1, images: 1, call: "classifier" as const },
    ...threadCounts(cores).map((threads) => ({ numerics, threads, images: 1000, call: "predict" as const })),
  ]);
  const runs = configurations.map((configuration) => ({
    network: "full" as const,
    ...configuration,
    net: networkOf("full", configuration),
    data: someImages(configuration.images).images,
    rates: [] as number[],
  }));
  await alternately(runs, quick ? 3 : 9, async ({ net, data, images, call }) => {
    const times = images === 1 ? 300 : 10;
    const classify = call === "classifier" ? await net.classifier() : undefined;
    const began = performance.now();
    for (let i = 0; i < times; i++) {
      if (classify) classify(data);
      else await net.predict(data);
    }
    return (1000 * images * times) / (performance.now() - began);
  });
  return runs.map(({ net: _, data: __, rates, ...configuration }) => ({ ...configuration, ...rate(rates) }));
}

/** Alternates between the runs in every round, so that a change of the machine's speed affects all alike; the first round only warms up. */
async function alternately<Run extends { rates: number[] }>(
  runs: readonly Run[],
  rounds: number,
  measure: (run: Run) => Promise<number>,
): Promise<void> {
  for (let round = 0; round <= rounds; round++) {
    for (const run of runs) {
      const now = await measure(run);
      if (round > 0) run.rates.push(now);
    }
  }
}

/** 1, 2, 4, ... and all cores. */
function threadCounts(cores: number): number[] {
  const counts = [1, 2, 4, 8].filter((count) => count < cores);
  return [...counts, Math.min(8, cores)];
}

function rate(rates: readonly number[]): Rate {
  const sorted = [...rates].sort((a, b) => b - a);
  return { best: Math.round(sorted[0]!), median: Math.round(sorted[Math.floor(sorted.length / 2)]!) };
}

function rounded(value: number, places = 1): number {
  return Number(value.toFixed(places));
}

function printResults(
  results: {
    peaks: Partial<Record<Numerics, number>>;
    kernels: readonly KernelRow[];
    train: readonly TrainRow[];
    predict: readonly PredictRow[];
    fractionOfPeak: Readonly<Record<string, number>>;
  },
  print: Print,
): void {
  const { peaks, kernels, train, predict, fractionOfPeak } = results;
  const line = (cells: readonly (string | number)[]) =>
    print(
      cells
        .map((cell, i) => (i === 0 ? String(cell).padEnd(14) : String(cell).padStart(i === 1 ? 11 : 8)))
        .join("")
        .trimEnd(),
    );
  print(
    `\nPeak of one core, between registers: ${Object.entries(peaks)
      .map(([mode, peak]) => `${mode} ${peak} GFLOP/s`)
      .join(", ")}`,
  );
  print(
    `A training step (full C3, one thread) reaches ${Object.entries(fractionOfPeak)
      .map(([mode, share]) => `${(100 * share).toFixed(0)}% (${mode})`)
      .join(", ")} of it,\ncounting the multiply-adds of the direct formula; Winograd's kernels need 36% of them`,
  );
  print("\nTraining, images/s (Adam)");
  line(["numerics", "network", "threads", "batch", "best", "median"]);
  for (const row of train)
    line([row.numerics, row.network, row.threads, row.batchSize, counted(row.best), counted(row.median)]);
  print("\nInference, images/s");
  line(["numerics", "call", "threads", "images", "best", "median"]);
  for (const row of predict)
    line([row.numerics, row.call, row.threads, row.images, counted(row.best), counted(row.median)]);
  for (const mode of Object.keys(peaks)) {
    print(`\nKernels of a training step, ${mode}: share of the time, GFLOP/s`);
    for (const { name, gflops, share, numerics } of kernels) {
      if (numerics !== mode || share < 0.005) continue;
      print(
        `${name.padEnd(28)}${`${(100 * share).toFixed(1)}%`.padStart(7)}${gflops === null ? "" : gflops.toFixed(1).padStart(8)}`,
      );
    }
  }
}
