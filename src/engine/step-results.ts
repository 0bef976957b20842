/** The results of a step, from what its wasm kernels left in the memory. All sums are in a fixed order of images. */
import type { Run, Source, SourceTarget, StepResult, TargetResult } from "./messages.ts";
import { LANES, type Program, RESULT, RESULT_BYTES } from "./program.ts";

/** The batch of a step: the run's images from `done` on, so many. */
interface Batch {
  readonly run: Run;
  readonly source: Source;
  readonly done: number;
  readonly images: number;
}

/** Loss and hits of each target, and what activations add to the loss; before the weights change. */
export function stepResult(program: Program, floats: Float32Array, batch: Batch): StepResult {
  const { images } = batch;
  const targets = batch.source.targets.map((target, i) => targetResult(program, floats, batch, target, i));
  const { activities } = program.penalties;
  if (activities < 0) return { images, targets };
  const first = activities / 4;
  const penalty = floats.subarray(first, first + images).reduce((sum, each) => sum + each, 0);
  return { images, targets, penalty };
}

function targetResult(
  program: Program,
  floats: Float32Array,
  { run, done, images }: Batch,
  { weights }: SourceTarget,
  target: number,
): TargetResult {
  const ranks = run.ranks[target] ?? [];
  const hits = ranks.map(() => 0);
  let loss = run.losses?.[target] ?? 0;
  for (let i = 0; i < images; i++) {
    const index = run.order ? run.order[done + i]! : run.first + done + i;
    const weight = weights ? weights[index]! : 1;
    const block = Math.floor(i / LANES) * program.targets.length + target;
    const at = (program.results + block * RESULT_BYTES) / 4 + RESULT.floats * (i % LANES);
    // An image of weight 0 adds nothing, even if its loss is infinite or NaN.
    if (weight !== 0) loss += weight * floats[at + RESULT.loss]!;
    for (let r = 0; r < hits.length; r++) if (floats[at + RESULT.rank]! < ranks[r]!) hits[r]!++;
  }
  return { loss, hits };
}

/** The result with what is known after the update: the gradient's norm, and what weights add to the loss. */
export function afterUpdate(program: Program, memory: ArrayBufferLike, result: StepResult): StepResult {
  const words = new Float64Array(memory);
  const sum = (places: readonly number[]) => places.reduce((total, at) => total + words[at / 8]!, 0);
  const { gradients, penalties } = program;
  const after = { ...result, gradientNorm: Math.sqrt(sum(gradients.squares)) };
  if (penalties.weights.length === 0) return after;
  return { ...after, penalty: (result.penalty ?? 0) + result.images * sum(penalties.weights) };
}
