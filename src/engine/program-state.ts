/** Where the numbers of a program and those of the host meet. */
import { InputError } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import type { ProgramBuilder } from "./builder.ts";
import type { Words } from "./messages.ts";
import type { Place } from "./program.ts";
import type { Variable } from "./variable.ts";
import type { WasmMemory } from "./wasm.ts";

/** Floats of the program's memory. */
export interface Range {
  readonly at: number;
  readonly length: number;
}

/**
 * The weights and the named memory of a program, such as the optimizer's slots: which side has the newer ones, and what
 * a run writes and reads for the other side to have them.
 */
export class ProgramState {
  /** The program's memory; undefined where it belongs to a worker alone. */
  memory: WasmMemory | undefined;
  /** The runs in progress, with those that wait for their turn. */
  runs = 0;
  private readonly variables: ReadonlyMap<Variable, Place>;
  private readonly memories: ProgramBuilder["memories"];
  /** The versions of the variables that the memory has. */
  private readonly versions = new Map<Variable, number>();

  constructor(variables: ReadonlyMap<Variable, Place>, memories: ProgramBuilder["memories"]) {
    this.variables = variables;
    this.memories = memories;
  }

  /** Goes on with new memory, which has nothing. */
  begin(memory: WasmMemory | undefined): void {
    this.memory = memory;
    this.versions.clear();
  }

  /** A run has written {@link changedWords}. */
  markWritten(): void {
    for (const variable of this.variables.keys()) this.versions.set(variable, variable.version);
  }

  /** The program's named memory, to be written by a run; for a name that `known` does not have, its first number. */
  memoryWords(known: ReadonlyMap<string, Float32Array>): Words[] {
    return [...this.memories].map(([name, { place, length, first }]) => ({
      at: place.at,
      words: known.get(name) ?? new Float32Array(length).fill(first),
    }));
  }

  /** The addresses of variables and named memory, to be read with a run and passed to {@link take}. */
  get ranges(): Range[] {
    // `value` would fetch the numbers of a variable whose program has newer ones.
    const variables = [...this.variables].map(([{ shape }, place]) => ({ at: place.at, length: sizeOf(shape) }));
    return [...variables, ...[...this.memories.values()].map(({ place, length }) => ({ at: place.at, length }))];
  }

  /** The names of what {@link ranges} are: the weights, then the named memory as `optimizer/...`. */
  get names(): string[] {
    return [
      ...[...this.variables.keys()].map(({ path }) => path),
      ...[...this.memories.keys()].map((name) => `optimizer/${name}`),
    ];
  }

  /** What a run writes to start from a state, by the names of {@link names}; names that the program lacks are left out. */
  words(state: ReadonlyMap<string, Float32Array>): Words[] {
    const ranges = this.ranges;
    return this.names.flatMap((name, i) => {
      const words = state.get(name);
      return words ? [{ at: ranges[i]!.at, words }] : [];
    });
  }

  /** Copies of the host's numbers in the order of {@link ranges}: what a run without further writes starts from. */
  ofHost(known: ReadonlyMap<string, Float32Array>): Float32Array[] {
    const variables = [...this.variables.keys()].map(({ value }) => value.slice());
    return [...variables, ...this.memoryWords(known).map(({ words }) => Float32Array.from(words))];
  }

  /**
   * What a run reads with {@link ranges}, in the arrays of `into` where they fit; undefined while the program runs,
   * or where its memory is not shared.
   */
  now(into: readonly Float32Array[] = []): Float32Array[] | undefined {
    return this.runs > 0 ? undefined : this.copies(this.ranges, into);
  }

  /** Copies of parts of the memory, in the arrays of `into` where they fit; undefined where it is not shared. */
  copies(ranges: readonly Range[], into: readonly Float32Array[] = []): Float32Array[] | undefined {
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

  /** Copies the variables that the host has changed since the last run over those of a {@link now}. */
  copyChanges(state: readonly Float32Array[]): void {
    [...this.variables.keys()].forEach((variable, i) => {
      if (this.versions.get(variable) !== variable.version) state[i]!.set(variable.value);
    });
  }

  /** Copies what {@link ranges} read into the variables, and the named memory into `known`. */
  take(values: readonly Float32Array[], known: Map<string, Float32Array>): void {
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
    if (this.runs === 0) return;
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
  changedWords(): Words[] {
    const changed = [...this.variables].filter(([variable]) => this.versions.get(variable) !== variable.version);
    return changed.map(([{ value }, { at }]) => ({ at, words: value }));
  }
}
