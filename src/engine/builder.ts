import { InputError } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import { placeByLifetime } from "./lifetimes.ts";
import {
  type Arguments,
  type Buffer,
  bufferOf,
  finishedPhase,
  moved,
  type PendingCall,
  pendingCall,
} from "./pending-call.ts";
import {
  type Argument,
  FIRST_FREE,
  GROUP_BYTES,
  LANES,
  MAX_STEPS,
  type Phase,
  type Place,
  type Program,
  type RuntimeArgument,
  SHARDS,
  STEP_BYTES,
  type WasmKernelName,
} from "./program.ts";
import { type Fields, type RecordName, recordWords } from "./records.ts";
import type { Variable } from "./variable.ts";

/** Work on variables is divided into calls of at most this many floats, so that threads can share it. */
const CHUNK = 8192;
/** The largest size of WebAssembly's 32-bit memories. */
const MAX_BYTES = 2 ** 32 - 65536;

/** Collects calls of wasm kernels and plans the memory they work on. */
export class ProgramBuilder {
  readonly batchSize: number;
  readonly threads: number;
  readonly training: boolean;
  readonly variables = new Map<Variable, Place>();
  /** The layer that the next calls compute. */
  layer?: string;
  /** Memory that outlives the program: the host copies it in and out by name. */
  readonly memories = new Map<string, { place: Place; length: number }>();
  private end = FIRST_FREE;
  private gradientEnd = 0;
  private readonly gradients = new Map<Variable, Place>();
  private readonly constants: { at: number; words: Int32Array }[] = [];
  private readonly preparation: PendingCall[] = [];
  private readonly phases: { parallel: Phase["parallel"]; calls: PendingCall[] }[] = [
    { parallel: "blocks", calls: [] },
  ];
  private readonly buffers: Buffer[] = [];
  private calls = 0;
  private readonly steps: number;
  private readonly input: { buffer: Buffer; size: number; stride: number; bytesPerElement: 1 | 4 };
  private readonly outputs: { buffer: Buffer; size: number }[] = [];
  private gradientSquares: readonly number[] = [];
  private labels?: { buffer: Buffer; size: number };
  private sampleWeightBuffer?: Buffer;
  private maskBuffer?: Buffer;

  /** `input`: elements per image and bytes per element of the images. */
  constructor(options: {
    batchSize: number;
    threads: number;
    training: boolean;
    input: { size: number; bytesPerElement: 1 | 4 };
  }) {
    this.batchSize = options.batchSize;
    this.threads = options.threads;
    this.training = options.training;
    this.steps = this.allocate(MAX_STEPS * STEP_BYTES);
    const { size, bytesPerElement } = options.input;
    const stride = roundUp(size * bytesPerElement, 4);
    this.input = { buffer: this.handedIn(LANES * stride), size, stride, bytesPerElement };
  }

  /** The images of a block as the source has them: [16][stride] bytes. */
  get images(): { buffer: Buffer; stride: number; bytesPerElement: 1 | 4 } {
    return this.input;
  }

  /** 16 class numbers, or with `size` [16][size] target floats; always the same buffer. */
  targets(size: number): Buffer {
    this.labels ??= { buffer: this.handedIn(LANES * 4 * Math.max(1, size)), size };
    return this.labels.buffer;
  }

  /** 16 floats: an image's sample weight / images in the batch, 0 for an empty lane. */
  get sampleWeights(): Buffer {
    this.sampleWeightBuffer ??= this.handedIn(GROUP_BYTES);
    return this.sampleWeightBuffer;
  }

  /** 1 for an image, 0 for an empty lane: 16 floats. */
  get masks(): Buffer {
    this.maskBuffer ??= this.handedIn(GROUP_BYTES);
    return this.maskBuffer;
  }

  /** A buffer of `groups` x 16 floats in the block's slot, alive from its first to its last use. */
  buffer(groups: number): Buffer {
    return this.newBuffer(groups * GROUP_BYTES);
  }

  /** [16][size] floats that are copied out of the slot after a block's last call. */
  output(size: number): Buffer {
    const buffer = this.newBuffer(LANES * size * 4);
    this.outputs.push({ buffer, size });
    return buffer;
  }

  /** A table of i32 words that kernels read. */
  constant(words: readonly number[] | Int32Array): Place {
    const at = this.allocate(words.length * 4);
    this.constants.push({ at, words: Int32Array.from(words) });
    return { space: "memory", at };
  }

  /** A record that kernels read: sizes by their names. */
  record<R extends RecordName>(record: R, fields: Fields<R>): Place {
    return this.constant(recordWords(record, fields));
  }

  /** Floats that keep their values from step to step, 0 at first. */
  reserve(floats: number): Place {
    return { space: "memory", at: this.allocate(floats * 4) };
  }

  /** Floats that the host knows by name, such as an optimizer's state of a weight. */
  memory(name: string, length: number): Place {
    const known = this.memories.get(name);
    if (known) return known.place;
    const place = this.reserve(roundUp(length, 4));
    this.memories.set(name, { place, length });
    return place;
  }

  /** The address of a variable's value. */
  variable(variable: Variable): Place {
    const known = this.variables.get(variable);
    if (known) return known;
    const place = this.reserve(roundUp(sizeOf(variable.shape), 4));
    this.variables.set(variable, place);
    return place;
  }

  /** The address of a variable's gradient; `accumulate`: 0 for the first write of a shard, which needs no clearing. */
  gradient(variable: Variable): { place: Place; accumulate: Argument } {
    const known = this.gradients.get(variable);
    if (known) return { place: known, accumulate: 1 };
    const place: Place = { space: "gradient", at: this.gradientEnd };
    this.gradientEnd += roundUp(sizeOf(variable.shape) * 4, GROUP_BYTES);
    this.gradients.set(variable, place);
    return { place, accumulate: { runtime: "accumulate" } };
  }

