import { kernelModule, type Numerics } from "./binary.ts";
import type { ProgramBuilder } from "./builder.ts";
import { newMemory } from "./memory.ts";
import { type Source, singleThread, type Words } from "./messages.ts";
import { canShare, type Place, type Program } from "./program.ts";
import { Runner } from "./runner.ts";
import type { Variable } from "./variable.ts";
import type { WasmModule } from "./wasm.ts";

/**
 * A finished program that runs on the calling thread, for work that takes less time than a message to another thread.
 */
export class CallingThreadExecutable {
  private readonly program: Program;
  private readonly module: WasmModule;
  private runner: Runner;
  private readonly variables: ReadonlyMap<Variable, Place>;
  private readonly versions = new Map<Variable, number>();

  private constructor(program: Program, variables: ProgramBuilder["variables"], module: WasmModule) {
    this.program = program;
    this.variables = variables;
    this.module = module;
    this.runner = this.newRunner();
  }

  static async from(builder: ProgramBuilder, numerics: Numerics): Promise<CallingThreadExecutable> {
    const program = builder.finish();
    return new CallingThreadExecutable(program, builder.variables, await kernelModule(numerics, program));
  }

  /** The outputs for the first image of the source. Variables that changed since the last run are copied in first. */
  run(source: Source): Float32Array[] {
    const writes: Words[] = [];
    for (const [variable, { at }] of this.variables) {
      if (this.versions.get(variable) === variable.version) continue;
      this.versions.set(variable, variable.version);
      writes.push({ at, words: variable.value });
    }
    const outputs = this.program.outputs.map(({ size }) => new Float32Array(size));
    const prepare = writes.length > 0;
    try {
      this.runner.run({ ...singleThread, writes, prepare, count: 1, batchSize: 1, outputs }, source);
    } catch (cause) {
      // What the memory holds is unknown: the next run starts with another.
      this.versions.clear();
      this.runner = this.newRunner();
      throw new Error(`the engine failed: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
    return outputs;
  }

  private newRunner(): Runner {
    return new Runner(this.program, this.module, newMemory(this.program.bytes, canShare));
  }
}
