import { spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digits, loadModel, lenet5 as network, recipe, type TrainTest } from "../../src/index.ts";
import {
  expectOneLine,
  killAt,
  lenet5,
  lenet5Json,
  readJson,
  scratchFolder,
  smallDigits,
  writeIdxFolder,
} from "./lenet5-command.ts";

let scratch: string;
let data: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
});
afterAll(() => rm(scratch, { recursive: true }));

interface History {
  epochs: number[];
  history: Record<string, number[]>;
  stopped?: string;
}

const train = (run: string, ...options: string[]) => [
  "train",
  "--data",
  data,
  "--batch-size",
  "32",
  "--out",
  join(scratch, run),
  ...options,
];
const modelOf = (run: string) => readFile(join(scratch, run, "model.safetensors"));

test("a run folder and its JSON", async () => {
  const run = join(scratch, "run");
  const result = await lenet5Json<Record<string, unknown>>(
    train("run", "--epochs", "2", "--threads", "2", "--seed", "7"),
  );
  expect(Object.keys(result)).toEqual([
    "run",
    "test",
    "checksum",
    "seconds",
    "imagesPerSecond",
    "threads",
    "numerics",
    "data",
  ]);
  expect(result).toMatchObject({ run, threads: 2, numerics: "reproducible", data });
  const files = [
    "config.json",
    "evaluation.json",
    "examples.json",
    "history.csv",
    "history.json",
    "model.safetensors",
    "predictions.json",
    "report.html",
    "steps.json",
    "weights.json",
  ];
  expect(await readdir(run)).toEqual(files);

  const config = await readJson<object>(run, "config.json");
  expect(config).toMatchObject({
    command: `lenet5 train --data ${data} --batch-size 32 --out ${run} --epochs 2 --threads 2 --seed 7 --json`,
    runtime: `Node ${process.versions.node}`,
    title: "LeNet-5",
    notes: { Network: "article" },
    extra: {
      network: "article",
      data,
      recipe: { learningRate: null },
    },
    compiled: { optimizer: { type: "sgd", learningRate: { type: "oneCycle", totalSteps: 14 } } },
    settings: { epochs: 2, batchSize: 32, seed: 7, threads: 2 },
    data: { name: 'MNIST-format files in "data"', trainImages: 220, validationImages: 20, testImages: 60 },
    machine: { cores: expect.any(Number), cpu: expect.any(String) },
  });

  const history = await readJson<History>(run, "history.json");
  expect(history.epochs).toEqual([1, 2]);
  expect(history.history.val_accuracy).toHaveLength(2);
  const csv = (await readFile(join(run, "history.csv"), "utf8")).trimEnd().split("\n");
  expect(csv[0]).toBe(["epoch", ...Object.keys(history.history)].join());
  expect(csv[2]).toBe([2, ...Object.values(history.history).map((values) => values[1])].join());

  const evaluation = await readJson<{ accuracy: number; loss: number; checksum: string }>(run, "evaluation.json");
  expect(Object.keys(evaluation)).toEqual(["accuracy", "loss", "confusionMatrix", "perClass", "checksum"]);
  expect(result.test).toEqual({ accuracy: evaluation.accuracy, loss: evaluation.loss });
  expect(await lenet5Json(["evaluate", run])).toEqual(evaluation);
  const checksum = await (await loadModel(join(run, "model.safetensors"))).checksum();
  expect([result.checksum, evaluation.checksum]).toEqual([checksum, checksum]);

  // A program that trains by the library's recipe gets the same bits.
  const settings = recipe("article", { images: 240, epochs: 2, batchSize: 32, seed: 7 });
  const model = network({ seed: 7 });
  model.compile(settings.compile);
  await model.fit(smallDigits.train, { ...settings.fit, verbose: 0 });
  expect(await model.checksum()).toBe(checksum);

  const report = await readFile(join(run, "report.html"), "utf8");
  expect(report).toContain("test accuracy");
  expect(report).not.toMatch(/<script|<link|src=/);

  const again = await lenet5(train("run", "--epochs", "1"));
  expect(again).toMatchObject({ code: 2, out: "" });
});

