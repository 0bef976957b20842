import { InputError } from "../core/errors.ts";
import type { Signal } from "../core/signal.ts";
import { sizeOf } from "../core/tensor.ts";
import { kernelModule, type Numerics } from "./binary.ts";
import type { ProgramBuilder } from "./builder.ts";
import { newMemory, newSharedBuffer } from "./memory.ts";
import type { Distortion, Run, StepResult, Words } from "./messages.ts";
import { MemoryLost, type Registered, register, runTogether } from "./pool.ts";
import {
  CONTROL_WORDS,
  canShare,
  LANES,
  MAX_STEPS,
  type Place,
  type Program,
  STEP,
  STEP_BYTES,
  shardBlocks,
  shardsOf,
} from "./program.ts";
import type { SourceHandle } from "./source-handle.ts";
import type { Variable } from "./variable.ts";
import type { WasmMemory, WasmModule } from "./wasm.ts";
import { patienceFor } from "./watch.ts";

/** The numbers of one step that the program reads, see {@link STEP}. */
export interface StepRecord {
  readonly learningRate: number;
  readonly seed: number;
  readonly updates: boolean;
  readonly averageKeep: number;
  readonly overwrites: boolean;
  readonly own: readonly number[];
}

/** The batches of a run, and what else it does. */
export interface RunOptions {
  readonly source: SourceHandle;
  readonly count: number;
  readonly batchSize: number;
  readonly order?: Uint32Array;
  readonly first?: number;
  readonly distortion?: Distortion | undefined;
  readonly records?: readonly StepRecord[];
  readonly ranks?: readonly (readonly number[])[];
  readonly losses?: readonly number[];
  readonly writes?: readonly Words[];
  readonly reads?: readonly { readonly at: number; readonly length: number }[];
  /** Whether the memory holds numbers from the last run that are nowhere else. Default false. */
  readonly continues?: boolean;
  /** Aborting it ends the run. */
  readonly signal?: Signal;
}

/** The results of the batches, the parts of the memory that were asked for, and the program's outputs. */
export interface RunResult {
  readonly steps: readonly StepResult[];
  readonly reads: readonly Float32Array[];
  readonly outputs: readonly Float32Array[];
}

/** What a program is, for those who wait for it. */
export interface Described {
  /** For messages: `training of "lenet5"`. */
  readonly what: string;
  /** Multiply-adds for an image, of all layers and of the largest. */
  readonly macs: { readonly all: number; readonly largest: number };
}

/** Multiply-adds of about a tenth of a second. */
const SLOW = 1e9;

/** How often a run begins again, since its worker had ended before: the next one may have ended unnoticed, too. */
const MOST_LOST = 4;

/** A finished program with its memory, ready to run. */
export class Executable {
  readonly program: Program;
  private readonly variables: ReadonlyMap<Variable, Place>;
  private readonly memories: ProgramBuilder["memories"];
  private readonly threads: number;
  private readonly module: WasmModule;
  private registered: Registered;
  private readonly versions = new Map<Variable, number>();
  /** The program's memory; undefined where it belongs to a worker alone. */
  private memory: WasmMemory | undefined;
  /** The runs in progress, with those that wait for their turn. */
  private running = 0;

  private readonly what: string;
  private readonly patience: number;
  private readonly isSlow: boolean;

  private constructor(builder: ProgramBuilder, module: WasmModule, { what, macs }: Described) {
    this.program = builder.finish();
    this.what = what;
    // What a thread computes before the next look at it: a shard, forward and both gradients, or where that takes
    // long a single call for a block, which may compute both gradients.
    const shard = 3 * macs.all * LANES * shardBlocks(this.program, this.program.batchSize);
    this.isSlow = shard > SLOW;
    this.patience = patienceFor(this.isSlow ? 2 * macs.largest * LANES : shard, this.program.bytes);
    this.variables = builder.variables;
    this.memories = builder.memories;
    this.threads = canShare ? builder.threads : 1;
    this.module = module;
    [this.memory, this.registered] = this.withMemory();
  }

  /** Finishes and compiles the builder's program. */
  static async from(builder: ProgramBuilder, numerics: Numerics, described: Described): Promise<Executable> {
    return new Executable(builder, await kernelModule(numerics), described);
  }

