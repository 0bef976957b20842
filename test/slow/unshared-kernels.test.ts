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
import type { Numerics } from "../../src/engine/binary.ts";
import { CallingThreadExecutable } from "../../src/engine/calling-thread.ts";
import { Executable } from "../../src/engine/executable.ts";
import { signatures } from "../../src/engine/generated/kernels.ts";
import { type Call, canShare } from "../../src/engine/program.ts";

const called: Record<Numerics, Set<string>> = { reproducible: new Set(), fast: new Set() };

for (const kind of [Executable, CallingThreadExecutable]) {
  const from = kind.from.bind(kind);
  vi.spyOn(kind, "from").mockImplementation((builder, numerics) => {
    const finish = builder.finish.bind(builder);
    builder.finish = () => {
      const program = finish();
      for (const { calls } of [...program.prologue, ...program.step]) {
        for (const first of calls) {
          for (let call: Call | undefined = first; call; call = call.next) called[numerics].add(call.wasmKernel);
        }
      }
      return program;
    };
    return from(builder, numerics) as never;
  });
}

// The last test, since tests run in the order of the file.
it.each(["reproducible", "fast"] as const)("every wasm kernel was called, %s", (numerics) => {
  expect(canShare).toBe(false);
  // "peak" is only a benchmark.
  const missing = Object.keys(signatures).filter((name) => !called[numerics].has(name) && name !== "peak");
  const advice =
    "no test here calls them: add a case to test/engine/layers.test.ts, or golden numbers of the optimizer or of training";
  expect(missing, advice).toEqual([]);
});
