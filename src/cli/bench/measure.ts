import { availableParallelism, cpus } from "node:os";
import { availableNumerics, type Numerics } from "../../engine/binary.ts";
import { peakGflops as peakRate, profile } from "../../engine/profile.ts";
import { adam, InputError, type Model } from "../../index.ts";
import { graphOf } from "../../model/graph.ts";
import { trainingProgram } from "../../model/training-programs.ts";
import { builtIn, lossOf, type Subject, someImages } from "./subject.ts";

interface Rate {
  /** Images a second. */
  readonly best: number;
  readonly median: number;
}

interface TrainRow extends Rate {
  readonly network: string;
  readonly numerics: Numerics;
  readonly threads: number;
  readonly batchSize: number;
}

interface PredictRow extends Rate {
  /** The public function that is measured. */
  readonly call: "predict" | "classifier";
  readonly network: string;
  readonly numerics: Numerics;
  readonly threads: number;
  readonly images: number;
}

interface WasmKernelRow {
  /** Layer and wasm kernel, e.g. `C3 conv2dWinogradForward`. */
  readonly name: string;
  readonly numerics: Numerics;
  /**
   * The multiply-adds of the direct formula, two operations each; null for wasm kernels of other operations. Winograd's
   * need 36 or 40 of 100 of them, so their effective rates may exceed the peak.
   */
  readonly gflops: number | null;
  /** Share of the time of a training step, 0 to 1. */
  readonly share: number;
}

const BATCH = 128;

/** The amount of work to measure. More of it takes longer, and the results vary less. */
export interface BenchSize {
  /** Batches of a training whose wasm kernels are timed, and the number of repetitions. */
  readonly wasmKernelSteps: number;
  readonly wasmKernelRounds: number;
  /** Rounds of each training and inference configuration. */
  readonly rounds: number;
  /** Batches of a training. */
  readonly trainSteps: number;
  readonly batchSizes: readonly number[];
  /** Calls in a round: with one image, and with 1,000 images. */
  readonly calls: { readonly single: number; readonly many: number };
}

export const full: BenchSize = {
  wasmKernelSteps: 60,
  wasmKernelRounds: 5,
  rounds: 9,
  trainSteps: 40,
  batchSizes: [32, BATCH, 512],
  calls: { single: 300, many: 10 },
};
export const quick: BenchSize = { ...full, wasmKernelSteps: 20, wasmKernelRounds: 2, rounds: 3, batchSizes: [BATCH] };

/** Less work for larger networks than LeNet-5: they need more time for it. */
function sizeFor(size: BenchSize, model: Model, usual: Model): BenchSize {
  const share = Math.min(1, usual.summaryData().macs / Math.max(1, model.summaryData().macs));
  const least = (count: number, min: number) => Math.max(Math.min(count, min), Math.round(count * share));
  return {
    ...size,
    wasmKernelSteps: least(size.wasmKernelSteps, 2),
    trainSteps: least(size.trainSteps, 2),
    calls: { single: least(size.calls.single, 5), many: least(size.calls.many, 1) },
  };
}

/** The JSON document of `lenet5 bench --json`. */
export interface BenchResults {
  /** The network whose wasm kernels and inference are measured. */
  readonly network: string;
  readonly machine: { readonly cpu: string; readonly cores: number };
  readonly node: string;
  readonly numerics: readonly Numerics[];
  readonly peakGflops: Readonly<Partial<Record<Numerics, number>>>;
  readonly train: readonly TrainRow[];
  readonly predict: readonly PredictRow[];
  readonly wasmKernels: readonly WasmKernelRow[];
  readonly fractionOfPeak: Readonly<Record<string, number>>;
}

export function thisMachine(): BenchResults["machine"] {
  return { cpu: cpus()[0]?.model.trim() || process.arch, cores: availableParallelism() };
}

export async function measure(given: BenchSize, subject: Subject = builtIn): Promise<BenchResults> {
  const { main: network } = subject;
  const size = sizeFor(given, await subject.make(network), await builtIn.make(builtIn.main));
  const machine = thisMachine();
  const numerics = (["reproducible", "fast"] as const).filter((mode) => availableNumerics(mode) === mode);
  const peakGflops: Partial<Record<Numerics, number>> = {};
  for (const mode of numerics) peakGflops[mode] = rounded(await peakRate(mode));
  const wasmKernels = await wasmKernelRows(subject, numerics, size);
  const train = await trainRows(subject, numerics, machine.cores, size);
  const predict = await predictRows(subject, numerics, machine.cores, size);
  const macs = trainingMacs(await subject.make(network));
  const fractions = numerics.map((mode) => [mode, fraction(mode, { network, macs, train }, peakGflops[mode]!)]);
  const fractionOfPeak = Object.fromEntries(fractions);
  return { network, machine, node: process.version, numerics, peakGflops, train, predict, wasmKernels, fractionOfPeak };
}

/**
 * Multiply-adds of a training step for one image: forward, gradients of the weights, gradients of all inputs except
 * those of the first layer.
 */
function trainingMacs(model: Model): number {
  const { layers, macs } = model.summaryData();
  const first = layers.find((layer) => layer.macs > 0)?.macs ?? 0;
  return 3 * macs - first;
}

