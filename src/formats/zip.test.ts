import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { crc32 } from "../core/crc32.ts";
import { InputError } from "../core/errors.ts";
import { readZip } from "./zip.ts";

const long = new Uint8Array(5000).map((_, i) => i % 7);
const made = zipSync(
  { "a.txt": [strToU8("stored"), { level: 0 }], folder: { "b.bin": long } },
  { comment: "a comment" },
);

const contents = async (bytes: Uint8Array) =>
  Object.fromEntries(
    await Promise.all(readZip(bytes, "a.zip").map(async ({ name, read }) => [name, await read()] as const)),
  );

/** A copy with a 16- or 32-bit number changed, `offset` bytes after the n-th record that begins with `signature`. */
function changed(signature: number, offset: number, value: number, bits: 16 | 32 = 32, bytes = made): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const last = bytes.length - 4;
  let at = 0;
  while (at <= last && view.getUint32(at, true) !== signature) at++;
  if (bits === 16) view.setUint16(at + offset, value, true);
  else view.setUint32(at + offset, value, true);
  return copy;
}

const [CENTRAL, LOCAL, END] = [0x02014b50, 0x04034b50, 0x06054b50];

test("stored and deflated files, before a comment; folders are left out", async () => {
  expect(await contents(made)).toEqual({ "a.txt": strToU8("stored"), "folder/b.bin": long });
  expect(await contents(zipSync({}))).toEqual({});
  expect(crc32(strToU8("123456789"))).toBe(0xcbf43926);
});

test("a file in front of a zip file's bytes, as in a view", async () => {
  const whole = new Uint8Array(made.length + 10);
  whole.set(made, 10);
  expect(Object.keys(await contents(whole.subarray(10)))).toEqual(["a.txt", "folder/b.bin"]);
});

test("NumPy's 64-bit headers", async () => {
  const bytes = await readFile(new URL("../../test/golden/numpy/stored.npz", import.meta.url));
  expect(Object.keys(await contents(bytes))).toEqual(["u1.npy", "f4.npy"]);
});

test.each<[string, Uint8Array, RegExp]>([
  ["another format", new Uint8Array(100), /the record at its end is missing/],
  ["nothing", new Uint8Array(), /the record at its end is missing/],
  ["a cut file", made.subarray(0, -40), /the record at its end is missing/],
  ["a directory beyond the end", changed(END, 16, 1e6), /its directory lies beyond its end/],
  ["too many files", changed(END, 10, 9, 16), /file \d of 9 is not in its directory/],
  ["a name beyond the directory", changed(CENTRAL, 28, 60000, 16), /its directory is cut/],
  ["an encrypted file", changed(CENTRAL, 8, 1, 16), /a\.txt: it is encrypted/],
  ["another compression", changed(CENTRAL, 10, 12, 16), /a\.txt: expected stored or deflated data, got compression 12/],
  ["a wrong checksum", changed(CENTRAL, 16, 1), /a\.txt: its checksum is wrong/],
  ["a size beyond the end", changed(CENTRAL, 20, 1e6), /"a\.txt" and .* share bytes/],
  ["another size", changed(CENTRAL, 24, 7), /a\.txt: expected 7 bytes, got 6/],
  ["an absurd size", changed(CENTRAL, 24, 0xfffffffe), /a\.txt: expected at most 2147483648 bytes, got 4294967294/],
  ["a missing 64-bit size", changed(CENTRAL, 24, 0xffffffff), /expected at most/],
  ["a header elsewhere", changed(CENTRAL, 42, 3), /a\.txt: the zip file is damaged \(its header/],
  ["a changed header", changed(LOCAL, 0, 0), /a\.txt: the zip file is damaged \(its header/],
])("refuses %s", async (_, bytes, message) => {
  await expect(contents(bytes)).rejects.toThrow(InputError);
  await expect(contents(bytes)).rejects.toThrow(message);
  await expect(contents(bytes)).rejects.toThrow(/^a\.zip: /);
});

test("a bomb is stopped at the size that it says, and two files of one name are refused", async () => {
  const bomb = zipSync({ zeros: new Uint8Array(5_000_000) });
  await expect(contents(changed(CENTRAL, 24, 100, 32, bomb))).rejects.toThrow(/zeros: its data cannot be unpacked/);
  const twice = zipSync({ aa: long, ab: long });
  const at = twice.lastIndexOf("b".charCodeAt(0));
  await expect(contents(twice.with(at, "a".charCodeAt(0)))).rejects.toThrow(/two files have the name "aa"/);
});

test("a changed file is read or refused with an InputError", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(made.length - 1), fc.integer({ min: 0, max: 255 }), fc.nat(60), async (at, byte, cut) => {
      try {
        await contents(made.with(at, byte).subarray(0, made.length - (cut > 50 ? cut - 50 : 0)));
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 300 },
  );
});
