/** Sweeps that `lenet5 sweep` refuses in one line, before their first trial where it can. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { expectOneLine, lenet5 } from "./lenet5-command.ts";
import { type SweepFolder, sweepFolder } from "./sweep-folder.ts";

let scratch: string;
let sweepFile: SweepFolder["sweepFile"];

beforeAll(async () => {
  ({ scratch, sweepFile } = await sweepFolder());
});

test("files and folders that cannot be used are refused in one line", async () => {
  const vary = "vary: { epochs: [1, 2] }\nchoose: grid\n";
  const wrong = async (name: string, content: string, message: RegExp) =>
    expectOneLine(await lenet5(["sweep", await sweepFile(name, content), "--out", join(scratch, "none")]), message);
  await wrong("a.yaml", `${vary}train: [`, /a\.yaml: line \d+: expected YAML, got /);
  const tab = /tab\.yaml: line 4: expected spaces at the start of a line, got a tab$/m;
  await wrong("tab.yaml", `${vary}train:\n\tepochs: 1\n`, tab);
  await wrong("tab.yaml", `${vary}train: {\n\tepochs: 1 }\n`, tab);
  await wrong(
    "twice.yaml",
    `${vary}choose: random\n`,
    /twice\.yaml: line \d+: expected YAML, got Map keys must be unique/,
  );
  await wrong("tag.yaml", `${vary}train: !!js/function a\n`, /tag\.yaml: line \d+: expected YAML, got Unresolved tag/);
  await wrong(
    "alias.yaml",
    `a: &a [x, x]\nb: &b [${"*a, ".repeat(200)}*a]\n`,
    /alias\.yaml: expected YAML, got Excessive alias/,
  );
  await wrong("lr.yaml", "vary: { lr: [1] }\nchoose: grid\n", /lr\.yaml: vary\.lr: expected an option of lenet5 train/);
  await wrong(
    "typo.yaml",
    `train: { epoch: 1 }\n${vary}`,
    /typo\.yaml: train\.epoch: expected an option of lenet5 train, got "epoch": did you mean "epochs"\?$/m,
  );
  await wrong("a.json", "{", /a\.json: expected JSON, got another text/);
  await wrong("a.txt", vary, /a\.txt: expected a file that ends in \.yaml, \.json, \.ts or \.mjs/);
  await wrong("a.mjs", "export const sweep = 1;", /a\.mjs: expected a default export with the sweep, got none/);
  expectOneLine(await lenet5(["sweep", join(scratch, "gone.yaml")]), /gone\.yaml: expected a sweep file, got none/);
  const file = await sweepFile("ok.yaml", vary);
  expectOneLine(await lenet5(["sweep", file, "--out", join(file, "a")]), /cannot make the folder/);
  expectOneLine(await lenet5(["sweep", file, "--jobs", "0"]), /--jobs: expected a whole number/);
});

test("data and networks that are not there are refused before the first trial", async () => {
  const refused = async (train: string, vary: string, message: RegExp) => {
    const file = await sweepFile("places.yaml", `train: { ${train} }\nvary: { ${vary} }\nchoose: grid\n`);
    expectOneLine(await lenet5(["sweep", file, "--out", join(scratch, "places")]), message);
  };
  await refused("data: gone", "epochs: [1, 2]", /places\.yaml: train\.data: expected .*, got "gone"/);
  await refused(
    "data: DATA",
    "network: [article, ./gone.mjs]",
    /places\.yaml: vary\.network "\.\/gone\.mjs": there is no such file/,
  );
  await refused("data: DATA", "network: [article, lenet4]", /places\.yaml: vary\.network: expected .*, got "lenet4"/);
  await refused("data: DATA, network: lenet4", "epochs: [1, 2]", /places\.yaml: train\.network: expected /);
  expect(await readdir(scratch)).not.toContain("places");
});

test("data that cannot be divided so are refused before the first trial, and the folder is not taken", async () => {
  const refused = async (train: string, more: string, message: RegExp) => {
    const file = await sweepFile("divided.yaml", `train: { ${train} }\nvary: { optimizer: [sgd, adam] }\n${more}`);
    expectOneLine(await lenet5(["sweep", file, "--out", join(scratch, "divided")]), message);
    expect(await readdir(scratch)).not.toContain("divided");
  };
  const folds = (count: number) => `measure: { metric: val_loss, folds: ${count} }`;
  const tooMany = /divided\.yaml: measure\.folds: expected at most 240, the training images, got 300$/m;
  await refused("data: DATA", folds(300), tooMany);
  const split = /divided\.yaml: train\.validation-split: expected /;
  await refused("data: DATA, validation-split: 1.0e-9", "", split);
  await refused("data: DATA, validation-split: 0", "", split);
  const rows = Array.from({ length: 20 }, (_, i) => `${i % 2},${i},0,0,${i}`);
  await writeFile(join(scratch, "rows.csv"), `label,a,b,c,d\n${rows.join("\n")}\n`);
  await refused(`data: ${join(scratch, "rows.csv")}`, folds(19), /measure\.folds: expected at most 16, .*got 19$/m);
  await refused("data: DATA, size: 32, label-column: first", "", /no use for it; leave it out$/m);
});

test("where no trial has a result, the command fails with the reason", async () => {
  const file = await sweepFile("refused.yaml", "train: { data: DATA }\nvary: { size: [4] }\n");
  const { code, error } = await lenet5(["sweep", file, "--out", join(scratch, "refused")]);
  expect(error).toMatch(/^error: no trial has a result: trial 1: --network: expected images of at least 16x16/);
  expect(code).toBe(1);
});
