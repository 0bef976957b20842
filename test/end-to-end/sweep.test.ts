/** `lenet5 sweep` on a few images. */
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { SweepJson } from "../../src/report/sweep/sweep-results.ts";
import { expectOneLine, lenet5, lenet5Json, readJson, writeIdxFolder } from "./lenet5-command.ts";
import { type SweepFolder, sweepFolder } from "./sweep-folder.ts";

/** A module of a network with a hidden layer. */
const smallNetwork = (units: number) => `
import { dense, flatten, input, model } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
export default ({ shape, classes, seed }) => {
  const image = input({ shape });
  const hidden = dense({ units: ${units}, activation: "relu" })(flatten()(image));
  return model({ inputs: image, outputs: dense({ units: classes, activation: "softmax" })(hidden), seed });
};`;

let scratch: string;
let data: string;
let sweepFile: SweepFolder["sweepFile"];

beforeAll(async () => {
  ({ scratch, data, sweepFile } = await sweepFolder());
});

/** Results without times. */
const timeless = ({ trials, ...rest }: SweepJson) => ({
  ...rest,
  trials: trials.map((trial) => ({ ...trial, trainings: trial.trainings.map((each) => ({ ...each, seconds: 0 })) })),
});

test("a grid in YAML: every trial, results, a page, and a command that trains the best again", async () => {
  const file = await sweepFile(
    "grid.yaml",
    `# Settings of every trial
train: { data: DATA, epochs: 2, seed: 3, flip: horizontal }
vary:
  learning-rate: [1e-2, 1e+36]
  optimizer: { values: [sgd, adam], when: { learning-rate: 0.01 } }
choose: grid
measure: val_loss
`,
  );
  const out = join(scratch, "grid");
  const results = await lenet5Json<SweepJson>(["sweep", file, "--out", out]);
  expect(results.trials.map(({ settings, state }) => ({ ...settings, state }))).toEqual(
    expect.arrayContaining([
      { "learning-rate": 0.01, optimizer: "sgd", state: "done" },
      { "learning-rate": 0.01, optimizer: "adam", state: "done" },
      { "learning-rate": 1e36, state: "failed" },
    ]),
  );
  const [best, second, failed] = results.trials;
  expect(results.best).toBe(best!.trial);
  expect(best!.value).toBeLessThan(second!.value!);
  expect(best!.trainings).toMatchObject([{ seed: 3, values: [expect.any(Number), best!.value] }]);
  expect(failed!.failure).toMatch(/^the loss became (NaN|Infinity) in batch/);
  expect(results).toEqual(await readJson(out, "sweep.json"));
  const page = await readFile(join(out, "sweep.html"), "utf8");
  expect(page).toContain("Trials by their settings");
  expect(page).not.toContain("<script");

  // The folder is no run: commands that expect one name that of the best trial.
  for (const command of ["evaluate", "report"])
    expectOneLine(
      await lenet5([command, out]),
      `give one of its runs, such as ${join(out, "trials", `000${best!.trial}-seed-3`)} (the best trial)`,
    );

  // The test images were not read for it.
  const run = join(out, "trials", `000${best!.trial}-seed-3`);
  expect(await readJson(run, "config.json")).toMatchObject({ data: { testImages: null } });
  expect(await readdir(run)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/evaluation|predictions|report/)]),
  );

  // The printed command gives the same weights.
  const words = results.bestCommands[0]!.split(" ").slice(1);
  const again = await lenet5Json<{ checksum: string }>(words);
  expect(again.checksum).toBe((await lenet5Json<{ checksum: string }>(["summary", run])).checksum);

  // The same command again trains nothing, and gives the same results.
  const model = join(run, "model.safetensors");
  const written = (await stat(model)).mtimeMs;
  const repeated = await lenet5Json<SweepJson>(["sweep", file, "--out", out]);
  expect(timeless(repeated)).toEqual(timeless(results));
  expect((await stat(model)).mtimeMs).toBe(written);

  await writeFile(file, (await readFile(file, "utf8")).replace("sgd, adam", "sgd, lion"));
  expectOneLine(
    await lenet5(["sweep", file, "--out", out]),
    /holds a sweep with other settings \(vary\); give another/,
  );
});

