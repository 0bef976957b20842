import { writeError } from "#platform";
import { InputError } from "../core/errors.ts";
import { hash32 } from "../core/random.ts";
import type { Signal } from "../core/signal.ts";
import type { Executable } from "../engine/executable.ts";
import { joinedBytes } from "../engine/fits.ts";
import type { StepResult } from "../engine/messages.ts";
import { MemoryLost } from "../engine/pool.ts";
import { canShare, LANES } from "../engine/program.ts";
import type { SourceHandle } from "../engine/source-handle.ts";
import { Interrupted } from "../engine/watch.ts";
import { definitionOf, stepRecord } from "../training/optimizers/table.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import type { Samples } from "./data.ts";
import { checkRate, Diverged, problemOf } from "./divergence.ts";
import { executableOf, type ProgramKey, run } from "./executables.ts";
import { smallerExecutable } from "./fitting-batch.ts";
import { targetsOf } from "./objectives.ts";
import { type Batched, problemIn, RecentRuns } from "./recent-runs.ts";
import { ranksOf, type ScoredStep, scoredSteps } from "./scored-steps.ts";
import { storedTargets } from "./training-programs.ts";
import { beginAverages } from "./update.ts";

/** Batches of more images are planned for in steps of so many. */
const LARGE = 1024;
/** Bytes of activations of a whole batch that are said before a program runs. */
const MUCH_MEMORY = 1e9;

/**
 * Trains on batches. Between batches the weights and the optimizer's slots stay in the program's memory;
 * {@link bringBack} copies them to the host. When a run fails, the host gets those of the last copy: {@link RecentRuns}.
 */
export class Trainer {
  private readonly core: ModelCore;
  private readonly training: TrainingState;
  private readonly seed: number;
  private readonly signal: Signal | undefined;
  private executable: Executable | undefined;
  private source: SourceHandle | undefined;
  private batchSize = 0;
  private hasWarned = false;
  /** Whether the newest weights and slots are in the program's memory and can be read there. */
  private isLent = false;
  /** Batches that the host's weights were trained on. */
  private broughtBack: number;
  /** The call of {@link bringBack} in progress. */
  private bringing: Promise<void> | undefined;
  private readonly recent = new RecentRuns();

  /** Aborting the signal stops a run that takes long. */
  constructor(core: ModelCore, training: TrainingState, seed: number, signal?: Signal) {
    this.core = core;
    this.training = training;
    this.seed = seed;
    this.signal = signal;
    this.broughtBack = training.iterations;
  }

  /**
   * Trains on the images of a source in the given order, `batchSize` at a time, distorted by the threads.
   * @throws Diverged where a number becomes NaN or infinite
   * @throws Error with the cause where threads fail; the model is then as after the batch that it names
   */
  async train(samples: Samples, batched: Batched): Promise<readonly ScoredStep[]> {
    const { iterations } = this.training;
    try {
      return await this.trainOnce(samples, batched);
    } catch (error) {
      if (!(error instanceof MemoryLost)) throw error;
      if (this.training.iterations !== iterations) throw this.failure(error);
    }
    // A worker has ended with the program's memory; there is a copy of it.
    return this.trainOnce(samples, batched);
  }

