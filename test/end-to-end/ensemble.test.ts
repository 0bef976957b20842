/** `lenet5 ensemble`: a committee as one file, and what each member adds. */
import { cp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digits, loadModel, lenet5 as network } from "../../src/index.ts";
import {
  expectOneLine,
  lenet5,
  lenet5Json,
  readJson,
  scratchFolder,
  smallDigits,
  writeIdxFolder,
  writePng,
} from "./lenet5-command.ts";

interface Result {
  on: string;
  source: string;
  images: number;
  accuracy: number;
  checksum: string;
  members: { name: string; path: string; accuracy: number; without: number; helps: number }[];
}

let scratch: string;
let data: string;
const at = (...path: string[]) => join(scratch, ...path);
const train = (run: string, ...options: string[]) =>
  lenet5Json(["train", "--data", data, "--epochs", "2", "--batch-size", "8", "--out", at(run), ...options]);

beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(at("data"));
  await train("a", "--seed", "1", "--validation-split", "1/2");
  await train("b", "--seed", "2", "--validation-split", "1/3");
  await train("none", "--epochs", "1", "--validation-split", "0");
  await train("from-a", "--epochs", "1", "--network", at("a"));
});
afterAll(() => rm(scratch, { recursive: true }));

test("members are measured on the images that none was trained on; the file keeps what they give", async () => {
  const out = at("committee.safetensors");
  const result = await lenet5Json<Result>(["ensemble", at("a"), at("b"), "--out", out]);
  expect(result).toMatchObject({ on: "validation", images: 80 });
  const [a, b] = result.members as [Result["members"][0], Result["members"][0]];
  expect([a.name, a.path, b.name]).toEqual(["a", at("a"), "b"]);
  expect([a.without, b.without]).toEqual([b.accuracy, a.accuracy]);
  expect(a.helps).toBeCloseTo(result.accuracy - b.accuracy, 10);
  // The 80 images are all of the validation images of b.
  const { history } = await readJson<{ history: { val_accuracy: number[] } }>(at("b"), "history.json");
  expect(b.accuracy).toBeCloseTo(history.val_accuracy.at(-1)!, 10);

  const committee = await loadModel(out);
  expect(await committee.checksum()).toBe(result.checksum);
  const parts = await Promise.all(["a", "b"].map((run) => loadModel(at(run, "model.safetensors"))));
  const { images } = smallDigits.test;
  const [both, one, other] = await Promise.all(
    [committee, ...parts].map(async (net) => (await net.predict(images)).data),
  );
  both!.forEach((value, i) => {
    expect(Math.abs(value - (one![i]! + other![i]!) / 2)).toBeLessThan(2e-7);
  });
});

test("other commands take the file; evaluate gives the accuracy that --on test measured", async () => {
  const out = at("test.safetensors");
  const result = await lenet5Json<Result>(["ensemble", at("b"), at("a"), "--on", "test", "--out", out]);
  expect(result).toMatchObject({ on: "test", images: 60, source: expect.stringContaining(data) });
  const evaluation = await lenet5Json<{ accuracy: number }>(["evaluate", out, "--data", data]);
  expect(evaluation.accuracy).toBeCloseTo(result.accuracy, 10);
  const [answer] = await lenet5Json<[{ digits: unknown[] }]>(["predict", out, await writePng(at("digit.png"), 0)]);
  expect(answer).toBeDefined();
  const { layers } = await lenet5Json<{ layers: { name: string }[] }>(["summary", out]);
  expect(layers.map(({ name }) => name)).toEqual(expect.arrayContaining(["b_C1", "a_C1", "average"]));
  for (const args of [
    ["export", out, "-o", at("test.onnx")],
    ["export", out, "-o", at("test.keras")],
    ["figure", "network", out, "-o", at("network.svg")],
    ["report", out, "--data", data, "-o", at("report.html")],
  ])
    expect(await lenet5(args), args.join(" ")).toMatchObject({ code: 0 });
  const again = await lenet5Json<{ accuracy: number }>(["evaluate", at("test.onnx"), "--data", data]);
  expect(again.accuracy).toBeCloseTo(result.accuracy, 10);
});

