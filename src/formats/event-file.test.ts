import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { doublesOf, readEventFolder } from "../../test/read-events.ts";
import { InputError } from "../core/errors.ts";
import { crc32c, EventFile, histogram } from "./event-file.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-events-"));
});
afterAll(() => rm(scratch, { recursive: true }));

describe("crc32c", () => {
  it.each([
    ["nothing", [], 0],
    ["123456789", [...new TextEncoder().encode("123456789")], 0xe3069283],
    // RFC 3720, B.4
    ["32 zeros", new Array(32).fill(0), 0x8a9136aa],
    ["32 ones", new Array(32).fill(255), 0x62a8ab43],
    ["0 to 31", Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ["31 to 0", Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ])("%s", (_, data, expected) => expect(crc32c(Uint8Array.from(data))).toBe(expected));
});

describe("histogram", () => {
  it("counts, sums and buckets of equal width", () => {
    const values = Float32Array.from({ length: 301 }, (_, i) => i / 4 - 10);
    const { min, max, num, sum, sumSquares, bucketLimit, bucket } = histogram(values);
    expect({ min, max, num }).toEqual({ min: -10, max: 65, num: 301 });
    expect(sum).toBe(values.reduce((total, value) => total + value, 0));
    expect(sumSquares).toBe(values.reduce((total, value) => total + value * value, 0));
    expect([...bucketLimit]).toEqual(Array.from({ length: 30 }, (_, i) => -10 + 2.5 * (i + 1)));
    expect([...bucket]).toEqual([...new Array(29).fill(10), 11]);
  });

  it("the last bucket ends at the maximum, whatever the sum of the widths is", () => {
    for (let i = 1; i <= 50; i++) {
      const { max, bucketLimit } = histogram(Float32Array.of(0.1, 0.1 + i / 7));
      expect(bucketLimit.at(-1)).toBe(max);
    }
  });

  it("equal numbers have one bucket", () => {
    const { bucketLimit, bucket, ...numbers } = histogram(Float32Array.of(3, 3));
    expect(numbers).toEqual({ min: 3, max: 3, num: 2, sum: 6, sumSquares: 18 });
    expect([[...bucketLimit], [...bucket]]).toEqual([[3], [2]]);
  });

  it("ignores numbers that are not finite", () => {
    expect(histogram(Float32Array.of(1, Number.NaN, Infinity, 2))).toEqual(histogram(Float32Array.of(1, 2)));
    const { bucketLimit, bucket, ...numbers } = histogram(Float32Array.of(Number.NaN));
    expect(numbers).toEqual({ min: 0, max: 0, num: 0, sum: 0, sumSquares: 0 });
    expect([[...bucketLimit], [...bucket]]).toEqual([[0], [0]]);
  });
});

describe("EventFile", () => {
  it("begins with the version; scalars, histograms and images follow", async () => {
    const folder = join(scratch, "deep", "all");
    const file = new EventFile(folder);
    const before = Date.now() / 1000;
    await file.append([]);
    const weights = histogram(Float32Array.of(-1, 0, 0, 2));
    const image = { width: 3, height: 2, data: Uint8Array.of(0, 50, 100, 150, 200, 255) };
    const far = 2 ** 40 + 5;
    await file.append([
      { step: 0, values: { loss: 0.5, größe: Number.NaN } },
      { step: 128, values: {} },
      { step: 300, values: { weights, image } },
    ]);
    await file.append([{ step: far, values: { loss: -Infinity } }]);

    const [name] = await readdir(folder);
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\.\d{3}-[0-9a-f]{8}$/);
    const events = await readEventFolder(folder);
    expect(events.map(({ step }) => step)).toEqual([0, 0, 128, 300, far]);
    expect(events.map(({ fileVersion }) => fileVersion)).toEqual(["brain.Event:2", ...Array(4).fill(undefined)]);
    for (const { wallTime } of events) {
      expect(wallTime).toBeGreaterThanOrEqual(before);
      expect(wallTime).toBeLessThanOrEqual(Date.now() / 1000);
    }
    expect(events[1]!.scalars).toEqual({ loss: 0.5, größe: Number.NaN });
    expect(events[4]!.scalars).toEqual({ loss: -Infinity });

    const written = events[3]!.histograms.weights!;
    expect([1, 2, 3, 4, 5].map((field) => written.get(field)![0])).toEqual([-1, 2, 4, 1, 5]);
    expect(doublesOf(written.get(6)![0])).toEqual([...weights.bucketLimit]);
    expect(doublesOf(written.get(7)![0])).toEqual([...weights.bucket]);
    const shown = events[3]!.images.image!;
    expect([1, 2, 3].map((field) => shown.get(field)![0])).toEqual([2, 3, 1]);
    expect(decode(shown.get(4)![0] as Uint8Array)).toMatchObject({ ...image, channels: 1, depth: 8 });
  });

  it("files of one folder have different names; nothing is created before the first append", async () => {
    const folder = join(scratch, "several");
    const files = [new EventFile(folder), new EventFile(folder)];
    await expect(readdir(folder)).rejects.toThrow("ENOENT");
    for (const file of files) await file.append([]);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it("a folder that cannot be created is reported in one line", async () => {
    const path = join(scratch, "a-file");
    await writeFile(path, "");
    await expect(new EventFile(path).append([])).rejects.toThrow(InputError);
  });
});