  /**
   * The weights of `variable`, or their squares, in the order a kernel reads them: element i is weight order[i], or 0
   * where that is -1.
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

  /** Calls a wasm kernel after the weights have changed: before each training step, once before inference. */
  prepare<K extends WasmKernelName>(kernel: K, values: Arguments<K>): void {
    this.preparation.push(pendingCall(kernel, values));
  }

  /** Calls a wasm kernel for every block. */
  call<K extends WasmKernelName>(kernel: K, values: Arguments<K>): void {
    this.append({ ...pendingCall(kernel, values), layer: this.layer });
  }

  /**
   * Calls a wasm kernel once, after all blocks have done the calls before it. Slot addresses mean the slot of block 0.
   */
  join<K extends WasmKernelName>(kernel: K, values: Arguments<K>): void {
    this.phases.push({ parallel: "calls", calls: [] });
    this.append(pendingCall(kernel, values));
    this.phases.push({ parallel: "blocks", calls: [] });
  }

  /**
   * After all blocks: sums the shards' gradients, then calls `update` for each variable, `count` floats at a time from
   * `offset` bytes on.
   */
  update(update: (variable: Variable, w: Place, g: Place, offset: number, count: number) => PendingCall): void {
    const sums: PendingCall[] = [];
    const squares: Place[] = [];
    const updates: PendingCall[] = [];
    for (const [variable, g] of this.gradients) {
      const w = this.variable(variable);
      for (const { start, count } of chunks(roundUp(sizeOf(variable.shape), 4))) {
        const offset = start * 4;
        const gradients = moved(g, offset);
        const stride: RuntimeArgument = { runtime: "gradientBytes" };
        const square = this.reserve(2);
        squares.push(square);
        sums.push(
          pendingCall("sumShards", { gradients, stride, shards: { runtime: "shards" }, count, squares: square }),
        );
        updates.push(update(variable, moved(w, offset), gradients, offset, count));
      }
    }
    this.gradientSquares = squares.map(({ at }) => at);
    // The sum and the update of a chunk run on the same thread, while the chunk is in its cache.
    this.phases.push({ parallel: "calls", calls: sums.map((sum, i) => ({ ...sum, next: updates[i]! })) });
  }

  finish(): Program {
    for (const { buffer } of this.outputs) buffer.last = Number.POSITIVE_INFINITY;
    const live = this.buffers.filter((buffer) => buffer.last >= buffer.first);
    const slotBytes = placeByLifetime(live);
    const blockPhases = this.phases.filter((phase) => phase.parallel === "blocks" && phase.calls.length > 0);
    const per = blockPhases.length > 1 ? "block" : "thread";
    const gradientBytes = this.gradientEnd;
    const blocks = Math.ceil(this.batchSize / LANES);
    const gradients = this.allocate(gradientBytes * Math.min(SHARDS, blocks));
    const results = this.allocate(blocks * LANES * 8);
    const slots = this.allocate(slotBytes * (per === "block" ? blocks : Math.min(this.threads, blocks)));
    // A wasm kernel's last vector may reach beyond its data.
    this.allocate(GROUP_BYTES);
    if (this.end > MAX_BYTES) {
      const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
      throw new InputError(
        `expected a model that fits in 4 GiB with its batch, got ${gib(this.end)}, of which ${gib(this.end - slots)} are activations and ${gib(results - gradients)} gradients: use a smaller model, batchSize or number of threads`,
      );
    }
    const preparation = this.preparation.length > 0 ? [finishedPhase("calls", this.preparation)] : [];
    const step = this.phases
      .filter((phase) => phase.calls.length > 0)
      .map((phase) => finishedPhase(phase.parallel, phase.calls));
    return {
      bytes: this.end,
      constants: this.constants,
      prologue: this.training ? [] : preparation,
      step: this.training ? [...preparation, ...step] : step,
      slots: { at: slots, bytes: slotBytes, per },
      gradients: { at: gradients, bytes: gradientBytes, squares: this.gradientSquares },
      results,
      steps: this.steps,
      input: { ...this.input, at: this.input.buffer.at },
      labels: { at: this.labels?.buffer.at ?? -1, size: this.labels?.size ?? 0 },
      sampleWeights: this.sampleWeightBuffer?.at ?? -1,
      masks: this.maskBuffer?.at ?? -1,
      outputs: this.outputs.map(({ buffer, size }) => ({ at: buffer.at, size })),
      batchSize: this.batchSize,
      training: this.training,
    };
  }

  private allocate(bytes: number): number {
    const at = this.end;
    this.end += roundUp(bytes, GROUP_BYTES);
    return at;
  }

  private newBuffer(bytes: number): Buffer {
    const buffer: Buffer = { bytes: roundUp(bytes, GROUP_BYTES), first: Number.POSITIVE_INFINITY, last: -1, at: 0 };
    this.buffers.push(buffer);
    return buffer;
  }

  /** A buffer that is filled before the block's first call. */
  private handedIn(bytes: number): Buffer {
    const buffer = this.newBuffer(bytes);
    buffer.first = -1;
    return buffer;
  }

  private append(call: PendingCall): void {
    this.phases[this.phases.length - 1]!.calls.push(call);
    const now = this.calls++;
    for (const value of call.values) {
      const buffer = bufferOf(value);
      if (!buffer) continue;
      buffer.first = Math.min(buffer.first, now);
      buffer.last = now;
    }
  }
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

function* chunks(count: number): Generator<{ start: number; count: number }> {
  for (let start = 0; start < count; start += CHUNK) yield { start, count: Math.min(CHUNK, count - start) };
}
