import { chunks } from "./chunks.ts";
import { checkFits } from "./fits.ts";
import { GradientPlan } from "./gradient-plan.ts";
import { placeByLifetime } from "./lifetimes.ts";
import { roundUp } from "./memory-plan.ts";
import { type Arguments, type Buffer, finishedPhase, moved, type PendingCall, pendingCall } from "./pending-call.ts";
import {
  GROUP_BYTES,
  LANES,
  MAX_STEPS,
  type Place,
  type Program,
  RESULT_BYTES,
  STEP_BYTES,
  shardsOf,
  type WasmKernelName,
} from "./program.ts";
import type { Variable } from "./variable.ts";

/** Collects the calls of a program and plans the memory they work on. */
export class ProgramBuilder extends GradientPlan {
  readonly batchSize: number;
  readonly threads: number;
  readonly training: boolean;
  private readonly computations: PendingCall[] = [];
  private readonly preparation: PendingCall[] = [];
  private readonly steps: number;
  /** See {@link Program.lanes}. */
  private readonly lanes: number;
  /** The model's inputs: the images of a block as they are in the source, [lanes][stride] bytes. */
  readonly inputs: readonly { buffer: Buffer; size: number; stride: number; bytesPerElement: 1 | 4 }[];
  private readonly outputs: { buffer: Buffer; size: number }[] = [];
  private readonly targets: { labels: Buffer; size: number; sampleWeights: Buffer; lossWeight: number }[] = [];
  private readonly weightPenalties: number[] = [];
  private activities?: Place;
  private maskBuffer?: Buffer;

  /** `lanes`: see {@link Program.lanes}, default 16. `inputs`: elements per image and bytes per element of each input. */
  constructor(options: {
    batchSize: number;
    threads: number;
    training: boolean;
    lanes?: 1 | typeof LANES;
    inputs: readonly { size: number; bytesPerElement: 1 | 4 }[];
  }) {
    super();
    this.batchSize = options.batchSize;
    this.threads = options.threads;
    this.training = options.training;
    this.lanes = options.lanes ?? LANES;
    this.steps = this.allocate(MAX_STEPS * STEP_BYTES);
    this.inputs = options.inputs.map(({ size, bytesPerElement }) => {
      const stride = roundUp(size * bytesPerElement, 4);
      return { buffer: this.filledBuffer(this.lanes * stride), size, stride, bytesPerElement };
    });
  }

  /**
   * A further target, what an output of the model is compared with. `labels`: 16 class numbers, or with `size` above 0
   * [16][size] floats. `sampleWeights`, 16 floats: `lossWeight` times an image's sample weight / images in the batch, 0
   * for an empty lane. `results`: the images' results.
   */
  target(size: number, lossWeight: number): { labels: Buffer; sampleWeights: Buffer; results: Place } {
    const labels = this.filledBuffer(LANES * 4 * Math.max(1, size));
    const sampleWeights = this.filledBuffer(GROUP_BYTES);
    const results: Place = { space: "result", at: this.targets.length * RESULT_BYTES };
    this.targets.push({ labels, size, sampleWeights, lossWeight });
    return { labels, sampleWeights, results };
  }

  /** 1 for an image, 0 for an empty lane: 16 floats. */
  get masks(): Buffer {
    this.maskBuffer ??= this.filledBuffer(GROUP_BYTES);
    return this.maskBuffer;
  }

  /** [lanes][size] floats that are copied out of the slot after a block's last call. */
  output(size: number): Buffer {
    const buffer = this.newBuffer(this.lanes * size * 4);
    this.outputs.push({ buffer, size });
    return buffer;
  }

  /**
   * The weights of `variable`, or their squares, in the order in which a wasm kernel reads them: element i is weight
   * order[i], or 0 where order[i] is -1.
   */
  packed(variable: Variable, order: Int32Array, squared = false): Place {
    const from = this.variable(variable);
    const to = this.reserve(roundUp(order.length, 4));
    const table = this.constant(order);
    for (const { start, count } of chunks(order.length)) {
      const part = moved(to, start * 4);
      const pack = pendingCall("pack", { from, to: part, order: moved(table, start * 4), count });
      const next = squared ? pendingCall("squareWeights", { w: part, count: roundUp(count, 4) }) : undefined;
      this.preparation.push({ ...pack, next });
    }
    return to;
  }

