/** The network of 1998 on the command line, on a few built-in digits. */
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { PaperJson } from "../../src/figures.ts";
import { loadModel } from "../../src/index.ts";
import { takeLock } from "../../src/platform/node/locks.ts";
import {
  expectOneLine,
  lenet5,
  lenet5Json,
  scratchFolder,
  smallDigits,
  writeIdxFolder,
  writePng,
} from "../end-to-end/lenet5-command.ts";

let scratch: string;
let data: string;

beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
});

function repeated(data: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(data.length * Math.ceil(times));
  for (let i = 0; i < times; i++) all.set(data, i * data.length);
  return all.subarray(0, Math.round(data.length * times));
}

const interruptAfter = (after: string) => ({ after, name: "SIGINT" }) as const;

test("train --network 1998: the published procedure; evaluate and predict read its model", async () => {
  const run = join(scratch, "run");
  const { code, out } = await lenet5(["train", "--network", "1998", "--data", data, "--epochs", "3", "--out", run]);
  expect(code).toBe(0);
  expect(out).toContain("the paper's network of 1998");
  const page = await readFile(join(run, "report.html"), "utf8");
  expect(page).toMatch(/<title>LeNet-5 of 1998: /);
  expect(page).not.toContain("C3 fully connected");
  expect(JSON.parse(await readFile(join(run, "config.json"), "utf8"))).toMatchObject({
    settings: { batchSize: 1, epochs: 3 },
    compiled: { optimizer: { type: "sdlm" } },
    extra: { network: "1998" },
  });
  const { training } = await loadModel(join(run, "model.safetensors"));
  expect(training?.optimizer).toMatchObject({
    type: "sdlm",
    mu: 0.02,
    learningRate: { type: "piecewiseConstantDecay" },
  });
  const evaluation = await lenet5Json<{ accuracy: number }>(["evaluate", run, "--data", data]);
  expect(evaluation).toEqual(JSON.parse(await readFile(join(run, "evaluation.json"), "utf8")));
  const picture = await writePng(join(scratch, "digit.png"), 3);
  const [prediction] = await lenet5Json<{ label: number; probabilities: number[] }[]>([
    "predict",
    "--model",
    run,
    picture,
  ]);
  expect(prediction!.probabilities.reduce((sum, value) => sum + value)).toBeCloseTo(1, 6);
  expect(Math.max(...prediction!.probabilities)).toBe(prediction!.probabilities[prediction!.label]);
});

test("a training that is continued after an interruption ends with the same weights", async () => {
  const [whole, parts] = [join(scratch, "whole"), join(scratch, "parts")];
  const options = ["--network", "1998", "--data", data, "--epochs", "4", "--augment", "distortions"];
  expect((await lenet5(["train", ...options, "--out", whole])).code).toBe(0);
  const stopped = await lenet5(["train", ...options, "--out", parts], { signals: [interruptAfter("Epoch 2/4")] });
  expect(stopped.code).toBe(130);
  expect((await lenet5(["train", "--resume", parts])).code).toBe(0);
  const [one, other] = await Promise.all([whole, parts].map((run) => loadModel(join(run, "model.safetensors"))));
  expect([...other!.weights]).toEqual([...one!.weights]);
});

test("the networks that ship: evaluate, predict and summary take --network 1998", async () => {
  const { accuracy, perClass } = await lenet5Json<{ accuracy: number; perClass: unknown[] }>([
    "evaluate",
    "--network",
    "1998",
    "--data",
    data,
  ]);
  expect(accuracy).toBeGreaterThan(0.85);
  expect(perClass).toHaveLength(10);
  const picture = await writePng(join(scratch, "seven.png"), 3);
  expect(await lenet5Json<unknown[]>(["predict", "--network", "1998", picture])).toHaveLength(1);
  const summary = await lenet5Json<{ connections: number }>(["summary", "--network", "1998"]);
  expect(summary.connections).toBe(340_908);
  expectOneLine(
    await lenet5(["evaluate", "some.safetensors", "--network", "1998"]),
    /expected a model or --network, got both/,
  );
});