  private async trainOnce(samples: Samples, batched: Batched): Promise<readonly ScoredStep[]> {
    const { source, order, batchSize } = batched;
    const { training } = this;
    const { graph } = this.core;
    const targets = targetsOf(graph, training.objectives);
    const executable = await this.executableFor(samples, batchSize);
    const fresh = executable !== this.executable;
    if (fresh) {
      await this.bringBack();
      this.broughtBack = training.iterations;
      beginAverages(graph.layers, training);
    }
    this.beginRun(executable, fresh);
    const records = Array.from({ length: Math.ceil(order.length / batchSize) }, (_, i) => {
      const iteration = training.iterations + i;
      const record = stepRecord(training.optimizer, iteration, hash32(`dropout ${this.seed} ${iteration}`));
      checkRate(record.learningRate, i + 1);
      return record;
    });
    this.recent.add({ ...batched, changes: source.changes, records });
    const running = run(this.core, executable, {
      ...batched,
      count: order.length,
      records,
      ranks: ranksOf(targets),
      writes: fresh ? executable.state.memoryWords(training.memory) : [],
      // A worker's memory can only be read with the run.
      reads: !canShare && this.recent.isDue ? executable.state.ranges : [],
      continues: !fresh,
      signal: this.signal,
    });
    try {
      const { steps, outputs, reads } = await running;
      const stored = storedTargets(targets, false);
      const scored = (some: readonly StepResult[]) =>
        scoredSteps(graph, targets, some, { outputs, stored, source, at: (i) => order[i]! });
      const bad = steps.findIndex((step) => problemOf(step) !== undefined);
      const began = performance.now();
      const state = canShare && bad < 0 && this.recent.isDue ? (executable.state.now(this.recent.spare) ?? []) : reads;
      const problem = bad < 0 ? problemIn(state, executable.state.names) : problemOf(steps[bad]!);
      const copying = performance.now() - began;
      if (problem !== undefined) {
        // Metrics read no outputs that are not finite.
        const where = bad < 0 ? undefined : await this.firstBadLayer(executable, samples, bad);
        const seen = bad < 0 ? scored(steps) : [...scored(steps.slice(0, bad)), steps[bad]!];
        throw new Diverged(problem, where, seen);
      }
      this.executable = executable;
      this.source = source;
      training.iterations += steps.length;
      if (state.length > 0) this.recent.keep(state, training.iterations, copying);
      return scored(steps);
    } catch (error) {
      // The run had not begun: nothing has changed.
      if (error instanceof Interrupted && !error.hadBegun) throw error;
      this.giveUp(executable, error instanceof Diverged);
      const isOwn = [MemoryLost, Interrupted, InputError].some((type) => error instanceof type);
      throw isOwn ? error : this.failure(error as Error);
    }
  }

  private failure(cause: Error): Error {
    return new Error(`${cause.message}; the model is as after batch ${this.training.iterations}`, { cause });
  }

  /** The batches that the weights of the newest copy have seen. */
  get kept(): number | undefined {
    return this.recent.last?.iterations;
  }

  /** Before a run: keeps what it starts from, where the host has changed something. */
  private beginRun(executable: Executable, fresh: boolean): void {
    const { training, recent } = this;
    const { iterations } = training;
    if (!fresh && !executable.state.hasChanges) return;
    if (fresh || this.isLent) {
      this.settle();
      recent.begin(executable.state.ofHost(training.memory), iterations);
      return;
    }
    // In the middle of an epoch the host does not have all.
    const state = executable.state.now() ?? (this.kept === iterations ? recent.last?.state : undefined);
    if (!state) recent.clear();
    else {
      executable.state.copyChanges(state);
      recent.keep(state, iterations);
    }
  }

  /** Where the numbers of a batch first are not finite; undefined where that cannot be said. */
  private async firstBadLayer(executable: Executable, samples: Samples, bad: number): Promise<string | undefined> {
    const { core, training, recent, signal } = this;
    const { firstBadLayer } = await import("./first-bad-layer.ts");
    // A failure must not hide that training has diverged.
    return firstBadLayer({ core, training, samples, executable, recent, bad, signal }).catch(() => undefined);
  }

  /**
   * After a failed run: the program's weights are lost. The host has those that were last brought back, or gets those
   * of the newest copy.
   */
  private giveUp(executable: Executable, diverged: boolean): void {
    const { core, training, recent } = this;
    if (this.isLent) executable.state.withdraw();
    const isNewer = !diverged && recent.last && recent.last.iterations > this.broughtBack;
    if (recent.last && (this.isLent || isNewer)) {
      executable.state.take(recent.last.state, training.memory);
      this.broughtBack = recent.last.iterations;
    }
    // Its memory is not what the versions of the variables say.
    if (diverged) core.executables.clear();
    this.isLent = false;
    this.executable = undefined;
    recent.clear();
    training.iterations = this.broughtBack;
  }