  /** Calls a wasm kernel that writes a {@link computedWeight}, before weights are packed. */
  computeWeights<K extends WasmKernelName>(wasmKernel: K, values: Arguments<K>): void {
    this.computations.push(pendingCall(wasmKernel, values));
  }

  /** Calls a wasm kernel after the weights have changed: before each training step, or once before inference. */
  prepare<K extends WasmKernelName>(wasmKernel: K, values: Arguments<K>): void {
    this.preparation.push(pendingCall(wasmKernel, values));
  }

  /** A float64 for what a part of the weights adds to the loss of every image. */
  weightPenalty(): Place {
    const place = this.reserve(2);
    this.weightPenalties.push(place.at);
    return place;
  }

  /**
   * A float for each image of the batch, block after block: what its activations add to its loss. `accumulate` is 0 for
   * the first call of a block that writes them.
   */
  activityPenalties(): { place: Place; accumulate: 0 | 1 } {
    if (this.activities) return { place: this.activities, accumulate: 1 };
    this.activities = this.reserve(Math.ceil(this.batchSize / LANES) * LANES);
    return { place: this.activities, accumulate: 0 };
  }

  /** The finished program. @throws TooLarge where it does not fit in a WebAssembly memory */
  finish(): Program {
    const blockPhases = this.phases.filter((phase) => phase.parallel === "blocks" && phase.calls.length > 0);
    const per = blockPhases.length > 1 || this.ofBatch.size > 0 ? "block" : "thread";
    for (const { buffer } of this.outputs) Object.assign(buffer, { last: Number.POSITIVE_INFINITY, phase: "several" });
    const live = this.buffers.filter((buffer) => buffer.last >= buffer.first);
    // A phase works on one block after another: what it alone uses need not be kept for each.
    for (const buffer of live) if (per === "block" && buffer.phase !== "several") buffer.space = "scratch";
    const slotBytes = this.placeBuffers(live.filter(({ space }) => space === "slot"));
    const scratchBytes = this.placeBuffers(live.filter(({ space }) => space === "scratch"));
    const gradientBytes = this.gradientEnd;
    const blocks = Math.ceil(this.batchSize / LANES);
    const shards = shardsOf({ training: this.training, gradients: { bytes: gradientBytes } }, this.batchSize);
    const gradients = this.allocate(gradientBytes * shards);
    const results = this.allocate(blocks * RESULT_BYTES * this.targets.length);
    const threads = Math.min(this.threads, shards);
    const scratch = this.allocate(scratchBytes * threads);
    const slots = this.allocate(slotBytes * (per === "block" ? blocks : threads));
    const preparation = [this.computations, this.preparation]
      .filter((calls) => calls.length > 0)
      .map((calls) => finishedPhase("calls", calls));
    const step = this.phases
      .filter((phase) => phase.calls.length > 0)
      .map((phase) => finishedPhase(phase.parallel, phase.calls));
    const program: Program = {
      bytes: this.end,
      constants: this.constants,
      prologue: this.training ? [] : preparation,
      step: this.training ? [...preparation, ...step] : step,
      slots: { at: slots, bytes: slotBytes, per },
      scratch: { at: scratch, bytes: scratchBytes },
      gradients: { at: gradients, bytes: gradientBytes, squares: this.gradientSquares },
      penalties: { weights: this.weightPenalties, activities: this.activities?.at ?? -1 },
      results,
      steps: this.steps,
      lanes: this.lanes,
      inputs: this.inputs.map(({ buffer, ...input }) => ({ at: buffer.at, ...input })),
      targets: this.targets.map(({ labels, sampleWeights, ...target }) => ({
        labels: labels.at,
        sampleWeights: sampleWeights.at,
        ...target,
      })),
      masks: this.maskBuffer?.at ?? -1,
      outputs: this.outputs.map(({ buffer, size }) => ({ at: buffer.at, size })),
      batchSize: this.batchSize,
      training: this.training,
    };
    checkFits(program, gradientBytes * shards);
    return program;
  }

  /** Gives buffers of one space their addresses in it; returns its bytes. */
  protected placeBuffers(buffers: readonly Buffer[]): number {
    return placeByLifetime(buffers);
  }
}
