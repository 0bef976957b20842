import { expect, it } from "vitest";
import { ProgramBuilder } from "../../src/engine/builder.ts";
import { LANES } from "../../src/engine/program.ts";
import { listWords, recordWords } from "../../src/engine/records.ts";

it("the words of a record have the order of the kernel's class, not of the given fields", () => {
  expect(recordWords("Conv2dPair", { b: 4, channel: 1, a: 3, row: 2 })).toEqual([1, 2, 3, 4]);
});

it("a list has the number of its records, then each record with its tail", () => {
  const job = { a: 4, b: 5, weights: 6, first: 1, count: 2 };
  expect(listWords("Conv2dJob", [{ fields: job, tail: [7, 8] }, { fields: { ...job, count: 0 } }])).toEqual([
    ...[2, 4, 5, 6, 1, 2, 7, 8],
    ...[4, 5, 6, 1, 0],
  ]);
});

it("a record of another type than the wasm kernel reads does not compile", () => {
  const builder = new ProgramBuilder({
    batchSize: LANES,
    threads: 1,
    training: false,
    inputs: [{ size: 1, bytesPerElement: 1 }],
  });
  const shape = builder.record("Conv2dShape", { H: 1, W: 1, KH: 1, KW: 1, SH: 1, SW: 1, DH: 1, DW: 1, OH: 1, OW: 1 });
  const jobs = builder.list("Conv2dJob", []);
  const pairs = builder.list("Conv2dPair", []);
  builder.call("conv2dForward", { x: 0, w: 0, bias: 0, y: 0, shape, jobs });
  // @ts-expect-error: a list of pairs, not of jobs
  builder.call("conv2dForward", { x: 0, w: 0, bias: 0, y: 0, shape, jobs: pairs });
  // @ts-expect-error: sizes of a convolution, not of a pooling
  builder.call("maxPooling", { x: 0, y: 0, shape, channels: 1 });
  // @ts-expect-error: a table without a type
  builder.call("maxPooling", { x: 0, y: 0, shape: builder.constant([1]), channels: 1 });
  expect(builder.finish().step[0]!.calls).toHaveLength(4);
});