test("paper --quick: trains only what is missing, and writes a page", async () => {
  const out = join(scratch, "paper");
  const command = ["paper", "--quick", "--data", data, "--out", out];
  // After Ctrl-C the running trainings are finished; the same command runs the others.
  const first = await lenet5([...command, "--threads", "1"], { signals: [interruptAfter("pass 2 of 4")] });
  expect(first.code).toBe(130);
  expect(first.out).toContain("1 of 2 trainings are done; run the same command again for the rest");
  const second = await lenet5(command);
  expect(second.code).toBe(0);
  expect(second.out.match(/pass 4 of 4/g)).toHaveLength(1);
  const third = await lenet5Json<PaperJson>(command);
  expect(third).toEqual({ ...JSON.parse(await readFile(join(out, "paper.json"), "utf8")), command: third.command });
  expect(third.setups.map(({ images, distortions, runs }) => [images, distortions, runs.length])).toEqual([
    [240, false, 1],
    [240, true, 1],
  ]);
  const [run] = third.setups[0]!.runs;
  expect(run!.testError).toHaveLength(4);
  expect(third.network).toMatchObject({ trainableParams: 60_000, connections: 340_908 });
  const wrong = third.predictions.labels.filter((label, i) => label !== third.predictions.predicted[i]).length;
  // The error of the last pass, not the lowest one.
  expect(run!.testError.at(-1)).toBeCloseTo(wrong / third.predictions.labels.length, 9);
  expect(third.misread.images).toHaveLength(wrong);
  const page = await readFile(join(out, "paper.html"), "utf8");
  expect(page).toContain("What the paper leaves open");
  expect(page).toContain("not on MNIST. The numbers cannot be compared with the paper.");
  expect(await readFile(join(out, "paper.md"), "utf8")).toContain("paper-training.svg");
  expect(await readFile(join(out, "paper-training.svg"), "utf8")).toMatch(/^<svg/);
});

test("paper: results that are damaged, or of another recipe, are trained again", async () => {
  const out = join(scratch, "kept");
  await cp(join(scratch, "paper"), out, { recursive: true });
  const files = ["240-passes-4-seed-1.json", "240-distorted-passes-4-seed-1.json"].map((name) => join(out, name));
  const kept = await readFile(files[0]!, "utf8");
  await writeFile(files[0]!, kept.slice(0, 500));
  await writeFile(files[1]!, (await readFile(files[1]!, "utf8")).replace("rbf_map", "rbf_mse"));
  const again = await lenet5(["paper", "--quick", "--data", data, "--out", out]);
  expect(again.out).toContain(`${files[0]} is damaged: training again`);
  expect(again.out).toContain(`${files[1]} is from other data or another version: training again`);
  expect(again.code).toBe(0);
  // The same numbers, but for the time they took.
  const timeless = (text: string) => text.replace(/"seconds": [\d.]+/, "");
  expect(timeless(await readFile(files[0]!, "utf8"))).toBe(timeless(kept));
});

test("paper: predictions that do not fit in the buffer of a socket arrive whole", async () => {
  const { test } = smallDigits;
  // The message with so many predictions has about 260 KB.
  const count = 6000;
  const times = count / test.labels.length;
  const many = {
    ...test,
    images: { ...test.images, shape: [count, 32, 32, 1], data: repeated(test.images.data as Uint8Array, times) },
    labels: repeated(test.labels as Uint8Array, times),
  };
  const large = await writeIdxFolder(join(scratch, "large"), { ...smallDigits, test: many });
  const { predictions } = await lenet5Json<PaperJson>([
    "paper",
    "--quick",
    "--data",
    large,
    "--out",
    join(scratch, "many"),
  ]);
  expect(predictions.labels).toHaveLength(count);
  expect(predictions.predicted).toHaveLength(count);
});

test("paper: what cannot be trained is refused in one line", async () => {
  expectOneLine(await lenet5(["paper", "--quick", "--out", join(scratch, "none")]), /expected MNIST, which is neither/);
  const three = await writeIdxFolder(join(scratch, "three"), smallDigits, (files) => {
    for (const name of ["train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"])
      files[name]!.forEach((label, i, labels) => {
        if (i >= 8) labels[i] = label % 3;
      });
  });
  expectOneLine(await lenet5(["paper", "--data", three]), /expected data of ten digits, got 3 classes/);
  expectOneLine(await lenet5(["paper", "--data", join(scratch, "none")]), /there is no such file or folder/);
  const lock = await takeLock(join(scratch, "run.lock"));
  expectOneLine(
    await lenet5(["paper", "--quick", "--data", data, "--out", scratch]),
    /expected a folder that no other training writes to, got that of process/,
  );
  if (lock.isTaken) await lock.release();
});