test("output without --json, on data of three classes, without validation", async () => {
  const few = digitsBelow(3);
  const folder = await writeIdxFolder(join(scratch, "few"), few);
  const options = [
    "--validation-split",
    "0",
    "--network",
    "full",
    "--optimizer",
    "sgd",
    "--learning-rate",
    "0.05",
    "--numerics",
    "fast",
  ];
  const run = join(scratch, "people");
  const { out, error, code } = await lenet5(["train", "--data", folder, "--epochs", "2", "--out", run, ...options]);
  expect({ error, code }).toEqual({ error: "", code: 0 });
  expect(out).toMatch(/^Epoch 2\/2 {2}\d+\.\ds [\d,]+ images\/s {2}loss \d\.\d{4} {2}accuracy \d\.\d{4}$/m);
  expect(out).toMatch(/Test accuracy \d+\.\d\d%, loss/);
  expect(out).toMatch(/ {2}0 {2}1 {2}2\n0 /);
  const checksum = /^Checksum: ([0-9a-f]{64})$/m.exec(out)![1]!;
  expect((await lenet5(["summary", run])).out).toContain(`\nChecksum: ${checksum}\n`);
  expect(out).toContain(`Report: ${join(run, "report.html")}`);
  expect((await readJson<{ perClass: object[] }>(run, "evaluation.json")).perClass).toHaveLength(3);
});

test("Ctrl-C ends the epoch, saves, and resuming gives the bits of a run that was not interrupted", async () => {
  const epochs = ["--epochs", "5"];
  const press = { after: "Epoch 2/", name: "SIGINT" } as const;
  // npm passes one key press on a second time.
  const interrupted = await lenet5(train("interrupted", ...epochs), { signals: [press, press] });
  expect(interrupted).toMatchObject({ code: 130, error: "" });
  expect(interrupted.out).toMatch(/Finishing epoch \d+; press Ctrl-C again to stop at once/);
  const [, stoppedAfter] =
    /Stopped after epoch (\d+) of 5\. Continue with: lenet5 train --resume /.exec(interrupted.out) ?? [];
  const run = join(scratch, "interrupted");
  const history = await readJson<History>(run, "history.json");
  expect(history).toMatchObject({ stopped: "interrupted" });
  expect(history.epochs).toHaveLength(Number(stoppedAfter));
  expect((await readdir(run)).includes("evaluation.json")).toBe(true);

  const [resumed, whole] = await Promise.all([
    lenet5(["train", "--resume", run, "--threads", "3"]),
    lenet5Json<{ test: object }>(train("whole", ...epochs, "--threads", "1")),
  ]);
  expect(resumed).toMatchObject({ code: 0, error: "" });
  expect(resumed.out).toContain(`Continuing after epoch ${stoppedAfter} of 5`);
  expect((await modelOf("interrupted")).equals(await modelOf("whole"))).toBe(true);
  const after = await readJson<History>(run, "history.json");
  expect(after.stopped).toBeUndefined();
  expect(after.history.val_loss).toEqual((await readJson<History>(scratch, "whole", "history.json")).history.val_loss);

  const finished = await lenet5Json<{ test: object }>(["train", "--resume", run]);
  expect(finished.test).toEqual(whole.test);
});

test("a run that was killed continues from its last epoch", async () => {
  const epochs = ["--epochs", "4"];
  const killed = await lenet5(train("killed", ...epochs), { signals: [killAt("Epoch 3/")] });
  expect(killed.code).toBe(null);
  const [resumed] = await Promise.all([
    lenet5(["train", "--resume", join(scratch, "killed")]),
    lenet5(train("unkilled", ...epochs)),
  ]);
  expect(resumed).toMatchObject({ code: 0, error: "" });
  expect((await modelOf("killed")).equals(await modelOf("unkilled"))).toBe(true);
});

