/**
 * Arrays of the same type with the same bytes are equal: the test runner's own comparison takes microseconds for each
 * number, seconds for a network. Others are left to it, as are all differences.
 */
import { expect } from "vitest";

expect.addEqualityTesters([
  (one: unknown, other: unknown) => {
    if (!ArrayBuffer.isView(one) || !ArrayBuffer.isView(other)) return undefined;
    if (one.constructor !== other.constructor || one.byteLength !== other.byteLength) return undefined;
    return bytesOf(one).equals(bytesOf(other)) ? true : undefined;
  },
]);

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