test("where no image is unseen by all, the committee is written, and a line says why it is not measured", async () => {
  const file = at("copy.safetensors");
  await cp(at("b", "model.safetensors"), file);
  for (const [paths, why] of [
    [[at("a"), file], /^Not measured: ".*copy.safetensors" is no run of lenet5 train, .*--on test measures/m],
    [[at("a"), at("none")], /^Not measured: no image was for validation in all of them/m],
    [[at("b"), at("from-a")], /^Not measured: ".*from-a" was trained on from another model, whose training images /m],
  ] as const) {
    const out = at("unmeasured.safetensors");
    await rm(out, { force: true });
    const { code, out: text } = await lenet5(["ensemble", ...paths, "--out", out]);
    expect(text).toMatch(why);
    expect(code).toBe(0);
    expect((await loadModel(out)).reading?.confidence).toBeUndefined();
  }
  const { out } = await lenet5(["ensemble", at("a"), at("b"), "--on", "none", "--out", at("unmeasured.safetensors")]);
  expect(out).toMatch(/^Not measured: --on none$/m);
  const json = await lenet5Json(["ensemble", at("a"), at("none"), "--out", at("unmeasured.safetensors")]);
  expect(json).toMatchObject({ notMeasured: expect.stringMatching(/^no image was for validation in all of them/) });
});

test("a committee that exists is replaced, as other files that commands write", async () => {
  const out = at("again.safetensors");
  await writeFile(out, "another");
  const { checksum } = await lenet5Json<Result>(["ensemble", at("a"), at("b"), "--on", "none", "--out", out]);
  expect(await (await loadModel(out)).checksum()).toBe(checksum);
});

test("names of members are the last parts of their paths, of files without the ending", async () => {
  await cp(at("b"), at("v1.5"), { recursive: true });
  await cp(at("b", "model.safetensors"), at("file.safetensors"));
  const paths = [at("v1.5"), at("file.safetensors"), "--on", "none", "--out", at("unmeasured.safetensors")];
  const { members } = await lenet5Json<Result>(["ensemble", ...paths]);
  expect(members.map(({ name }) => name)).toEqual(["v1.5", "file"]);
});

async function dividedData(file: string): Promise<void> {
  const { images, labels } = smallDigits.train;
  const rows = Array.from({ length: 60 }, (_, i) => [labels[i], ...images.data.slice(i * 1024, i * 1024 + 1024)]);
  await writeFile(file, rows.map((row) => row.join()).join("\n"));
}

