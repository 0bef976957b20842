import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { InputError } from "../../core/errors.ts";
import { random } from "../../core/random.ts";
import { readHdf5 } from "./read.ts";

const folder = new URL("../../../test/exchange/files/hdf5/", import.meta.url);
const file = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));

describe("what h5py writes", () => {
  test("attributes", async () => {
    const { attributes } = await readHdf5(file("kinds.h5"));
    expect(Object.fromEntries(attributes)).toEqual({
      text: "é text",
      bytes: "bytes",
      fixed: ["a", "bcd"],
      variable: ["x", "", "yé"],
      none: [],
      number: 1.5,
      numbers: [0, 1, 2],
    });
  });

  test("numbers of every type as float32, compressed ones too; texts are left out", async () => {
    const root = await readHdf5(file("kinds.h5"));
    const { datasets, path } = root.groups.get("group")!;
    expect(path).toBe("/group");
    for (const name of ["f2", "f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", ">f4", ">i2"])
      expect(datasets.get(name), name).toMatchObject({ shape: [2, 3], data: Float32Array.of(0, 1, 2, 100, 30, 4) });
    expect(datasets.get("scalar")).toMatchObject({ shape: [], data: Float32Array.of(3) });
    expect(datasets.get("rows of none")).toMatchObject({ shape: [0, 3], data: new Float32Array(0) });
    expect(datasets.get("deflated")).toMatchObject({ shape: [10, 100], data: new Float32Array(1000) });
    expect(datasets.has("text")).toBe(false);
    expect(datasets.get("f2")!.type).toBe("float16");
    expect(root.groups.get("same group")!.datasets.size).toBe(datasets.size);
  });

  test("the newest format, in the order in which things were made", async () => {
    const { groups, attributes } = await readHdf5(file("latest.h5"));
    expect([...groups.keys()]).toEqual(["second", "first", "third"]);
    expect([...attributes.values()]).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});

describe("refuses", () => {
  test.each([
    ["external-link.h5", "/elsewhere: it is a link to another file, which is not followed"],
    ["loop.h5", "expected at most 64 groups in each other"],
    ["huge.h5", "/huge: its shape [1099511627776] needs more than the file holds"],
    ["bomb.h5", "/zeros0: its shape [16777216] needs more than the file holds"],
    ["virtual.h5", "/view: it is a view of other datasets, which is not followed"],
    ["lzf.h5", "/lzf: expected the filters deflate, shuffle, fletcher32, got number 32000"],
  ])("%s", async (name, message) => {
    await expect(readHdf5(file(name), "weights.h5")).rejects.toThrow(InputError);
    await expect(readHdf5(file(name), "weights.h5")).rejects.toThrow(`weights.h5: `);
    await expect(readHdf5(file(name), "weights.h5")).rejects.toThrow(message);
  });

  test("another kind of file", async () => {
    await expect(readHdf5(new Uint8Array(1000), "weights.h5")).rejects.toThrow(
      "weights.h5: expected an HDF5 file, got another kind of file or a damaged one",
    );
  });
});

test("heaps that lie in each other are refused at once", async () => {
  const bytes = overlappingHeaps(2 ** 20);
  const start = performance.now();
  await expect(readHdf5(bytes, "weights.h5")).rejects.toThrow(
    "weights.h5: heaps of the HDF5 file lie in each other: it is damaged",
  );
  expect(performance.now() - start).toBeLessThan(2_000);
});

/** Headers of heaps. Each claims all bytes after it for its heap. */
function overlappingHeaps(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set([0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10]);
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 16 <= size; at += 16) {
    bytes.set([0x47, 0x43, 0x4f, 0x4c, 1], at);
    view.setBigUint64(at + 8, 2n ** 32n, true);
  }
  return bytes;
}

it("a damaged file is read or refused, and the next file is read as before", async () => {
  const draw = random(7, "damage");
  const whole = (below: number) => Math.min(below - 1, Math.floor(draw.uniform(0, below)));
  let refused = 0;
  for (const name of readdirSync(folder)) {
    for (let i = 0; i < 20; i++) {
      const bytes = file(name);
      for (let j = 0; j <= i % 3; j++) bytes[whole(bytes.length)] = whole(256);
      const damaged = i % 10 === 0 ? bytes.subarray(0, whole(bytes.length)) : bytes;
      await readHdf5(damaged).catch((error: unknown) => {
        expect(error).toBeInstanceOf(InputError);
        refused++;
      });
    }
  }
  expect(refused).toBeGreaterThan(60);
  const { groups } = await readHdf5(file("kinds.h5"));
  expect(groups.get("group")!.datasets.get("f4")!.data).toEqual(Float32Array.of(0, 1, 2, 100, 30, 4));
});
