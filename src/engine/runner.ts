import { barrier } from "./barrier.ts";
import { signatures } from "./generated/kernels.ts";
import type { Run, Source, SourceTarget, StepResult } from "./messages.ts";
import {
  type Argument,
  type Call,
  CONTROL,
  CONTROL_WORDS,
  LANES,
  type Phase,
  type Program,
  type ProgramInput,
  type ProgramTarget,
  RESULT_BYTES,
  STEP_BYTES,
  shardsOf,
} from "./program.ts";
import { afterUpdate, stepResult } from "./step-results.ts";
import type { WasmMemory, WasmModule } from "./wasm.ts";

type WasmKernel = (...values: number[]) => void;

/** Writes an image of an input, changed, to `to` from its element `at` on. */
export type ImageChange = (index: number, to: Uint8Array | Float32Array, at: number) => void;

/** The step, block and shard at work, and the numbers that calls read from them. */
interface Position {
  step: number;
  batch: number;
  block: number;
  shard: number;
  shards: number;
  images: number;
  accumulate: number;
}

/** Executes a program on one thread. */
export class Runner {
  protected readonly program: Program;
  private readonly watch: (call: Call, run: CompiledCall) => CompiledCall;
  protected readonly wasmKernels: Readonly<Record<string, WasmKernel>>;
  private readonly control: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly floats: Float32Array;
  protected readonly ints: Int32Array;
  private readonly prologue: CompiledPhase[];
  private readonly step: CompiledPhase[];
  /** The indices of the step's first and last phase of blocks. */
  private readonly firstBlocks: number;
  private readonly lastBlocks: number;
  /** The indices in the source of the block's images; -1 for an empty lane. */
  private readonly indices = new Int32Array(LANES);
  private scales: readonly number[] = [];
  private changes: readonly (ImageChange | undefined)[] = [];
  protected readonly position: Position = {
    step: 0,
    batch: 0,
    block: 0,
    shard: 0,
    shards: 1,
    images: 0,
    accumulate: 0,
  };

  /** `watch` may wrap each call, for example to measure its time. */
  constructor(
    program: Program,
    module: WasmModule,
    memory: WasmMemory,
    watch: (call: Call, run: CompiledCall) => CompiledCall = (_, run) => run,
  ) {
    this.program = program;
    this.watch = watch;
    this.control = new Int32Array(memory.buffer, 0, CONTROL_WORDS);
    this.bytes = new Uint8Array(memory.buffer);
    this.floats = new Float32Array(memory.buffer);
    this.ints = new Int32Array(memory.buffer);
    const imports = { env: { memory: memory as WebAssembly.Memory } };
    this.wasmKernels = new WebAssembly.Instance(module, imports).exports as Record<string, WasmKernel>;
    const compile = (phase: Phase): CompiledPhase => ({
      parallel: phase.parallel,
      calls: phase.calls.map((call) => this.compile(call)),
    });
    this.prologue = program.prologue.map(compile);
    this.step = program.step.map(compile);
    this.firstBlocks = program.step.findIndex((phase) => phase.parallel === "blocks");
    this.lastBlocks = program.step.findLastIndex((phase) => phase.parallel === "blocks");
    for (const { at, words } of program.constants) this.ints.set(words, at / 4);
  }

  /**
   * Runs the batches. Thread 0 returns their results; the other threads return none. `changes`: for each input, what
   * changes its images while they are loaded.
   */
  run(run: Run, source: Source, changes: readonly (ImageChange | undefined)[] = []): StepResult[] {
    const results: StepResult[] = [];
    for (const { at, words } of run.writes) (words instanceof Int32Array ? this.ints : this.floats).set(words, at / 4);
    this.meet(run);
    this.scales = source.scales;
    this.changes = changes;
    this.position.batch = 0;
    if (run.prepare) for (const phase of this.prologue) this.runPhase(phase, run, source, 0, false, false);
    for (let done = 0, step = 0; done < run.count; done += run.batchSize, step++) {
      this.position.step = step;
      this.position.batch = Math.min(run.batchSize, run.count - done);
      this.step.forEach((phase, i) => {
        this.runPhase(phase, run, source, done, i === this.firstBlocks, i === this.lastBlocks);
        if (i === this.lastBlocks && run.thread === 0 && source.targets.length > 0)
          results.push(stepResult(this.program, this.floats, { run, source, done, images: this.position.batch }));
      });
      const last = results.length - 1;
      if (this.program.training && last >= 0)
        results[last] = afterUpdate(this.program, this.bytes.buffer, results[last]!);
      // No thread writes results of the next batch before thread 0 has read these.
      if (this.lastBlocks === this.step.length - 1) this.meet(run);
    }
    return results;
  }

  /** Copies of parts of the memory. */
  read({ at, length }: { at: number; length: number }): Float32Array {
    return this.floats.slice(at / 4, at / 4 + length);
  }

  private meet(run: Run): void {
    barrier(this.control, run.threads, () => Atomics.store(this.control, CONTROL.claimed, 0));
  }

  private runPhase(phase: CompiledPhase, run: Run, source: Source, done: number, first: boolean, last: boolean): void {
    const { position, program } = this;
    const blocks = Math.ceil(position.batch / LANES);
    position.shards = shardsOf(program, position.batch);
    if (phase.parallel === "calls") {
      position.block = 0;
      position.shard = 0;
      for (let next = this.claim(); next < phase.calls.length; next = this.claim()) phase.calls[next]!(run.thread);
    } else {
      for (let shard = this.claim(); shard < position.shards; shard = this.claim()) {
        const from = Math.floor((shard * blocks) / position.shards);
        const to = Math.floor(((shard + 1) * blocks) / position.shards);
        position.shard = shard;
        for (let block = from; block < to; block++) {
          position.block = block;
          position.accumulate = block === from ? 0 : 1;
          position.images = Math.min(LANES, position.batch - block * LANES);
          const slot = this.slot(run.thread);
          if (first) this.load(run, source, done + block * LANES, slot);
          for (const call of phase.calls) call(run.thread);
          if (last) this.store(run, done + block * LANES, slot);
        }
      }
    }
    this.meet(run);
  }