  /**
   * Runs batches of `batchSize` over `count` images of the source, in the given order or from `first` on. Before that,
   * copies in the variables that changed since the last run, and the words of `writes`. The loss of each target starts
   * from `losses`, default 0. After that, returns copies of the parts of the memory in `reads`.
   * @throws Error with the cause where threads fail, die or hang; Interrupted after an abort of the signal
   * @throws MemoryLost where the run `continues` from numbers in the memory that have ended with a worker
   */
  async run(options: RunOptions): Promise<RunResult> {
    for (let lost = 1; ; lost++) {
      try {
        return await this.runOnce(options);
      } catch (error) {
        if (!(error instanceof MemoryLost)) throw error;
        this.versions.clear();
        [this.memory, this.registered] = this.withMemory();
        if (options.continues) throw error;
        if (lost === MOST_LOST) throw error.cause ?? error;
      }
    }
  }

  /** New memory for the program, and its number for the threads. */
  private withMemory(): [WasmMemory | undefined, Registered] {
    const { program, module, isSlow } = this;
    const memory = canShare ? newMemory(program.bytes, true) : undefined;
    const control = memory && new Int32Array(memory.buffer, 0, CONTROL_WORDS);
    return [memory, register(this, (id) => ({ type: "program", id, program, module, memory, isSlow }), control)];
  }

  private async runOnce(options: RunOptions): Promise<RunResult> {
    const { source, count, batchSize, order, first = 0, records = [], ranks = [], writes = [], reads = [] } = options;
    const { distortion, losses, signal } = options;
    const outputs = this.program.outputs.map(({ size }) => newShared(count * size));
    const threads = Math.min(this.threads, shardsOf(this.program, Math.min(batchSize, count)));
    // Numbers in the memory of another program are fetched before it runs again.
    this.changedWords();
    const begin = (): Run[] => {
      const changed = this.changedWords();
      for (const variable of this.variables.keys()) this.versions.set(variable, variable.version);
      return Array.from({ length: threads }, (_, thread) => ({
        type: "run",
        program: this.registered.id,
        source: source.registered.id,
        thread,
        threads,
        writes: thread === 0 ? [...changed, ...this.stepWords(records), ...writes] : [],
        reads: thread === 0 && !this.memory ? reads : [],
        prepare: changed.length > 0,
        distortion,
        order,
        first,
        count,
        batchSize,
        ranks,
        losses,
        outputs,
      }));
    };
    const watched = { what: this.what, patience: this.patience, signal };
    this.running++;
    const [reply] = await runTogether(this.registered, [source.registered], begin, watched).finally(() => {
      this.running--;
    });
    if (reply?.type !== "done") throw new Error("a thread of the engine failed without a cause");
    return { steps: reply.steps, reads: this.copies(reads) ?? reply.reads, outputs: reply.outputs ?? outputs };
  }

  /** The program's named memory, to be written by a run; for a name that `known` does not have, its first number. */
  memoryWords(known: ReadonlyMap<string, Float32Array>): Words[] {
    return [...this.memories].map(([name, { place, length, first }]) => ({
      at: place.at,
      words: known.get(name) ?? new Float32Array(length).fill(first),
    }));
  }

  /** The addresses of variables and named memory, to be read with a run and passed to {@link takeState}. */
  get stateRanges(): { at: number; length: number }[] {
    // `value` would fetch the numbers of a variable whose program has newer ones.
    const variables = [...this.variables].map(([{ shape }, place]) => ({ at: place.at, length: sizeOf(shape) }));
    return [...variables, ...[...this.memories.values()].map(({ place, length }) => ({ at: place.at, length }))];
  }

  /** The names of what {@link stateRanges} are: the weights, then the named memory as `optimizer/...`. */
  get stateNames(): string[] {
    return [
      ...[...this.variables.keys()].map(({ path }) => path),
      ...[...this.memories.keys()].map((name) => `optimizer/${name}`),
    ];
  }

  /** What a run writes to start from a state, by the names of {@link stateNames}; names that the program lacks are left out. */
  stateWords(state: ReadonlyMap<string, Float32Array>): Words[] {
    const ranges = this.stateRanges;
    return this.stateNames.flatMap((name, i) => {
      const words = state.get(name);
      return words ? [{ at: ranges[i]!.at, words }] : [];
    });
  }

  /** Copies of the host's numbers in the order of {@link stateRanges}: what a run without further writes starts from. */
  hostState(known: ReadonlyMap<string, Float32Array>): Float32Array[] {
    const variables = [...this.variables.keys()].map(({ value }) => value.slice());
    return [...variables, ...this.memoryWords(known).map(({ words }) => Float32Array.from(words))];
  }

