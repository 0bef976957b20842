import { kernelModule, type Numerics } from "./binary.ts";
import type { ProgramBuilder } from "./builder.ts";
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
  private readonly runner: Runner;
  private readonly variables: ReadonlyMap<Variable, Place>;
  private readonly versions = new Map<Variable, number>();

  private constructor(program: Program, variables: ProgramBuilder["variables"], module: WasmModule) {
    this.program = program;
    this.variables = variables;
    const pages = Math.ceil(this.program.bytes / 65536);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: canShare });
    this.runner = new Runner(this.program, module, memory);
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
    this.runner.run({ ...singleThread, writes, prepare, count: 1, batchSize: 1, outputs }, source);
    return outputs;
  }
}
