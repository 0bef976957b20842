/**
 * Runs the tests of the wasm kernels again where memory cannot be shared. Together they call every wasm kernel in both
 * numerics.
 */
import "../engine/without-sharing.ts";
import "../engine/elementary.test.ts";
import "../engine/layers.test.ts";
import "../engine/convolutions.test.ts";
import "../engine/losses.test.ts";
import "../engine/noise.test.ts";
import "../engine/operations.test.ts";
import "../engine/curvature.test.ts";
import "../engine/one-image-training.test.ts";
import "../engine/sdlm.test.ts";
import "../golden/engine.test.ts";
import "../golden/training.test.ts";
import "../model/one-image.test.ts";
import { expect, it, vi } from "vitest";
import { type Numerics, wasmKernelsOf } from "../../src/engine/binary.ts";
import type { ProgramBuilder } from "../../src/engine/builder.ts";
import { CallingThreadExecutable } from "../../src/engine/calling-thread.ts";
import { Executable } from "../../src/engine/executable.ts";
import { signatures } from "../../src/engine/generated/kernels.ts";
import { canShare } from "../../src/engine/program.ts";

const called: Record<Numerics, Set<string>> = { reproducible: new Set(), fast: new Set() };

/** Notes what the program of the builder calls. */
function noted(builder: ProgramBuilder, numerics: Numerics): ProgramBuilder {
  const finish = builder.finish.bind(builder);
  builder.finish = () => {
    const program = finish();
    for (const name of wasmKernelsOf(program)) called[numerics].add(name);
    return program;
  };
  return builder;
}

const executable = Executable.from.bind(Executable);
vi.spyOn(Executable, "from").mockImplementation((builder, numerics, described) =>
  executable(noted(builder, numerics), numerics, described),
);
const onCallingThread = CallingThreadExecutable.from.bind(CallingThreadExecutable);
vi.spyOn(CallingThreadExecutable, "from").mockImplementation((builder, numerics) =>
  onCallingThread(noted(builder, numerics), numerics),
);

// The last test, since tests run in the order of the file.
it.each(["reproducible", "fast"] as const)("every wasm kernel was called, %s", (numerics) => {
  expect(canShare).toBe(false);
  // "peak" is only a benchmark.
  const missing = Object.keys(signatures).filter((name) => !called[numerics].has(name) && name !== "peak");
  const advice =
    "no test here calls them: add a case to test/engine/layers.test.ts, or golden numbers of the optimizer or of training";
  expect(missing, advice).toEqual([]);
});
