import type { Signal } from "../core/signal.ts";
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
  type Program,
  STEP,
  STEP_BYTES,
  shardBlocks,
  shardsOf,
} from "./program.ts";
import { ProgramState, type Range } from "./program-state.ts";
import type { SourceHandle } from "./source-handle.ts";
import type { WasmModule } from "./wasm.ts";
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
  readonly reads?: readonly Range[];
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
  /** Its weights and named memory, and those of the host. */
  readonly state: ProgramState;
  private readonly threads: number;
  private readonly module: WasmModule;
  private registered: Registered;

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
    this.state = new ProgramState(builder.variables, builder.memories);
    this.threads = canShare ? builder.threads : 1;
    this.module = module;
    this.registered = this.takeMemory();
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
        this.registered = this.takeMemory();
        if (options.continues) throw error;
        if (lost === MOST_LOST) throw error.cause ?? error;
      }
    }
  }

  /** Gives the program new memory; returns its number for the threads. */
  private takeMemory(): Registered {
    const { program, module, isSlow } = this;
    const memory = canShare ? newMemory(program.bytes, true) : undefined;
    const control = memory && new Int32Array(memory.buffer, 0, CONTROL_WORDS);
    this.state.begin(memory);
    return register(this, (id) => ({ type: "program", id, program, module, memory, isSlow }), control);
  }

  private async runOnce(options: RunOptions): Promise<RunResult> {
    const { source, count, batchSize, order, first = 0, records = [], ranks = [], writes = [], reads = [] } = options;
    const { distortion, losses, signal } = options;
    const { state } = this;
    const outputs = this.program.outputs.map(({ size }) => newShared(count * size));
    const threads = Math.min(this.threads, shardsOf(this.program, Math.min(batchSize, count)));
    // Numbers in the memory of another program are fetched before it runs again.
    state.changedWords();
    const begin = (): Run[] => {
      const changed = state.changedWords();
      state.markWritten();
      return Array.from({ length: threads }, (_, thread) => ({
        type: "run",
        program: this.registered.id,
        source: source.registered.id,
        thread,
        threads,
        writes: thread === 0 ? [...changed, ...this.stepWords(records), ...writes] : [],
        reads: thread === 0 && !state.memory ? reads : [],
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
    state.runs++;
    const [reply] = await runTogether(this.registered, [source.registered], begin, watched).finally(() => {
      state.runs--;
    });
    if (reply?.type !== "done") throw new Error("a thread of the engine failed without a cause");
    return { steps: reply.steps, reads: state.copies(reads) ?? reply.reads, outputs: reply.outputs ?? outputs };
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
