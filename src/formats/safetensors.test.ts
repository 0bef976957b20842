import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../core/errors.ts";
import type { Tensor } from "../core/tensor.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

/** A file of a header as given, object or text, and data. */
function fileOf(header: unknown, data: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

const entry = (dtype: string, shape: unknown, begin: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

test("writes the bytes of the format, aligned, in the given order", () => {
  const tensors = {
    bytes: { shape: [3], data: new Uint8Array([1, 2, 3]) },
    weights: { shape: [1, 2], data: new Float32Array([1, -2]) },
  };
  const file = writeSafetensors(tensors, { format: "pt" });
  const header =
    '{"__metadata__":{"format":"pt"},"bytes":{"dtype":"U8","shape":[3],"data_offsets":[8,11]},' +
    '"weights":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
  const padded = Math.ceil(header.length / 8) * 8;
  expect(new DataView(file.buffer).getBigUint64(0, true)).toBe(BigInt(padded));
  expect(new TextDecoder().decode(file.subarray(8, 8 + padded))).toBe(header.padEnd(padded));
  expect([...file.subarray(8 + padded)]).toEqual([0, 0, 128, 63, 0, 0, 0, 192, 1, 2, 3]);
  expect([...readSafetensors(file).tensors.keys()]).toEqual(["bytes", "weights"]);
});

test("without tensors, the header is empty", () => {
  expect(writeSafetensors({})).toEqual(fileOf("{}      "));
});

const arrays: fc.Arbitrary<Tensor> = fc
  .tuple(
    fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
    fc.constantFrom(Float32Array, Float64Array, Int32Array, Uint8Array),
    fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
  )
  .map(([shape, Kind, numbers]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return { shape, data: Kind.from(numbers.take(size)) };
  });
const names = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "1", "é", '"', "\ud800"));
const contents = fc.record({
  tensors: fc.dictionary(names, arrays, { maxKeys: 5 }),
  metadata: fc.dictionary(names, fc.string(), { maxKeys: 3 }),
});

test("reads written tensors back", () =>
  fc.assert(
    fc.property(contents, ({ tensors, metadata }) => {
      const file = writeSafetensors(tensors, metadata);
      const read = readSafetensors(file);
      expect(read.tensors).toEqual(new Map(Object.entries(tensors)));
      expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
      expect(writeSafetensors(tensors, metadata)).toEqual(file);
    }),
  ));

