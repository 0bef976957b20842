import type { ConfigOf } from "../core/options.ts";
import { sizeOf } from "../core/tensor.ts";
import { SourceHandle } from "../engine/source-handle.ts";
import type { ModelCore } from "./core.ts";
import type { Samples } from "./data.ts";
import { executableOf, PIECE, run } from "./executables.ts";
import type { passOptions } from "./pass-options.ts";
import { ProgressLine, SHOWN } from "./progress-line.ts";
import { slicesOf } from "./slices.ts";

/** The numbers of each of the model's outputs, computed by worker threads. */
export async function predictBatches(
  core: ModelCore,
  samples: Samples,
  { batchSize, verbose, signal }: ConfigOf<typeof passOptions>,
): Promise<Float32Array[]> {
  const { count, inputs } = samples;
  const data = { batchSize: PIECE, threads: core.threads, inputs };
  const size = batchSize ?? (verbose === 1 ? SHOWN : count);
  const progress = new ProgressLine("predict", verbose, count);
  // Arrays outside shared memory, which some platform functions do not accept.
  const results = core.graph.outputs.map(({ shape }) => new Float32Array(count * sizeOf(shape)));
  for (const { samples: part, first } of slicesOf(samples, size, count)) {
    if (signal?.aborted) throw signal.reason;
    const handle = new SourceHandle(part.source);
    try {
      const executable = await executableOf(core, { type: "predict", data });
      const { outputs } = await run(core, executable, { source: handle, count: part.count, batchSize: PIECE, signal });
      outputs.forEach((output, i) => {
        results[i]!.set(output, (first * results[i]!.length) / count);
      });
    } finally {
      handle.release();
    }
    progress.add(part.count);
  }
  progress.end();
  return results;
}
