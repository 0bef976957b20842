import { kernelModule, type Numerics } from "./binary.ts";
import type { ProgramBuilder } from "./builder.ts";
import { newMemory } from "./memory.ts";
import { type Source, singleThread } from "./messages.ts";
import { canShare, FIRST_FREE, type WasmKernelName } from "./program.ts";
import { Runner } from "./runner.ts";

/** The time of all calls of a wasm kernel for one layer. */
export interface CallTime {
  readonly wasmKernel: WasmKernelName;
  /** The layer that the calls compute. */
  readonly layer?: string;
  readonly calls: number;
  readonly seconds: number;
}

/**
 * Runs `steps` batches of a program on the calling thread and measures the time of each wasm kernel call. `seconds` is
 * the time of the whole run. The calling thread is blocked meanwhile. Reading the clock takes some of the time.
 */
export async function profile(
  builder: ProgramBuilder,
  numerics: Numerics,
  source: Source,
  steps: number,
): Promise<{ calls: CallTime[]; seconds: number }> {
  const module = await kernelModule(numerics);
  const writes = [...builder.variables].map(([{ value }, place]) => ({ at: place.at, words: value }));
  const program = builder.finish();
  const memory = newMemory(program.bytes, canShare);
  const times: { wasmKernel: WasmKernelName; layer?: string; calls: number; seconds: number }[] = [];
  const runner = new Runner(program, module, memory, ({ wasmKernel, layer }, run) => {
    const time = { wasmKernel, layer, calls: 0, seconds: 0 };
    times.push(time);
    return (thread) => {
      const began = performance.now();
      run(thread);
      time.seconds += (performance.now() - began) / 1000;
      time.calls++;
    };
  });
  const { batchSize } = builder;
  const outputs = program.outputs.map(({ size }) => new Float32Array(size * steps * batchSize));
  const run = (count: number) =>
    runner.run({ ...singleThread, writes, prepare: true, count: count * batchSize, batchSize, outputs }, source);
  run(Math.min(steps, 8)); // compiles and warms up
  for (const time of times) Object.assign(time, { calls: 0, seconds: 0 });
  const began = performance.now();
  run(steps);
  return { calls: added(times), seconds: (performance.now() - began) / 1000 };
}

/** Adds up the calls of the same wasm kernel for the same layer; the slowest first. */
function added(times: readonly CallTime[]): CallTime[] {
  const all = new Map<string, CallTime>();
  for (const time of times) {
    const key = `${time.layer} ${time.wasmKernel}`;
    const known = all.get(key);
    const { calls = 0, seconds = 0 } = known ?? {};
    all.set(key, { ...time, calls: calls + time.calls, seconds: seconds + time.seconds });
  }
  return [...all.values()].sort((a, b) => b.seconds - a.seconds);
}

/**
 * The peak of one core, with operands in registers, in billions of floating-point operations per second: the best
 * round.
 */
export async function peakGflops(numerics: Numerics, rounds = 20): Promise<number> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: canShare });
  new Float32Array(memory.buffer).fill(1e-6, FIRST_FREE / 4, FIRST_FREE / 4 + 64);
  const { exports } = new WebAssembly.Instance(await kernelModule(numerics), { env: { memory } });
  const peak = exports.peak as (values: number, iterations: number) => void;
  const iterations = 500_000;
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    peak(FIRST_FREE, iterations);
    const seconds = (performance.now() - began) / 1000;
    best = Math.max(best, (iterations * 8 * 4 * 2) / seconds / 1e9);
  }
  return best;
}