test("halving in JSON: a trial that goes on ends with the bits of an unbroken training", async () => {
  const sweep = {
    train: { data, epochs: 4 },
    vary: { "batch-size": { from: 8, to: 64 } },
    choose: { by: "halving", from: "sobol", eta: 2, "first-epochs": 2 },
    trials: 2,
  };
  const out = join(scratch, "halving");
  const file = await sweepFile("halving.json", JSON.stringify(sweep));
  const results = await lenet5Json<SweepJson>(["sweep", file, "--out", out]);
  expect(results.trials.map(({ state, epochs }) => [state, epochs])).toEqual([["done", 4], ["stopped", 2]]); // biome-ignore format: short
  const { checksum } = await lenet5Json<{ checksum: string }>(results.bestCommands[0]!.split(" ").slice(1));
  const run = join(out, "trials", `000${results.best}-seed-1`);
  expect((await lenet5Json<{ checksum: string }>(["summary", run])).checksum).toBe(checksum);
});

test("asha: the same command again trains nothing, although a line of its order was cut", async () => {
  const sweep = { train: { data, epochs: 2 }, vary: { "batch-size": [8, 16, 32] }, choose: { by: "asha", from: "grid", eta: 2 } }; // biome-ignore format: short
  const out = join(scratch, "asha");
  const file = await sweepFile("asha.json", JSON.stringify(sweep));
  const results = await lenet5Json<SweepJson>(["sweep", file, "--out", out]);
  expect(results.trials.map(({ epochs }) => epochs)).toEqual(expect.arrayContaining([2, 1]));
  const order = await readFile(join(out, "ends.jsonl"), "utf8");
  expect(
    order
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).epoch),
  ).toEqual([1, 1, 1]);
  await writeFile(join(out, "ends.jsonl"), order.slice(0, -5));
  const folder = await readdir(join(out, "trials"));
  const again = await lenet5(["sweep", file, "--out", out]);
  expect(again.out).toMatch(/^Finished earlier: \d of about \d epochs \(3 trials\); best so far: trial \d, /m);
  expect(again.out).not.toMatch(/^Trial/m);
  expect(timeless(await lenet5Json<SweepJson>(["sweep", file, "--out", out]))).toEqual(timeless(results));
  expect(await readdir(join(out, "trials"))).toEqual(folder);
  expect((await readFile(join(out, "ends.jsonl"), "utf8")).split("\n")).toHaveLength(5);
});

test("data that have changed are not mixed with those of before", async () => {
  const own = await writeIdxFolder(join(scratch, "own"));
  const file = await sweepFile(
    "own.yaml",
    `train: { data: ${own}, epochs: 1 }\nvary: { "batch-size": [16, 32] }\nchoose: grid\n`,
  );
  const command = ["sweep", file, "--out", join(scratch, "of-own")];
  await lenet5Json([...command, "--trials", "1"]);
  const labels = (await readdir(own)).find((name) => /train.*labels/.test(name))!;
  const bytes = await readFile(join(own, labels));
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(join(own, labels), bytes);
  expectOneLine(await lenet5(command), /holds a sweep of other files: the data .*own has changed since; give another/);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(join(own, labels), bytes);
  expect((await lenet5Json<SweepJson>(command)).trials.map(({ state }) => state)).toEqual(["done", "done"]);
});

test("a network whose file has changed is not mixed with the one of before", async () => {
  const network = join(scratch, "small.mjs");
  await writeFile(network, smallNetwork(4));
  const file = await sweepFile(
    "own-network.yaml",
    `train: { data: DATA, epochs: 1, network: "${network}" }\nvary: { "batch-size": [16, 32] }\nchoose: grid\n`,
  );
  const command = ["sweep", file, "--out", join(scratch, "of-network")];
  await lenet5Json([...command, "--trials", "1"]);
  await writeFile(network, smallNetwork(5));
  expectOneLine(
    await lenet5(command),
    /holds a sweep of other files: the network .*small\.mjs has changed since; give/,
  );
});