test("of data that runs divided differently, no training image of one counts as unseen; test images get a note", async () => {
  const file = at("divided.csv");
  await dividedData(file);
  const options = ["train", "--data", file, "--epochs", "1", "--validation-split", "1/2"];
  await lenet5Json([...options, "--out", at("d")]);
  await lenet5Json([...options, "--split-seed", "5", "--out", at("e")]);
  await lenet5Json([...options, "--split-seed", "5", "--seed", "6", "--out", at("e6")]);
  const ensemble = async (...args: string[]) => (await lenet5(["ensemble", ...args, "-o", at("x.safetensors")])).out;
  const unmeasured = [
    [await ensemble(at("d"), at("e")), /^Not measured: .*d" and ".*e" were trained on different data/m],
    [
      await ensemble(at("d"), at("e"), "--data", file),
      /^Not measured: ".*e" was trained on another split into training and test images;/m,
    ],
    [await ensemble(at("d"), at("e"), "--on", "none"), /^Not measured: --on none$/m],
  ] as const;
  for (const [text, why] of unmeasured) {
    expect(text).toMatch(why);
    // One of them was trained on some of the test images of the other.
    expect(text).not.toContain("Its test accuracy");
  }
  const split =
    /^Note: ".*e" was trained on another split into training and test images: it may know some of the test/m;
  expect(await ensemble(at("d"), at("e"), "--on", "test")).toMatch(split);
  // A third member of other data has its note too.
  const three = await ensemble(at("d"), at("e"), at("a"), "--on", "test");
  expect(three).toMatch(split);
  expect(three).toMatch(/^Note: ".*a" was trained on other data than ".*d", whose test images are used/m);
  const same = await ensemble(at("d"), at("d", "model.safetensors"), "--on", "test");
  expect(same).not.toContain("another split");
  expect(same).not.toContain("other data");

  // Where the data have moved, the command for the test accuracy divides them as the runs did.
  const moved = at("moved", "divided.csv");
  await cp(file, moved);
  const args = [at("e"), at("e6"), "--data", moved];
  const [, evaluate = ""] = /^Its test accuracy: lenet5 (.*)$/m.exec(await ensemble(...args)) ?? [];
  expect(evaluate).toBe(`evaluate ${at("x.safetensors")} --data ${moved} --test-split 0.2 --split-seed 5`);
  const { accuracy } = await lenet5Json<Result>(["ensemble", ...args, "--on", "test", "--out", at("y.safetensors")]);
  expect((await lenet5Json<Result>(evaluate.split(" "))).accuracy).toBeCloseTo(accuracy, 10);
  const partly = await ensemble(at("e"), at("e6", "model.safetensors"), "--data", moved);
  expect(partly).toContain(`lenet5 ${evaluate}`);
});

test("members without a run have no test accuracy to look up, unless --data gives images", async () => {
  await network({ classes: 4, seed: 1 }).save(at("four.safetensors"));
  await network({ classes: 4, seed: 2 }).save(at("more.safetensors"));
  const four = ["ensemble", at("four.safetensors"), at("more.safetensors"), "--out", at("fours.safetensors")];
  const { out: text } = await lenet5(four);
  expect(text).toMatch(/^Read a picture: /m);
  expect(text).not.toContain("Its test accuracy");
  const files = ["a", "b"].map((run) => at(run, "model.safetensors"));
  const { out: given } = await lenet5(["ensemble", ...files, "--data", data, "--out", at("x.safetensors")]);
  expect(given).toContain(`\nIts test accuracy: lenet5 evaluate ${at("x.safetensors")} --data ${data}\n`);
});

test("two copies of the same data set are the same data; two different ones are not, and changed ones are refused", async () => {
  const copy = at("copies", "data");
  await cp(data, copy, { recursive: true });
  await lenet5Json(["train", "--data", copy, "--epochs", "1", "--seed", "4", "--out", at("of-copy")]);
  const out = at("copies.safetensors");
  const result = await lenet5Json<Result>(["ensemble", at("a"), at("of-copy"), "--out", out]);
  // The last twelfth: the validation images of the one, which are among those of the other.
  expect(result).toMatchObject({ on: "validation", images: 20 });
  for (const place of [data, copy])
    expect(await lenet5Json(["ensemble", at("a"), at("of-copy"), "--out", out, "--data", place])).toEqual({
      ...result,
      source: expect.stringContaining(place),
    });

  const other = await writeIdxFolder(at("copies", "other"), digits({ train: 240, test: 60, seed: 9 }));
  // No run was trained on test images.
  for (const file of await readdir(copy)) if (file.startsWith("t10k")) await cp(join(other, file), join(copy, file));
  expect(await lenet5Json(["ensemble", at("a"), at("of-copy"), "--out", out, "--data", copy])).toEqual({
    ...result,
    source: expect.stringContaining(copy),
  });
  await lenet5Json(["train", "--data", other, "--epochs", "1", "--out", at("of-other")]);
  const { out: text } = await lenet5(["ensemble", at("a"), at("of-other"), "--out", out]);
  expect(text).toMatch(/^Not measured: ".*a" and ".*of-other" were trained on different data; --on test/m);
  expect(text).not.toContain("Its test accuracy");
  const onTest = async (...args: string[]) => (await lenet5(["ensemble", ...args, "--on", "test", "-o", out])).out;
  const mixed = /^Note: ".*of-other" was trained on other data than ".*a", whose test images are used: give --data/m;
  expect(await onTest(at("a"), at("of-other"))).toMatch(mixed);
  for (const args of [
    [at("a"), at("of-copy")],
    [at("a"), at("of-other"), "--data", other],
  ])
    expect(await onTest(...args)).not.toContain("was trained on other data");
  const changed = /"(.*a|.*of-copy)" was trained on other images or labels than those of .*: give its data with --data/;
  expectOneLine(await lenet5(["ensemble", at("a"), at("b"), "--out", out, "--data", other]), changed);
  await cp(other, copy, { recursive: true });
  expectOneLine(await lenet5(["ensemble", at("of-copy"), at("a"), "--out", out]), changed);
});

test("the table has a line for each member and one for all", async () => {
  const { out } = await lenet5(["ensemble", at("a"), at("b"), "--out", at("table.safetensors")]);
  expect(out).toMatch(/^Accuracy on 80 images \(.*, validation images\)$/m);
  expect(out).toMatch(/^Note: one of the 80 images is 1\.3%, so members that are close cannot be told apart$/m);
  expect(out).toMatch(/^ +accuracy {2}all without it {2} *it helps by$/m);
  expect(out).toMatch(/^.*\/a +\d+\.\d\d% +\d+\.\d\d% +[+-]?\d+ images?$/m);
  expect(out).toMatch(/^all together +\d+\.\d\d%$/m);
});

test("in a narrow terminal no line of the results is cut or wrapped, but for the paths", async () => {
  const { out } = await lenet5(["ensemble", at("a"), at("b"), "--out", at("narrow.safetensors")], { columns: 40 });
  expect(out).toMatch(
    /\/a\n {2}accuracy: +\d+\.\d\d%\n {2}all without it: \d+\.\d\d%\n {2}it helps by: +[+-]?\d+ images?\n/,
  );
  expect(out).toMatch(/^all together\n {2}accuracy: +\d+\.\d\d%$/m);
});

test("the next commands are printed, and work as they are", async () => {
  const out = at("next one.safetensors");
  const { out: text } = await lenet5(["ensemble", at("a"), at("b"), "--out", out]);
  expect(text).toMatch(/^Committee of 2: .*next one\.safetensors$/m);
  const [, predict = ""] =
    /^Read a picture: lenet5 (predict '.*next one\.safetensors' picture\.png)$/m.exec(text) ?? [];
  const [, evaluate = ""] =
    /^Its test accuracy: lenet5 (evaluate '.*next one\.safetensors' --data .*)$/m.exec(text) ?? [];
  const picture = await writePng(at("picture.png"), 0);
  for (const command of [predict.replace("picture.png", picture), evaluate]) {
    const words = (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ""));
    expect(await lenet5(words), command).toMatchObject({ code: 0, error: "" });
  }
  // With --on test, the test accuracy is there already.
  const { out: tested } = await lenet5(["ensemble", at("a"), at("b"), "--on", "test", "--out", out]);
  expect(tested).toMatch(/^Read a picture: /m);
  expect(tested).not.toContain("Its test accuracy");
});

