/** Where the numbers of a batch stop being finite: found by computing the batch once more. */
import { firstNotFinite } from "../core/finite.ts";
import type { Signal } from "../core/signal.ts";
import { sizeOf } from "../core/tensor.ts";
import { Executable, type StepRecord } from "../engine/executable.ts";
import type { Distortion } from "../engine/messages.ts";
import { SourceHandle } from "../engine/source-handle.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { sgd } from "../training/optimizers/sgd.ts";
import { slotsOf, stepRecord } from "../training/optimizers/table.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import type { Samples } from "./data.ts";
import { described } from "./executables.ts";
import type { ProgramData } from "./programs.ts";
import type { RecentRuns, TrainingRun } from "./recent-runs.ts";
import { forwardProgram, trainingProgram } from "./training-programs.ts";

/** The most numbers of layers' outputs that are looked at together: 64 MB. */
const MAX_NUMBERS = 2 ** 24;

/** A training at a run of batches that failed. */
export interface FailedRun {
  readonly core: ModelCore;
  readonly training: TrainingState;
  readonly samples: Samples;
  readonly executable: Executable;
  readonly recent: RecentRuns;
  /** The index of the batch in the run. */
  readonly bad: number;
  /** Of `fit`. */
  readonly signal: Signal | undefined;
}

/**
 * Where the batch's numbers first are not finite: `the output of layer "C3"`, `the loss` or `the gradient of layer
 * "C3"`, in the order in which they are computed. undefined where the weights before the batch are no longer known.
 */
export async function firstBadLayer(failed: FailedRun): Promise<string | undefined> {
  const weights = await weightsBefore(failed);
  const run = failed.recent.runs.at(-1);
  if (!weights || !run) return undefined;
  const { batchSize, order, records, source, distortion } = run;
  const batch = order.slice(failed.bad * batchSize, (failed.bad + 1) * batchSize);
  const again = { weights, batch, source, distortion, record: records[failed.bad]! };
  return (await badOutput(failed, again)) ?? (await badGradient(failed, again)) ?? undefined;
}

/** A batch and the weights before it, by their paths. */
interface Batch {
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly batch: Uint32Array;
  readonly source: SourceHandle;
  readonly distortion: Distortion | undefined;
  readonly record: StepRecord;
}

/** The weights before the batch: the newest copy, trained on what came after it. */
async function weightsBefore({
  executable,
  recent,
  bad,
  signal,
}: FailedRun): Promise<ReadonlyMap<string, Float32Array> | undefined> {
  const { last, runs } = recent;
  if (!last || runs.some(({ source, changes }) => source.changes !== changes)) return undefined;
  const names = executable.state.names;
  let state = new Map(names.map((name, i) => [name, last.state[i]!]));
  const parts = runs.map((run, i) => (i === runs.length - 1 ? firstBatches(run, bad) : run));
  for (const { source, order, batchSize, distortion, records } of parts) {
    if (order.length === 0) continue;
    const writes = executable.state.words(state);
    const batches = { source, order, count: order.length, batchSize, distortion, records, signal };
    const { reads } = await executable.run({ ...batches, writes, reads: executable.state.ranges });
    state = new Map(names.map((name, i) => [name, reads[i]!]));
  }
  return state;
}

function firstBatches(run: TrainingRun, count: number): TrainingRun {
  return { ...run, order: run.order.slice(0, count * run.batchSize), records: run.records.slice(0, count) };
}

/** The first layer whose output for the batch, computed as in training, is not finite. */
async function badOutput(failed: FailedRun, batch: Batch): Promise<string | undefined> {
  const { graph } = failed.core;
  const count = batch.batch.length;
  let some: SymbolicTensor[] = [];
  let numbers = 0;
  for (const [i, tensor] of graph.tensors.entries()) {
    some.push(tensor);
    numbers += count * sizeOf(tensor.shape);
    const next = graph.tensors[i + 1];
    if (next && numbers + count * sizeOf(next.shape) <= MAX_NUMBERS) continue;
    const found = numbers <= MAX_NUMBERS ? await badAmong(failed, batch, some) : undefined;
    if (found) {
      const name = `"${found.layer.name}"`;
      return graph.inputs.includes(found) ? `the images of input ${name}` : `the output of layer ${name}`;
    }
    some = [];
    numbers = 0;
  }
  return undefined;
}

async function badAmong(
  failed: FailedRun,
  { weights, batch, source, distortion, record }: Batch,
  tensors: readonly SymbolicTensor[],
): Promise<SymbolicTensor | undefined> {
  const { core, training } = failed;
  const program = forwardProgram(core.graph, dataOf(failed, batch), training.objectives, tensors);
  const executable = await Executable.from(program, core.numerics, described(core, "training"));
  const handle = new SourceHandle({ ...source.source, targets: [] });
  try {
    const { outputs } = await executable.run({
      source: handle,
      order: batch,
      count: batch.length,
      batchSize: batch.length,
      distortion,
      records: [record],
      writes: executable.state.words(weights),
      signal: failed.signal,
    });
    return tensors[outputs.findIndex((values) => firstNotFinite(values) >= 0)];
  } finally {
    handle.release();
  }
}

/** The layer closest to the outputs that has a weight whose gradient is not finite; without one, the loss. */
async function badGradient(
  failed: FailedRun,
  { weights, batch, source, distortion, record }: Batch,
): Promise<string | undefined> {
  const { core, training } = failed;
  // After its first step, the velocity of sgd is minus the gradient.
  const optimizer = sgd({ learningRate: 1, momentum: 0.5 });
  const [velocity] = slotsOf(optimizer);
  const program = trainingProgram(core.graph, dataOf(failed, batch), training.objectives, optimizer);
  const executable = await Executable.from(program, core.numerics, described(core, "training"));
  const { steps, reads } = await executable.run({
    source,
    order: batch,
    count: batch.length,
    batchSize: batch.length,
    distortion,
    records: [stepRecord(optimizer, 0, record.seed)],
    writes: [...executable.state.memoryWords(new Map()), ...executable.state.words(weights)],
    reads: executable.state.ranges,
    signal: failed.signal,
  });
  const lossIsFinite = steps.every(({ targets, penalty = 0 }) =>
    Number.isFinite(targets.reduce((sum, { loss }) => sum + loss, penalty)),
  );
  if (!lossIsFinite) return "the loss";
  const bad = executable.state.names.filter((_, i) => firstNotFinite(reads[i]!) >= 0);
  const layer = core.graph.layers.findLast(({ variables }) =>
    [...variables.values()].some(({ path }) => bad.includes(`optimizer/${velocity}/${path}`)),
  );
  return layer && `the gradient of layer "${layer.name}"`;
}

function dataOf({ core, samples }: FailedRun, batch: Uint32Array): ProgramData {
  return { batchSize: Math.max(2, batch.length), threads: core.threads, inputs: samples.inputs };
}