  /** Before an epoch: estimates second derivatives on its first images, if the optimizer needs them. */
  async begin(samples: Samples, source: SourceHandle, order: Uint32Array): Promise<void> {
    const { core, training } = this;
    const { optimizer, objectives } = training;
    const curvature = definitionOf(optimizer).curvature?.(optimizer);
    if (!curvature) return;
    await this.bringBack();
    const some = order.slice(0, curvature.images);
    const data = { batchSize: some.length, threads: core.threads, inputs: samples.inputs };
    const executable = await executableOf(core, { type: "curvature", data, objectives, slot: curvature.slot });
    const batch = { source, order: some, count: some.length, batchSize: some.length };
    const { reads } = await run(core, executable, { ...batch, reads: executable.state.ranges, signal: this.signal });
    const problem = problemIn(reads, executable.state.names);
    if (problem !== undefined) throw new Diverged(`among the second derivatives, ${problem}`);
    executable.state.take(reads, training.memory);
  }

  /**
   * After a batch, leaves weights and slots in the program's memory until they are read. Where memory cannot be shared,
   * copies them to the host.
   */
  async lend(): Promise<void> {
    this.isLent = this.executable?.state.lend() ?? false;
    if (!this.isLent) await this.bringBack();
  }

  /** Whether the host's weights are older than the last batch. */
  get isBehind(): boolean {
    return this.executable !== undefined || this.bringing !== undefined;
  }

  /** Copies slots that {@link lend} left in the program to the host. */
  settle(): void {
    if (this.isLent) this.executable?.state.copyMemories(this.training.memory);
  }

  /**
   * Copies weights and slots to the host; the next batch starts from the host's.
   * @throws Diverged where they are not finite; the host then keeps those that it has
   */
  bringBack(): Promise<void> {
    this.bringing ??= this.copyToHost().finally(() => {
      this.bringing = undefined;
    });
    return this.bringing;
  }

  private async copyToHost(): Promise<void> {
    const { executable, source, training } = this;
    if (!executable || !source) return;
    if (this.isLent) {
      // Variables fetch their own numbers, unless others have been set since.
      this.settle();
      this.isLent = false;
      this.executable = undefined;
      return;
    }
    this.executable = undefined;
    const { iterations } = training;
    const reading = { source, count: 0, batchSize: 1, reads: executable.state.ranges, continues: true };
    let reads: readonly Float32Array[];
    try {
      reads = executable.state.now() ?? (await run(this.core, executable, { ...reading, signal: this.signal })).reads;
    } catch (error) {
      this.giveUp(executable, false);
      if (training.iterations === iterations) return;
      throw error;
    }
    const problem = problemIn(reads, executable.state.names);
    if (problem !== undefined) {
      this.giveUp(executable, true);
      throw new Diverged(problem);
    }
    executable.state.take(reads, training.memory);
    this.broughtBack = iterations;
  }

  /** The program for this kind of data, for batches up to the largest so far. */
  private async executableFor(samples: Samples, batchSize: number): Promise<Executable> {
    const { core, training } = this;
    // A single image has its own program. Other sizes are powers of two: batches of changing size need few programs.
    // Large ones are less far from what is needed, since a program may keep activations for each image.
    if (this.batchSize === 0 && batchSize === 1) this.batchSize = 1;
    if (this.batchSize < batchSize && batchSize > LARGE) this.batchSize = Math.ceil(batchSize / LARGE) * LARGE;
    while (this.batchSize < batchSize) this.batchSize = Math.max(LANES, this.batchSize * 2);
    const { objectives, optimizer } = training;
    const data = { threads: core.threads, inputs: samples.inputs };
    const keyFor = (size: number): ProgramKey => {
      return { type: "fit", data: { ...data, batchSize: size }, objectives, optimizer };
    };
    let executable: Executable;
    try {
      executable = await executableOf(core, keyFor(this.batchSize));
    } catch (error) {
      const sizes = { planned: this.batchSize, batchSize };
      executable = await smallerExecutable(core, keyFor, sizes, error);
      this.batchSize = executable.program.batchSize;
    }
    const bytes = joinedBytes(executable.program);
    if (bytes > MUCH_MEMORY && !this.hasWarned) {
      this.hasWarned = true;
      writeError(
        `Warning: a layer such as batchNormalization needs all ${batchSize} images of a batch at once, which take ${(bytes / 1e9).toFixed(1)} GB of memory. A smaller batchSize takes less.\n`,
      );
    }
    return executable;
  }
}