  /** The number of the next piece of work that no thread has taken. */
  private claim(): number {
    return Atomics.add(this.control, CONTROL.claimed, 1);
  }

  protected slot(thread: number): number {
    const { slots } = this.program;
    return slots.at + slots.bytes * (slots.per === "thread" ? thread : this.position.block);
  }

  /**
   * Copies the images of a block, from the run's image `at` on, into the slot with their labels and weights. Empty lanes
   * get the first image again, and labels and weights of 0.
   */
  protected load(run: Run, source: Source, at: number, slot: number): void {
    const { inputs, targets, masks } = this.program;
    const { indices, position } = this;
    for (let lane = 0; lane < LANES; lane++) {
      const filled = lane < position.images;
      indices[lane] = filled ? (run.order ? run.order[at + lane]! : run.first + at + lane) : -1;
      if (masks >= 0) this.floats[(slot + masks) / 4 + lane] = filled ? 1 : 0;
    }
    for (let i = 0; i < inputs.length; i++) this.loadImages(inputs[i]!, source.inputs[i]!, slot, this.changes[i]);
    for (let i = 0; i < targets.length; i++) this.loadTarget(targets[i]!, source.targets[i]!, slot);
  }

  private loadImages(
    input: ProgramInput,
    images: Uint8Array | Float32Array,
    slot: number,
    change: ImageChange | undefined,
  ): void {
    const raw = new Uint8Array(images.buffer, images.byteOffset, images.byteLength);
    const imageBytes = input.size * input.bytesPerElement;
    const numbers = input.bytesPerElement === 1 ? this.bytes : this.floats;
    const first = slot + input.at;
    for (let lane = 0; lane < this.program.lanes; lane++) {
      const index = this.indices[lane]!;
      const to = first + lane * input.stride;
      // An empty lane repeats the block's first image: a custom layer may have no finite value for zeros, and an
      // infinity times a gradient of 0 would be a NaN in the sum over the lanes.
      if (index < 0) this.bytes.copyWithin(to, first, first + imageBytes);
      else if (change) change(index, numbers, to / input.bytesPerElement);
      else this.bytes.set(raw.subarray(index * imageBytes, (index + 1) * imageBytes), to);
    }
  }

  private loadTarget(target: ProgramTarget, { labels, weights }: SourceTarget, slot: number): void {
    const { size, lossWeight } = target;
    for (let lane = 0; lane < LANES; lane++) {
      const index = this.indices[lane]!;
      const sampleWeight = (slot + target.sampleWeights) / 4 + lane;
      this.floats[sampleWeight] = index >= 0 ? (lossWeight * (weights ? weights[index]! : 1)) / this.position.batch : 0;
      const to = (slot + target.labels) / 4 + lane * Math.max(1, size);
      if (size === 0) this.ints[to] = index >= 0 ? labels[index]! : 0;
      for (let k = 0; k < size; k++) this.floats[to + k] = index >= 0 ? labels[index * size + k]! : 0;
    }
  }

  private store(run: Run, at: number, slot: number): void {
    this.program.outputs.forEach((output, i) => {
      const from = (slot + output.at) / 4;
      run.outputs[i]!.set(this.floats.subarray(from, from + this.position.images * output.size), at * output.size);
    });
  }

  /** A function that runs the call at the current position. */
  private compile(call: Call): CompiledCall {
    const wasmKernel = this.wasmKernels[call.wasmKernel];
    if (!wasmKernel || call.values.length !== signatures[call.wasmKernel].length) {
      throw new Error(`the wasm kernel ${call.wasmKernel} is missing or has other parameters: run the build again`);
    }
    const getters = call.values.map((value) => this.getter(value));
    const values = getters.map(() => 0);
    const next = call.next && this.compile(call.next);
    const always = this.watch(call, (thread) => {
      for (let i = 0; i < values.length; i++) values[i] = getters[i]!(thread);
      wasmKernel(...values);
    });
    const when = call.when && this.getter(call.when);
    const run: CompiledCall = when
      ? (thread) => {
          if (this.ints[when(thread) / 4] !== 0) always(thread);
        }
      : always;
    if (!next) return run;
    return (thread) => {
      run(thread);
      next(thread);
    };
  }

  protected getter(value: Argument): (thread: number) => number {
    const { position, program } = this;
    if (typeof value === "number") return () => value;
    if ("runtime" in value) {
      switch (value.runtime) {
        case "slotBytes":
          return () => program.slots.bytes;
        case "gradientBytes":
          return () => program.gradients.bytes;
        case "scale": {
          const { input } = value;
          return () => this.scales[input]!;
        }
        default: {
          const name = value.runtime;
          return () => position[name];
        }
      }
    }
    const at = value.at;
    switch (value.space) {
      case "memory":
        return () => at;
      case "slot":
        return (thread) => this.slot(thread) + at;
      case "scratch":
        return (thread) => program.scratch.at + program.scratch.bytes * thread + at;
      case "gradient":
        return () => program.gradients.at + position.shard * program.gradients.bytes + at;
      case "step":
        return () => program.steps + position.step * STEP_BYTES + at;
      case "result":
        return () => program.results + position.block * RESULT_BYTES * program.targets.length + at;
    }
  }
}

interface CompiledPhase {
  readonly parallel: Phase["parallel"];
  readonly calls: readonly CompiledCall[];
}

export type CompiledCall = (thread: number) => void;
