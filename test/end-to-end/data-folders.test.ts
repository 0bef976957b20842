import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pngBytes, writeFiles } from "../made-files.ts";
import { expectOneLine, lenet5, lenet5Json, readJson, scratchFolder } from "./lenet5-command.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await scratchFolder();
});
afterAll(() => rm(scratch, { recursive: true }));

const colours = { red: [200, 20, 20], green: [20, 180, 20], blue: [20, 20, 200] };

/** Pictures of two sizes in one colour for each class. */
function pictures(count: number, prefix = ""): Record<string, Uint8Array> {
  const files = Object.entries(colours).flatMap(([name, colour]) =>
    Array.from({ length: count }, (_, i) => {
      const size = { width: i % 2 ? 16 : 20, height: 16, channels: 3 } as const;
      return [`${prefix}${name}/${i}.png`, pngBytes(size, colour, i)] as const;
    }),
  );
  return Object.fromEntries(files);
}

interface Evaluation {
  readonly confusionMatrix: number[][];
  readonly perClass: { name: string; support: number }[];
}

test("folders of pictures: trained on, evaluated, moved and continued with the same images", async () => {
  const folder = await writeFiles(join(scratch, "data", "colours"), pictures(10));
  const run = join(scratch, "data", "run");
  expectOneLine(
    await lenet5(["train", "--data", folder, "--out", run]),
    /got 2 sizes from 16x16 to 16x20; give .*--size 32/,
  );
  const options = ["--size", "16", "--fit", "crop", "--test-split", "0.3", "--split-seed", "5"];
  const { out } = await lenet5(["train", "--data", folder, ...options, "--epochs", "1", "--out", run]);
  expect(out).toContain("Split: 30% of each class for the test, seed 5");
  expect(out).toMatch(/pictures in .*colours: 19 training, 2 validation, 9 test images/);
  expect(out).toContain("Optimizer: adam, as the images are bright on average");
  const { extra, data, notes } = await readJson<Record<string, unknown>>(run, "config.json");
  expect(extra).toMatchObject({ dataOptions: { size: 16, fit: "crop", testSplit: 0.3, splitSeed: 5 } });
  expect(data).toMatchObject({ name: 'pictures in "colours"', classNames: ["blue", "green", "red"], testImages: 9 });
  expect(notes).toMatchObject({ Split: "30% of each class for the test, seed 5" });
  const known = await readJson<Evaluation>(run, "evaluation.json");
  await rename(join(scratch, "data"), join(scratch, "moved"));
  const moved = join(scratch, "moved", "run");
  expect(await lenet5Json<Evaluation>(["evaluate", moved])).toEqual(known);
  const elsewhere = await writeFiles(join(scratch, "other"), { ...pictures(2, "train/"), ...pictures(3, "test/") });
  const other = await lenet5(["evaluate", moved, "--data", elsewhere, "--json"]);
  expect(other.error).toContain("Images are brought to 16x16 (crop), as the model takes them");
  expect((JSON.parse(other.out) as Evaluation).perClass.map(({ support }) => support)).toEqual([3, 3, 3]);
  const again = await lenet5(["train", "--resume", moved, "--epochs", "2"]);
  expect(again.out).toContain("Continuing after epoch 1 of 2");
  expect((await readJson<Evaluation>(moved, "evaluation.json")).perClass.map(({ support }) => support)).toEqual([
    3, 3, 3,
  ]);
});

test("validation images of their own are used as these, and no others", async () => {
  const same = Object.entries(pictures(6, "train/")).filter(([name]) => /[024]\.png$/.test(name));
  const val = Object.entries(pictures(3, "val/")).filter(([name]) => /[02]\.png$/.test(name));
  const folder = await writeFiles(join(scratch, "val"), {
    ...Object.fromEntries([...same, ...val]),
    ...Object.fromEntries(Object.entries(pictures(1, "test/"))),
  });
  const train = ["train", "--data", folder, "--epochs", "1", "--out", join(scratch, "val-run")];
  expectOneLine(
    await lenet5([...train, "--validation-split", "0.5"]),
    /--validation-split: expected with data that have no validation images/,
  );
  const { out } = await lenet5(train);
  expect(out).toMatch(/: 9 training, 6 validation, 3 test images/);
  expect((await readJson<{ data: object }>(scratch, "val-run", "config.json")).data).toMatchObject({
    trainImages: 9,
    validationImages: 6,
    testImages: 3,
  });
});
