import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../core/errors.ts";
import { parseNpy } from "./npy.ts";
import { readZip } from "./zip.ts";

const golden = async (name: string) =>
  new Uint8Array(await readFile(new URL(`../../test/golden/numpy/${name}`, import.meta.url)));
const values = Array.from({ length: 24 }, (_, i) => (7 * i) % 11);

/** An npy file of version 1. */
function npyBytes(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = new TextEncoder().encode(header);
  return Uint8Array.of(
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    text.length & 255,
    text.length >> 8,
    ...text,
    ...data,
  );
}

const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

describe("what NumPy writes", () => {
  test("every type, in C and Fortran order, little- and big-endian", async () => {
    const entries = readZip(await golden("deflated.npz"), "deflated.npz");
    expect(entries).toHaveLength(29);
    for (const { name, read } of entries) {
      const { shape, data } = parseNpy(await read(), name);
      if (name === "texts.npy") expect({ shape, data }).toEqual({ shape: [5], data: ["a", "bc", "", "déf", "😀"] });
      else if (name === "bytes.npy") expect({ shape, data }).toEqual({ shape: [2], data: ["a", "bc"] });
      else if (name === "scalar.npy") expect({ shape, data }).toEqual({ shape: [], data: Float64Array.of(3.5) });
      else if (name === "row.npy") expect({ shape, data }).toEqual({ shape: [5], data: Int32Array.of(0, 1, 2, 3, 4) });
      else {
        const expected = name === "b1.npy" ? values.map((value) => Math.min(value, 1)) : values;
        expect({ name, shape, data: Array.from(data as ArrayLike<number>) }).toEqual({
          name,
          shape: [2, 3, 4],
          data: expected,
        });
      }
    }
  });

  test("files that are not packed, and a header of version 2", async () => {
    const [u1, f4] = readZip(await golden("stored.npz"));
    expect([...(parseNpy(await u1!.read()).data as Uint8Array)]).toEqual(values);
    expect(parseNpy(await f4!.read()).data).toEqual(Float32Array.from(values));
    expect(parseNpy(await golden("version-2.npy")).data).toEqual(Int32Array.from(values));
  });

  test.each([
    ["objects.npy", /Python objects \(pickle\) are not read/],
    ["records.npy", /expected an array of numbers, got records/],
    ["complex.npy", /the type "<c16" is not read/],
  ])("%s is refused", async (name, message) => {
    const bytes = await golden(name);
    expect(() => parseNpy(bytes, name)).toThrow(InputError);
    expect(() => parseNpy(bytes, name)).toThrow(message);
  });
});

test("numbers at the edges of their types", () => {
  const one = (descr: string, bytes: number[]) =>
    parseNpy(npyBytes(header(descr, "(1,)"), Uint8Array.from(bytes))).data[0];
  expect(one("<i8", [255, 255, 255, 255, 255, 255, 255, 255])).toBe(-1);
  expect(one(">i8", [0, 0, 0, 1, 0, 0, 0, 2])).toBe(2 ** 32 + 2);
  expect(one("<u8", [0, 0, 0, 0, 0, 0, 32, 0])).toBe(2 ** 53);
  expect(one("<f2", [1, 0])).toBe(2 ** -24);
  expect(one("<f2", [0, 0xfc])).toBe(Number.NEGATIVE_INFINITY);
  expect(one("<f2", [1, 0x7c])).toBeNaN();
  expect(one("<f2", [0, 0xc0])).toBe(-2);
});

test.each<[string, Uint8Array, RegExp]>([
  ["other data", new Uint8Array(20), /starts with \\x93NUMPY/],
  ["nothing", new Uint8Array(), /starts with/],
  ["version 9", npyBytes(header("|u1", "(0,)")).with(6, 9), /expected version 1 to 3, got 9/],
  ["a cut header", npyBytes(header("|u1", "(3,)")).subarray(0, 40), /header is cut/],
  ["no shape", npyBytes("{'descr': '|u1', 'fortran_order': False}"), /header is damaged/],
  ["a negative size", npyBytes(header("|u1", "(-3,)")), /header is damaged/],
  ["absurd sizes", npyBytes(header("<f8", "(99999999, 99999999, 99999999)")), /expected .* bytes for \[99999999/],
  ["texts of no length", npyBytes(header("<U0", "(99999999,)")), /the type "<U0" is not read/],
  ["a size beyond numbers", npyBytes(header("|u1", `(${"9".repeat(30)},)`)), /shape is damaged/],
  ["too few bytes", npyBytes(header("|u1", "(3,)"), Uint8Array.of(1, 2)), /expected 3 bytes for \[3\], got 2/],
  ["too many bytes", npyBytes(header("|u1", "(1,)"), Uint8Array.of(1, 2)), /expected 1 bytes for \[1\], got 2/],
  ["no character", npyBytes(header("<U1", "(1,)"), Uint8Array.of(0, 0, 0, 1)), /a character that is none/],
])("refuses %s", (_, bytes, message) => {
  expect(() => parseNpy(bytes, "a.npy")).toThrow(InputError);
  expect(() => parseNpy(bytes, "a.npy")).toThrow(message);
});

test("a changed file is read or refused with an InputError", () => {
  const good = npyBytes(header("<i4", "(2, 3)", "True"), new Uint8Array(24).fill(1));
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), fc.nat(good.length), (at, byte, length) => {
      try {
        parseNpy(good.with(at, byte).subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 300 },
  );
});