test("a network file that is no model is refused before a trial begins", async () => {
  const network = join(scratch, "no-model.safetensors");
  await writeFile(network, "no model");
  const sweep = { train: { data, network, epochs: 1 }, vary: { "batch-size": [16, 32] }, choose: "grid" };
  const out = join(scratch, "of-no-model");
  const file = await sweepFile("no-model.json", JSON.stringify(sweep));
  expectOneLine(await lenet5(["sweep", file, "--out", out]), /no-model\.json: train\.network: .*no-model\.safetensors/);
  await expect(stat(out)).rejects.toThrow(/ENOENT/);
});

test("a command with spaces and signs is printed as a shell takes it", async () => {
  const own = await writeIdxFolder(join(scratch, "my  $own data"));
  const file = await sweepFile(
    "spaces.json",
    JSON.stringify({ train: { data: own, epochs: 1 }, vary: { optimizer: ["sgd"] }, choose: "grid" }),
  );
  const out = join(scratch, "the best, of all");
  const {
    command,
    bestCommands: [bestCommand],
  } = await lenet5Json<SweepJson>(["sweep", file, "--out", out]);
  expect(command).toBe(`lenet5 sweep ${file} --out '${out}' --json`);
  expect(bestCommand).toContain(` --data '${own}' `);
  const page = await readFile(join(out, "sweep.html"), "utf8");
  expect(page.replaceAll(/<[^>]*>/g, "").replaceAll("&#39;", "'")).toContain(bestCommand);
});

test("Ctrl-C saves the running trials, and the same command goes on; a live table on a terminal", async () => {
  const file = await sweepFile(
    "few.mjs",
    `export default { train: { data: "DATA", epochs: 2 }, vary: { seed2: [1] }, choose: "grid" };`.replace(
      "seed2: [1]",
      `"batch-size": [16, 32]`,
    ),
  );
  const command = ["sweep", file, "--out", join(scratch, "few"), "--jobs", "1"];
  const first = await lenet5(command, { signals: [{ after: "Trial 1:", name: "SIGINT" }] });
  expect(first.out).toContain("Finishing the epochs of the running trainings");
  expect(first.out).toMatch(/^Stopped after 1 of 2 trials; run the same command again for the rest$/m);
  expect(first.code).toBe(130);
  const second = await lenet5(command, { columns: 100 });
  expect(second.out).toMatch(/2 of 2 trials, \d/);
  expect(second.out).toMatch(/[▁▂▃▄▅▆▇█]{2} epoch 2 {2}batch-size 16/);
  expect(second.code).toBe(0);
});

test("Ctrl-C before any trial has all its epochs: the best so far, and a command that trains it to the end", async () => {
  const file = await sweepFile(
    "so-far.yaml",
    'train: { data: DATA, epochs: 2 }\nvary: { "batch-size": [16, 32] }\nchoose: { by: halving, from: grid, eta: 2 }\n',
  );
  const command = ["sweep", file, "--out", join(scratch, "so-far"), "--jobs", "1"];
  const { out, code } = await lenet5(command, { signals: [{ after: "Trial 1:", name: "SIGINT" }] });
  // The second trial may have begun.
  expect(out).toMatch(/^Best so far: trial [12], val_accuracy [\d.]+% after 1 of 2 epochs: batch-size (16|32)$/m);
  expect(out).toMatch(/^Train it for all its epochs: lenet5 train --data .* --epochs 2 --batch-size \d+ --out /m);
  expect(out).toMatch(/^Stopped after [12] of about 3 epochs \(2 trials\); run the same command again for the rest$/m);
  expect(code).toBe(130);
});