  /**
   * What a run reads with {@link stateRanges}, in the arrays of `into` where they fit; undefined while the program runs,
   * or where its memory is not shared.
   */
  stateNow(into: readonly Float32Array[] = []): Float32Array[] | undefined {
    return this.running > 0 ? undefined : this.copies(this.stateRanges, into);
  }

  private copies(ranges: RunOptions["reads"] = [], into: readonly Float32Array[] = []): Float32Array[] | undefined {
    const { memory } = this;
    return (
      memory &&
      ranges.map(({ at, length }, i) => {
        const copy = into[i]?.length === length ? into[i] : new Float32Array(length);
        copy.set(new Float32Array(memory.buffer, at, length));
        return copy;
      })
    );
  }

  /** Whether the host has changed variables since the last run. */
  get hasChanges(): boolean {
    return [...this.variables.keys()].some((variable) => this.versions.get(variable) !== variable.version);
  }

  /** Copies the variables that the host has changed since the last run over those of a {@link stateNow}. */
  copyChanges(state: readonly Float32Array[]): void {
    [...this.variables.keys()].forEach((variable, i) => {
      if (this.versions.get(variable) !== variable.version) state[i]!.set(variable.value);
    });
  }

  /** Copies what {@link stateRanges} read into the variables, and the named memory into `known`. */
  takeState(values: readonly Float32Array[], known: Map<string, Float32Array>): void {
    const variables = [...this.variables.keys()];
    variables.forEach((variable, i) => {
      variable.value.set(values[i]!);
      variable.version++;
      this.versions.set(variable, variable.version);
    });
    [...this.memories.keys()].forEach((name, i) => {
      known.set(name, values[variables.length + i]!);
    });
  }

  /**
   * Leaves what a run wrote in the program's memory: each variable fetches its numbers when they are read, which throws
   * an InputError while the program runs. Returns false where the memory cannot be shared.
   */
  lend(): boolean {
    const { memory } = this;
    if (!memory) return false;
    for (const [variable, { at }] of this.variables) {
      variable.version++;
      this.versions.set(variable, variable.version);
      variable.newer = (value) => {
        this.refuseWhileRunning();
        value.set(new Float32Array(memory.buffer, at, value.length));
      };
    }
    return true;
  }

  /** Copies the named memory, which {@link lend} left in the program, into `known`. */
  copyMemories(known: Map<string, Float32Array>): void {
    if (!this.memory) return;
    this.refuseWhileRunning();
    for (const [name, { place, length }] of this.memories)
      known.set(name, new Float32Array(this.memory.buffer, place.at, length).slice());
  }

  private refuseWhileRunning(): void {
    if (this.running === 0) return;
    throw new InputError("expected weights to be read after trainOnBatch has ended, got a call before: await it first");
  }

  /** After a failed run: variables keep the numbers that were last read. */
  withdraw(): void {
    for (const variable of this.variables.keys()) {
      if (this.versions.get(variable) !== variable.version) continue;
      variable.newer = undefined;
      variable.version++;
    }
  }

  /** What the host has changed since the last run that began: one that waits may never begin. */
  private changedWords(): Words[] {
    const changed = [...this.variables].filter(([variable]) => this.versions.get(variable) !== variable.version);
    return changed.map(([{ value }, { at }]) => ({ at, words: value }));
  }

  private stepWords(records: readonly StepRecord[]): Words[] {
    if (records.length > MAX_STEPS) throw new Error(`a run holds at most ${MAX_STEPS} steps, got ${records.length}`);
    const words = new Int32Array((records.length * STEP_BYTES) / 4);
    const floats = new Float32Array(words.buffer);
    records.forEach((record, i) => {
      const word = ({ at }: { at: number }) => (i * STEP_BYTES + at) / 4;
      floats[word(STEP.learningRate)] = record.learningRate;
      words[word(STEP.seed)] = record.seed;
      words[word(STEP.updates)] = Number(record.updates);
      floats[word(STEP.averageKeep)] = record.averageKeep;
      words[word(STEP.overwrites)] = Number(record.overwrites);
      for (const [own, value] of record.own.entries()) floats[word(STEP.own[own]!)] = value;
    });
    return [{ at: this.program.steps, words }];
  }
}

function newShared(length: number): Float32Array {
  return canShare ? new Float32Array(newSharedBuffer(length * 4)) : new Float32Array(length);
}
