import { inflateGzip } from "#platform";
import { InputError } from "../core/errors.ts";
import { sizeOf, type Tensor } from "../core/tensor.ts";

/**
 * Reads IDX, MNIST's file format: two zero bytes, the element type (8: unsigned byte), the number of dimensions, each
 * dimension as a big-endian uint32, then the elements in row-major order.
 *
 * @param bytes the unpacked file
 * @param name the file's name in errors
 * @returns a view of `bytes`, not a copy; shape as in the file, such as `[60000, 28, 28]`
 * @throws InputError for another magic number or type, and if the number of bytes does not match the dimensions
 */
export function parseIdx(bytes: Uint8Array, name = "IDX file"): Tensor<Uint8Array> {
  const fail = (problem: string) => new InputError(`${name}: ${problem}`);
  if (bytes.length < 4) throw fail(`expected an IDX file, got ${bytes.length} bytes; get the file again`);
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw fail(
      `expected an IDX file, which starts with the bytes 00 00 08, got ${start}; give an IDX file, plain or .gz`,
    );
  }
  if (bytes[2] !== 8) throw fail(`expected unsigned bytes (IDX type 8), got type ${bytes[2]}; convert it to bytes`);
  const rank = bytes[3];
  const start = 4 + 4 * rank;
  if (rank === 0) throw fail("expected at least one dimension, got none; get the file again");
  if (bytes.length < start) throw fail(`the file is cut within its ${rank} dimensions; get the file again`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  // A product beyond the exact integers is inexact, but no file is that large.
  const expected = sizeOf(shape);
  const received = bytes.length - start;
  if (expected !== received) {
    const state = received < expected ? "cut" : "followed by other bytes";
    const sizes = rank > 4 ? `${rank} dimensions` : `[${shape.join(", ")}]`;
    throw fail(`expected ${expected} bytes for ${sizes}, got ${received}: the file is ${state}; get the file again`);
  }
  return { shape, data: bytes.subarray(start) };
}

/**
 * The bytes of a file: unpacked if it is gzip, else unchanged.
 *
 * @param name the file's name in errors
 * @throws InputError if the gzip data are damaged or cut, or unpack to more than 1 GiB
 */
export async function unpacked(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await inflateGzip(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${name}: its gzip data cannot be unpacked (${reason}); get the file again`, { cause });
  }
}
