import { SourceHandle } from "../engine/executable.ts";
import type { ModelCore } from "./core.ts";
import type { Samples } from "./data.ts";
import { executableOf, PIECE, run } from "./executables.ts";

/** The numbers of each of the model's outputs, computed by worker threads. */
export async function predictBatches(core: ModelCore, samples: Samples): Promise<Float32Array[]> {
  const { count, inputs } = samples;
  const data = { batchSize: PIECE, threads: core.threads, inputs };
  const handle = new SourceHandle(samples.source);
  try {
    const executable = await executableOf(core, { type: "predict", data });
    const { outputs } = await run(core, executable, { source: handle, count, batchSize: PIECE });
    // A copy outside shared memory, which some platform functions do not accept.
    return outputs.map((output) => Float32Array.from(output));
  } finally {
    handle.release();
  }
}