test("--augment is saved in the config, and a run that was killed continues with the same distortions", async () => {
  const options = ["--epochs", "4", "--augment", "distortions", "--flip", "horizontal"];
  await lenet5(train("killed-augmented", ...options), { signals: [killAt("Epoch 3/")] });
  const run = join(scratch, "killed-augmented");
  const config = await readJson<{ settings: object }>(run, "config.json");
  const augment = { type: "distortions", translation: 2, scaling: 0.15, squeezing: 0.15, shear: 0.2 };
  expect(config.settings).toMatchObject({ augment: [{ ...augment, flip: "horizontal" }] });
  const [resumed, whole, plain] = await Promise.all([
    lenet5(["train", "--resume", run, "--threads", "3"]),
    lenet5(train("augmented", ...options, "--threads", "1")),
    lenet5(train("not-augmented", "--epochs", "4")),
  ]);
  for (const { code, error } of [resumed, whole, plain]) expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(whole.out).toMatch(
    /training images are distorted anew in every epoch \(distortions: translation 2, scaling 0\.15, /,
  );
  expect((await modelOf("killed-augmented")).equals(await modelOf("augmented"))).toBe(true);
  expect((await modelOf("not-augmented")).equals(await modelOf("augmented"))).toBe(false);
  expect(await readFile(join(run, "report.html"), "utf8")).toContain("translation 2, scaling 0.15");
  expectOneLine(
    await lenet5(["train", "--resume", run, "--augment", "elastic"]),
    /--resume continues with the settings of the run: leave out --augment/,
  );
  expectOneLine(
    await lenet5(train("blurred", "--augment", "blur")),
    '--augment: expected "distortions", "elastic" or "none", got "blur"',
  );
  expectOneLine(
    await lenet5(train("turned", "--flip", "diagonal")),
    '--flip: expected "none", "horizontal", "vertical" or "horizontal_and_vertical", got "diagonal"',
  );
});

test("a network learns to read distorted digits", async () => {
  const folder = await writeIdxFolder(join(scratch, "digits"), digits({ train: 3000, test: 300, seed: 5 }));
  const options = ["--epochs", "6", "--batch-size", "32", "--augment", "distortions", "--validation-split", "0"];
  const out = join(scratch, "distorted");
  const { test } = await lenet5Json<{ test: { accuracy: number } }>([
    "train",
    "--data",
    folder,
    "--out",
    out,
    ...options,
  ]);
  expect(test.accuracy).toBeGreaterThan(0.9);
});

test("a run that diverges is reported, and keeps the model of the last good epoch", async () => {
  const out = join(scratch, "diverged");
  const { code, error } = await lenet5([
    "train",
    "--data",
    data,
    "--out",
    out,
    "--epochs",
    "3",
    "--learning-rate",
    "3e38",
  ]);
  expect(code).toBe(1);
  expect(error).toMatch(
    /^error: .* became .*: try a smaller --learning-rate; .* holds the model of (epoch \d|before training)$/m,
  );
  const evaluated = await lenet5Json<{ loss: number }>(["evaluate", out]);
  expect(Number.isFinite(evaluated.loss)).toBe(true);
});

test("a run whose history is missing is not started again with its trained model", async () => {
  const out = join(scratch, "without-history");
  await lenet5Json(["train", "--data", data, "--out", out, "--epochs", "2"]);
  await rm(join(out, "history.json"));
  expectOneLine(
    await lenet5(["train", "--resume", out]),
    /expected a history with the epoch at whose end its model was saved, after 8 batches, got 0 epochs/,
  );
});

test("training continues after the reader of its output has closed the pipe", async () => {
  const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
  const child = spawn(process.execPath, [main, ...train("left", "--epochs", "30")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let error = "";
  child.stderr.on("data", (chunk) => {
    error += chunk;
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, error }).toEqual({ code: 0, error: "" });
});

/** Digits below a limit only. */
function digitsBelow(limit: number): TrainTest {
  const part = ({ images, labels, classNames }: TrainTest["train"]) => {
    const kept = Array.from(labels.keys()).filter((i) => labels[i] < limit);
    const data = Uint8Array.from(kept.flatMap((i) => Array.from(images.data.subarray(i * 1024, (i + 1) * 1024))));
    return {
      images: { ...images, data, shape: [kept.length, 32, 32, 1] },
      labels: Uint8Array.from(kept, (i) => labels[i]),
      classNames,
    };
  };
  const { source, train, test } = smallDigits;
  return { source, train: part(train), test: part(test) };
}
