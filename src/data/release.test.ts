import { expect, test } from "vitest";
import { release } from "./release.ts";

test("released bytes are gone, whatever holds them", () => {
  const bytes = new Uint8Array(1000).fill(1);
  const view = bytes.subarray(10, 20);
  release(view);
  expect(bytes.buffer.byteLength).toBe(0);
  expect(bytes).toHaveLength(0);
  expect(view).toHaveLength(0);
  release(bytes); // once more is nothing
});

test("shared memory is left alone", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(8)).fill(3);
  release(shared);
  expect(shared[7]).toBe(3);
});

test("buffers are freed by transfer where the runtime can transfer them", () => {
  const bytes = new Uint8Array(8);
  const lengths: number[] = [];
  Object.assign(bytes.buffer, { transfer: (length: number) => lengths.push(length) });
  release(bytes);
  expect(lengths).toEqual([0]);
  expect(bytes).toHaveLength(8); // nothing else was done to it
});
