import { kernelModule, type Numerics } from "./binary.ts";
import type { ProgramBuilder } from "./builder.ts";
import type { Source, Words } from "./messages.ts";
import { canShare, type Place, type Program } from "./program.ts";
import { Runner } from "./runner.ts";
import type { Variable } from "./variable.ts";

/** A finished program that runs on the thread that calls: for work so small that a message to another takes longer. */
export class HereExecutable {
  private readonly program: Program;
  private readonly runner: Runner;
  private readonly variables: ReadonlyMap<Variable, Place>;
  private readonly versions = new Map<Variable, number>();

  private constructor(builder: ProgramBuilder, module: WebAssembly.Module) {
    this.program = builder.finish();
    this.variables = builder.variables;
    const pages = Math.ceil(this.program.bytes / 65536);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: canShare });
    this.runner = new Runner(this.program, module, memory);
  }

  static async from(builder: ProgramBuilder, numerics: Numerics): Promise<HereExecutable> {
    return new HereExecutable(builder, await kernelModule(numerics));
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
    this.runner.run(
      {
        ...{ type: "run", program: 0, source: 0, thread: 0, threads: 1, writes, reads: [], prepare: writes.length > 0 },
        ...{ first: 0, count: 1, batchSize: 1, ranks: [], outputs },
      },
      source,
    );
    return outputs;
  }
}
