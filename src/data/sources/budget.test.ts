import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { readBytes } from "#platform";
import { idxBytes } from "../../../test/idx-bytes.ts";
import { npyBytes, pngBytes, writeFiles } from "../../../test/made-files.ts";
import { readData } from "../read-data.ts";
import type { ReadDataOptions } from "../read-data-options.ts";
import { streamData } from "../streaming/stream-data.ts";

const folder = await mkdtemp(join(tmpdir(), "lenet5-budget-"));
afterAll(() => rm(folder, { recursive: true }));

const packed = (bytes: Uint8Array) => Uint8Array.from(gzipSync(bytes));
const read = (files: Readonly<Record<string, Uint8Array>>, options: ReadDataOptions = {}) =>
  readData(
    Object.entries(files).map(([name, bytes]) => ({ name, arrayBuffer: async () => Uint8Array.from(bytes).buffer })),
    options,
  );

/** Four files of a data set, packed; images of 100x100 pixels. */
function set(count: number): Record<string, Uint8Array> {
  const part = (name: string) => ({
    [`${name}-images-idx3-ubyte.gz`]: packed(idxBytes([count, 100, 100], new Uint8Array(count * 10_000))),
    [`${name}-labels-idx1-ubyte.gz`]: packed(
      idxBytes(
        [count],
        Uint8Array.from({ length: count }, (_, i) => i % 2),
      ),
    ),
  });
  return { ...part("train"), ...part("t10k") };
}

test("files of one data set have one budget together", async () => {
  const files = set(200);
  const { train } = await read(files, { maxBytes: 2 ** 22 });
  expect(train.labels.length).toBe(200);
  await expect(read(files, { maxBytes: 3_000_000 })).rejects.toThrow(
    /t10k-images.*expected data of at most 2 MiB when they are unpacked, got more; give fewer data, or more as maxBytes/,
  );
  const arrays = {
    "x.npy": npyBytes([4, 10, 10], new Float64Array(400)),
    "y.npy": npyBytes([4], Int32Array.of(0, 1, 0, 1)),
  };
  await expect(read(arrays, { maxBytes: 5_000 })).rejects.toThrow(/x.npy: expected data of at most 0 MiB/);
  const table = new TextEncoder().encode(`label,a,b,c,d\n${"1,2,3,4,5\n0,2,3,4,5\n".repeat(100)}`);
  await expect(read({ "train.csv": table }, { maxBytes: 3_000 })).rejects.toThrow(
    /train.csv: expected data of at most/,
  );
});

test("pictures have the budget for the images that they become", async () => {
  const names = ["train/a/1", "train/a/2", "train/b/1", "val/a/1", "test/b/1"].map((name) => `${name}.png`);
  const files = Object.fromEntries(names.map((name) => [name, pngBytes({ width: 4, height: 4 })]));
  expect((await read(files, { maxBytes: 80 })).train.labels.length).toBe(3);
  await expect(read(files, { maxBytes: 79 })).rejects.toThrow(
    /^pictures in .*: 5 images of 4x4x1 need 80 bytes, and maxBytes \(--max-bytes\) allows 79; give a smaller size/,
  );
  await expect(read(files, { maxBytes: 80, channels: 3 })).rejects.toThrow(/5 images of 4x4x3 need 240 bytes/);
  // A stream has the images for validation and test in memory.
  const path = await writeFiles(join(folder, "pictures"), files);
  await expect(streamData(path, { maxBytes: 31 })).rejects.toThrow(/2 images of 4x4x1 need 32 bytes, and maxBytes/);
});

test("a gzip file is unpacked as far as its content says", async () => {
  const files = set(2);
  const name = "train-images-idx3-ubyte.gz";
  const huge = idxBytes([60_000, 28, 28], []);
  const bomb = (content: Uint8Array) => read({ ...files, [name]: packed(content) });
  // It says more than there may be: nothing else is unpacked.
  const announced = idxBytes([2 ** 31, 2 ** 20], []);
  await expect(bomb(announced)).rejects.toThrow(/expected data of at most \d+ MiB when they are unpacked/);
  await expect(bomb(huge)).rejects.toThrow(/expected 47040000 bytes for \[60000, 28, 28\], got 0: the file is cut/);
  const more = new Uint8Array(2 ** 25);
  more.set(idxBytes([2, 2, 2], new Uint8Array(8)));
  await expect(bomb(more)).rejects.toThrow(/its header says 24 bytes, and more follow; get the file again/);
  await expect(bomb(new Uint8Array(2 ** 25).fill(65))).rejects.toThrow(/expected an IDX file, which starts with/);
  await expect(read({ "train.csv.gz": packed(new Uint8Array(2 ** 25)) })).rejects.toThrow(/expected a table of text/);
});

test.runIf(process.platform === "linux")("a device without end is not read to its end", async () => {
  const before = process.memoryUsage().arrayBuffers;
  await expect(readBytes("/dev/zero", 2 ** 20)).rejects.toThrow(/expected at most 1048576 bytes, got more/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 23);
  // Files of the system say that they have no bytes.
  expect((await readBytes("/proc/self/status")).length).toBeGreaterThan(100);
});