/**
 * The rate of a whole training step as a fraction of one core's peak: one thread, best round. It counts the
 * multiply-adds of the direct formula; with Winograd's algorithm the processor executes fewer.
 */
function fraction(
  mode: Numerics,
  { network, macs, train }: { readonly network: string; readonly macs: number; readonly train: readonly TrainRow[] },
  peak: number,
): number {
  const row = train.find((one) => one.network === network && one.numerics === mode && one.threads === 1);
  return rounded((2 * macs * row!.best) / 1e9 / peak, 3);
}

async function wasmKernelRows(subject: Subject, modes: readonly Numerics[], size: BenchSize): Promise<WasmKernelRow[]> {
  const rows: WasmKernelRow[] = [];
  for (const numerics of modes) {
    const net = await subject.make(subject.main);
    const loss = await lossOf(net);
    const macs = new Map(net.summaryData().layers.map((layer) => [layer.name, layer.macs]));
    const steps = size.wasmKernelSteps;
    const { images, labels } = someImages(net, loss, steps * BATCH);
    const input = { batchSize: BATCH, threads: 1, inputs: [{ bytesPerElement: 1 }] } as const;
    let best: Awaited<ReturnType<typeof profile>> | undefined;
    for (let round = 0; round < size.wasmKernelRounds; round++) {
      const objectives = [{ loss, lossWeight: 1, metrics: [] }];
      const builder = trainingProgram(graphOf([net.inputs], [net.outputs]), input, objectives, adam());
      const now = await profile(
        builder,
        numerics,
        { inputs: [images.data], scales: [1 / 255], targets: [{ labels }] },
        steps,
      );
      if (!best || now.seconds < best.seconds) best = now;
    }
    for (const { wasmKernel, layer, seconds } of best!.calls) {
      const work = /^conv2d|^dense/.test(wasmKernel) ? macs.get(layer ?? "")! : 0;
      // "dense" runs forward and, with transposed weights, backward; Winograd's backward kernel computes both
      // gradients.
      const times = wasmKernel === "dense" || wasmKernel === "conv2dWinogradBackward" ? 2 : 1;
      rows.push({
        name: layer ? `${layer} ${wasmKernel}` : wasmKernel,
        numerics,
        gflops: work > 0 ? rounded((2 * work * times * steps * BATCH) / seconds / 1e9) : null,
        share: rounded(seconds / best!.seconds, 4),
      });
    }
  }
  return rows;
}

async function trainRows(
  subject: Subject,
  modes: readonly Numerics[],
  cores: number,
  size: BenchSize,
): Promise<TrainRow[]> {
  const configurations = subject.names.flatMap((network) =>
    modes.flatMap((numerics) =>
      threadCounts(cores).flatMap((threads) =>
        size.batchSizes
          .filter((batchSize) => batchSize === BATCH || (network === subject.main && threads === cores))
          .map((batchSize) => ({ network, numerics, threads, batchSize })),
      ),
    ),
  );
  const making = configurations.map(async (configuration) => {
    const { network, numerics, threads } = configuration;
    const net = await subject.make(network, { numerics, threads });
    const loss = await lossOf(net);
    net.compile({ optimizer: adam(), loss });
    return { ...configuration, net, data: someImages(net, loss, size.trainSteps * BATCH), rates: [] as number[] };
  });
  const runs = await Promise.all(making);
  await alternately(runs, size.rounds, async ({ net, data, batchSize }) => {
    const { history } = await net.fit(data, { batchSize, verbose: 0 });
    return history.images_per_second![0]!;
  });
  return runs.map(({ net: _, data: __, rates, ...configuration }) => ({ ...configuration, ...rate(rates) }));
}

async function predictRows(
  subject: Subject,
  modes: readonly Numerics[],
  cores: number,
  size: BenchSize,
): Promise<PredictRow[]> {
  const { main: network } = subject;
  const hasClassifier = await givesClassifier(await subject.make(network));
  const configurations = modes.flatMap((numerics) => [
    { numerics, threads: 1, images: 1, call: "predict" as const },
    ...(hasClassifier ? [{ numerics, threads: 1, images: 1, call: "classifier" as const }] : []),
    ...threadCounts(cores).map((threads) => ({ numerics, threads, images: 1000, call: "predict" as const })),
  ]);
  const making = configurations.map(async (configuration) => {
    const { numerics, threads, images } = configuration;
    const net = await subject.make(network, { numerics, threads });
    const data = someImages(net, await lossOf(net), images).images;
    return { network, ...configuration, net, data, rates: [] as number[] };
  });
  const runs = await Promise.all(making);
  await alternately(runs, size.rounds, async ({ net, data, images, call }) => {
    const times = images === 1 ? size.calls.single : size.calls.many;
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

/** Whether a model reads one image on the calling thread: not all layers have wasm kernels for that. */
async function givesClassifier(model: Model): Promise<boolean> {
  try {
    await model.classifier();
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/**
 * Alternates between the runs in every round, so that changes of the machine's speed affect all runs alike. An extra
 * first round warms up.
 */
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