test("with seeds, each value is called a mean, and a command trains each seed again", async () => {
  const file = await sweepFile(
    "seeds.yaml",
    "train: { data: DATA, epochs: 1, seed: 4 }\nvary: { batch-size: [16, 32] }\nmeasure: { metric: val_loss, seeds: 2 }\n",
  );
  const out = join(scratch, "seeds");
  const command = ["sweep", file, "--out", out, "--jobs", "1"];
  const first = await lenet5([...command, "--trials", "1"]);
  const log = first.out.split("\n").slice(4);
  expect(log.slice(0, 3)).toEqual([
    expect.stringMatching(/^Trial 1, seed 4: val_loss [\d.]+ after 1 epoch, .* \(batch-size 16\)$/),
    expect.stringMatching(/^Trial 1, seed 5: val_loss [\d.]+ after 1 epoch, .* \(batch-size 16\)$/),
    expect.stringMatching(/^Trial 1, mean of 2 seeds: val_loss [\d.]+ after 1 epoch \(batch-size 16\)$/),
  ]);
  const [seed4, seed5, mean] = log.map((line) => Number(/val_loss ([\d.]+)/.exec(line)?.[1]));
  expect(mean).toBeCloseTo((seed4! + seed5!) / 2, 2);
  expect(log[3]).toMatch(/^Best: trial 1, val_loss [\d.]+ after 1 epoch, mean of 2 seeds: batch-size 16$/);
  const words = `lenet5 train --data ${data} --epochs 1 --seed`;
  expect(log.slice(4, 7)).toEqual([
    "Train it again, a command for each seed:",
    `${words} 4 --batch-size 16 --out ${out}/best-seed-4`,
    `${words} 5 --batch-size 16 --out ${out}/best-seed-5`,
  ]);
  const page = (await readFile(join(out, "sweep.html"), "utf8")).replaceAll(/<[^>]*>/g, "");
  expect(page).toContain("validation loss, mean of 2 seeds");
  expect(page).toContain(`${words} 5 --batch-size 16`);

  // Trials of the earlier command are one line.
  const second = (await lenet5(command)).out.split("\n").slice(4);
  expect(second[0]).toBe(`Finished earlier: 2 of 4 trainings; best so far: ${log[3]!.slice(6).replace(/: .*/, "")}`);
  expect(second.filter((line) => line.startsWith("Trial"))).toEqual([
    expect.stringMatching(/^Trial 2, seed 4: /),
    expect.stringMatching(/^Trial 2, seed 5: /),
    expect.stringMatching(/^Trial 2, mean of 2 seeds: /),
  ]);
  const { error } = await lenet5([...command, "--json"]);
  expect(error).toContain("Finished earlier: 4 of 4 trainings; best so far: ");
  expect(error).not.toContain("Trial");
});

test("the first lines say how trials are chosen, how data are divided, and how many images trials are measured on", async () => {
  const first = async (train: string, more: string) => {
    const file = await sweepFile("first.yaml", `train: { data: DATA, epochs: 1${train} }\n${more}`);
    const { out } = await lenet5(["sweep", file, "--out", join(scratch, `first-${more.length}`)]);
    return out.split("\n").slice(0, 4);
  };
  const vary = "vary: { optimizer: [sgd] }\n";
  const split = "Split: the files' own test set";
  expect(await first("", vary)).toEqual([
    expect.stringMatching(/^1 trial \(grid\) in .*first-27, 1 at a time with \d+ threads? each$/),
    split,
    "Each trial is measured on 20 validation images",
    "Note: one of the 20 images is 5.0%, so trials that are close cannot be told apart",
  ]);
  expect(await first("", `${vary}measure: { folds: 2 }\n`)).toEqual([
    expect.stringContaining("1 trial (grid)"),
    split,
    "Each trial is measured on all 240 training images, in 2 folds",
    expect.stringMatching(/^Trial 1, fold [12]: /),
  ]);
  expect(await first(", validation-split: 0.5", "vary: { batch-size: { from: 8, to: 64 } }\ntrials: 1")).toEqual([
    expect.stringContaining("1 trial (random, seed 1)"),
    split,
    "Each trial is measured on 120 validation images",
    expect.stringMatching(/^Trial 1: /),
  ]);
});