test("a truncated file is refused; a changed one is read or refused, and nothing crashes", () =>
  fc.assert(
    fc.property(contents, fc.nat(), fc.nat(), fc.nat({ max: 255 }), ({ tensors, metadata }, cut, at, value) => {
      const file = writeSafetensors(tensors, metadata);
      expect(() => readSafetensors(file.subarray(0, cut % file.length))).toThrow(InputError);
      file[at % file.length] = value;
      try {
        readSafetensors(file);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 1000 },
  ));

test("reads names unchanged, even `__proto__`, and does not change prototypes", () => {
  const { tensors, metadata } = readSafetensors(
    fileOf('{"__metadata__":{"__proto__":"text"},"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [7]),
  );
  expect(tensors.get("__proto__")?.data).toEqual(new Uint8Array([7]));
  expect(Object.entries(metadata)).toEqual([["__proto__", "text"]]);
  expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
});

test("converts F16, BF16 and small I64", () => {
  const bits = (values: number[]) => new Uint8Array(new Uint16Array(values).buffer);
  const read = (dtype: string, shape: number[], data: Uint8Array) =>
    readSafetensors(fileOf({ a: entry(dtype, shape, 0, data.length) }, data)).tensors.get("a")?.data;
  expect(read("F16", [6], bits([0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00, 0x8000]))).toEqual(
    new Float32Array([1, -2, 2 ** -24, 65504, Number.NEGATIVE_INFINITY, -0]),
  );
  expect(read("F16", [1], bits([0x7c01]))).toEqual(new Float32Array([Number.NaN]));
  expect(read("BF16", [3], bits([0x3f80, 0xc000, 0x7f80]))).toEqual(
    new Float32Array([1, -2, Number.POSITIVE_INFINITY]),
  );
  const wide = (values: bigint[]) => new Uint8Array(new BigInt64Array(values).buffer);
  expect(read("I64", [2], wide([-3n, 2_147_483_647n]))).toEqual(new Int32Array([-3, 2_147_483_647]));
  expect(() => read("I64", [2], wide([1n, -2_147_483_649n]))).toThrow(/tensor "a": has an I64 beyond 32 bits/);
  expect(() => read("I64", [1], wide([2_147_483_648n]))).toThrow(/tensor "a": has an I64 beyond 32 bits; convert/);
});

test("reads from a view in the middle of a buffer or from a Node Buffer, and copies", () => {
  const file = fileOf({ a: entry("F32", [1], 0, 4) }, [0, 0, 128, 63]);
  const shifted = Buffer.concat([new Uint8Array(3), file]).subarray(3);
  const data = readSafetensors(shifted).tensors.get("a")?.data;
  shifted.fill(0);
  expect(data).toEqual(new Float32Array([1]));
  expect(data?.buffer.byteLength).toBe(4);
});

test("an empty tensor may have the same offset as another", () => {
  const file = fileOf({ a: entry("U8", [1], 0, 1), b: entry("F32", [0], 0, 0), c: entry("F32", [0, 3], 1, 1) }, [7]);
  const { tensors } = readSafetensors(file);
  expect([...tensors.keys()]).toEqual(["a", "b", "c"]);
  expect(tensors.get("a")).toEqual({ shape: [1], data: Uint8Array.of(7) });
  expect(tensors.get("c")).toEqual({ shape: [0, 3], data: new Float32Array() });
});

describe("refuses to read", () => {
  const length = (size: bigint) => {
    const file = fileOf({});
    new DataView(file.buffer).setBigUint64(0, size, true);
    return file;
  };
  const one = entry("U8", [1], 0, 1);
  test.each<[string, Uint8Array, RegExp]>([
    ["too few bytes", new Uint8Array(7), /expected at least 8 bytes, got 7/],
    [
      "a header beyond the file",
      length(3n),
      /expected a safetensors file, but its header has 3 bytes and the file 10;/,
    ],
    [
      "an absurd header length",
      length(2n ** 64n - 1n),
      /expected a safetensors file, got another kind of file or a damaged one/,
    ],
    ["a length alone", new Uint8Array(8), /expected a JSON object as header/],
    ["an empty header", length(0n), /expected a JSON object as header/],
    ["broken JSON", fileOf("{a}"), /its header: expected JSON, got another text/],
    ["a byte order mark", fileOf("\ufeff{}"), /expected a JSON object as header/],
    ["a name that is not UTF-8", fileOf('{"a":1}').fill(0xff, 10, 11), /its header: expected JSON in UTF-8/],
    ["bytes that are not UTF-8", fileOf({}).fill(0xff, 9, 10), /its header: expected JSON in UTF-8/],
    ["JSON that is no object", fileOf("[]"), /expected a JSON object as header/],
    ["space before the header", fileOf(" {}"), /expected a JSON object as header/],
    ["a name twice", fileOf('{"a":{"dtype":"U8"},"\\u0061":{}}'), /has the key "a" twice/],
    ["an entry's key twice", fileOf('{"a":{"dtype":"U8","dtype":"F32"}}'), /has the key "dtype" twice/],
    ["a metadata key twice", fileOf('{"__metadata__":{"x":"","x":""}}'), /has the key "x" twice/],
    ["metadata that are no texts", fileOf({ __metadata__: { a: 1 } }), /__metadata__ to be an object of texts/],
    ["metadata that are a text", fileOf({ __metadata__: "text" }), /__metadata__ to be an object of texts/],
    ["metadata that are no object", fileOf({ __metadata__: null }), /__metadata__ to be an object of texts/],
    ["an entry that is no object", fileOf({ a: 1 }), /tensor "a": expected dtype, shape and data_offsets/],
    ["an entry without shape", fileOf({ a: { dtype: "U8", data_offsets: [0, 0] } }), /tensor "a": .*shape/],
    [
      "a negative size",
      fileOf({ a: entry("U8", [-1, -1], 0, 1) }, [0]),
      /tensor "a": expected shape to be a list of whole numbers from 0, got an array \[-1,-1\]/,
    ],
    [
      "a broken size",
      fileOf({ a: entry("U8", [0.5, 2], 0, 1) }, [0]),
      /tensor "a": expected shape to be a list of whole numbers from 0, got an array \[0.5,2\]/,
    ],
    [
      "a size as text",
      fileOf({ a: entry("U8", ["1"], 0, 1) }, [0]),
      /tensor "a": expected shape to be a list of whole numbers from 0, got /,
    ],
    [
      "a negative offset",
      fileOf({ a: entry("U8", [2], -1, 1) }, [0]),
      /tensor "a": expected data_offsets to be two whole numbers from 0, got an array \[-1,1\]/,
    ],
    ["three offsets", fileOf({ a: { ...one, data_offsets: [0, 1] }, b: { ...one, data_offsets: [0] } }), /"b"/],
    [
      "a huge offset",
      fileOf('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1e300]}}'),
      /tensor "a": expected data_offsets to be two whole numbers from 0, got /,
    ],
    ["an end before the begin", fileOf({ a: entry("U8", [1], 1, 0) }, [0]), /takes 1 bytes, its span -1/],
    ["a shape of other size", fileOf({ a: entry("F32", [2], 0, 4) }, [0, 0, 0, 0]), /\[2\] of F32 takes 8 bytes/],
    [
      "a long shape",
      fileOf({ a: entry("U8", Array(99).fill(1), 0, 0) }),
      /"a": \[1,1,1,1,1,1,1,1\] of U8 takes 1 bytes/,
    ],
    ["a shape that overflows", fileOf({ a: entry("U8", [2 ** 32, 2 ** 32, 2 ** 32], 0, 0) }), /its span 0/],
    ["another dtype", fileOf({ a: entry("F8_E4M3", [1], 0, 1) }, [0]), /expected dtype "F64", .*got "F8_E4M3"/],
    ["a dtype of the prototype", fileOf({ a: entry("toString", [1], 0, 1) }, [0]), /got "toString"/],
    ["an overlap", fileOf({ a: one, b: one }, [0]), /tensor "b" at bytes 0 to 1 overlaps another/],
    ["a gap", fileOf({ a: one, b: entry("U8", [1], 2, 3) }, [0, 0, 0]), /leaves a gap before it/],
    ["data that do not begin at 0", fileOf({ a: entry("U8", [1], 1, 2) }, [0, 0]), /leaves a gap before it/],
    ["data beyond the file", fileOf({ a: entry("U8", [9], 0, 9) }, [0]), /take 9 bytes, but 1 follow/],
    ["bytes after the data", fileOf({ a: one }, [0, 0]), /take 1 bytes, but 2 follow/],
  ])("%s", (_, file, message) => {
    expect(() => readSafetensors(file, "a-file")).toThrow(InputError);
    expect(() => readSafetensors(file, "a-file")).toThrow(/^a-file: [^\n]*$/);
    expect(() => readSafetensors(file, "a-file")).toThrow(message);
  });

  test("deeply nested JSON", () => {
    expect(() => readSafetensors(fileOf(`{"a":${"[".repeat(1e6)}${"]".repeat(1e6)}}`))).toThrow(InputError);
  });
});

describe("refuses to write", () => {
  const data = new Float32Array(2);
  test.each<[string, Record<string, Tensor>, RegExp]>([
    ["the reserved name", { __metadata__: { shape: [2], data } }, /the name is reserved; choose another/],
    ["a shape of other size", { a: { shape: [3], data } }, /shape \[3\] needs 3 numbers, got 2/],
    ["a scale", { a: { shape: [2], data, scale: 0.5 } }, /scale 0.5 cannot be written; multiply the data by it/],
  ])("%s", (_, tensors, message) => {
    expect(() => writeSafetensors(tensors)).toThrow(InputError);
    expect(() => writeSafetensors(tensors)).toThrow(message);
  });
});