test("wrong members are refused in one line, and nothing is written", async () => {
  const model = at("b", "model.safetensors");
  const few = await writeIdxFolder(at("few"), digits({ train: 50, test: 10 }));
  const cases: [string[], RegExp | string][] = [
    [[at("a")], "expected at least two models, got 1"],
    [[at("a"), at("b"), at("data", "..", "a")], /expected different models, got ".*a" twice/],
    [[at("a"), at("gone")], /there is no such file or folder/],
    [[at("a"), at("data")], /has no model.safetensors; give the folder of a run/],
    [[at("a"), scratch], /has no model.safetensors; give (.*, or )?one of its runs, such as .*[\\/]a$/m],
    [[at("a"), at("b"), "--out", model], /--out: expected another file than those of the members/],
    [
      [at("a"), at("b"), "--out", at("a", "checkpoint.safetensors")],
      /--out: expected another file than those of the members/,
    ],
    [
      [at("a"), at("b"), "--out", at("x.keras")],
      /--out: ensemble writes a model file \.safetensors; .* got ".*x\.keras"/,
    ],
    [[at("a"), at("b"), "--out", at("seven.png")], /--out: ensemble writes a model file \.safetensors; /],
    [
      [at("a"), at("b"), "--out", at("none", "model.safetensors")],
      /--out: expected a file that is not the model of a run, got ".*none.model\.safetensors"/,
    ],
    [[at("a"), at("b"), "--on", "train"], /--on: expected "validation", "test" or "none", got "train"/],
    [[at("a"), at("three.safetensors")], /expected members with outputs of one shape, got .* of "a" and .* of "three"/],
    [[at("a"), at("b"), "--data", at("gone")], /there is no such file or folder/],
    [
      [at("a"), at("b"), "--on", "none", "--data", data],
      "--data: expected with --on validation or --on test; leave it",
    ],
    [
      [at("a"), at("b"), "--on", "none", "--size", "28"],
      "--size: expected with --on validation or --on test; leave it",
    ],
    [[at("a"), at("b"), "--data", few], /expected the run's 240 images for training and validation, got 50 from/],
  ];
  await network({ classes: 3 }).save(at("three.safetensors"));
  const before = await readdir(scratch);
  for (const [args, message] of cases) expectOneLine(await lenet5(["ensemble", ...args]), message);
  expect(await readdir(scratch)).toEqual(before);
});
