import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { joinPath, pathInfo, readBytes, sha256, writeBeside } from "#platform";
import { InputError, trainingOf1998 } from "../../index.ts";
import { augmentationOf } from "../../lenet5/recipe.ts";
import { recipes } from "../../lenet5/recipes.ts";
import { percent } from "../../report/drawing/numbers.ts";
import { jsonText } from "../../runs/json.ts";
import type { OpenedData } from "../data-source.ts";
import { counted, type Print } from "../output.ts";
import { type PaperResult, resultIn } from "./result.ts";
import type { PaperMessage, PaperTraining } from "./training.ts";

/** A training and the file of its result. */
export interface PaperJob {
  readonly training: PaperTraining;
  /** Everything that the result depends on: a saved result with another recipe is not used. */
  readonly recipe: string;
  readonly file: string;
}

/** The paper's 20 passes with five seeds; with `--quick`, four passes with one seed. */
const whole = { passes: 20, seeds: [1, 2, 3, 4, 5] };
const quick = { passes: 4, seeds: [1] };
/** Training set sizes of Fig. 6 of the paper, in addition to all 60,000 images. */
const sizes = [15_000, 30_000];

/** The trainings of the paper, longest first, so that all cores are busy until near the end. */
export async function paperJobs(data: OpenedData, out: string, isQuick: boolean, version: string): Promise<PaperJob[]> {
  const { passes, seeds } = isQuick ? quick : whole;
  const all = data.train.labels.length;
  // Another data set than MNIST may have another size: the same fractions of it.
  const counts = sizes.map((size) => Math.round((size / 60_000) * all)).reverse();
  const setups = [
    { images: all, distortions: false },
    { images: all, distortions: true },
    ...(isQuick ? [] : counts.map((images) => ({ images, distortions: false }))),
  ];
  const sums = await Promise.all([data.train, data.test].map(({ images: { data } }) => sha256(Uint8Array.from(data))));
  const augment = augmentationOf("distortions", recipes["1998"]);
  return setups.flatMap(({ images, distortions }) =>
    seeds.map((seed) => {
      const name = `${images}${distortions ? "-distorted" : ""}-passes-${passes}-seed-${seed}`;
      const model = joinPath(out, `${name}.safetensors`);
      const given = { images, seed, passes, augment: distortions && augment, ...trainingOf1998(images) };
      return {
        training: { images, distortions, seed, passes, data: data.id, model },
        recipe: JSON.stringify({ version, data: sums, ...given }),
        file: joinPath(out, `${name}.json`),
      };
    }),
  );
}

/** The saved result of a training; if there is none with its recipe, trains. */
export async function resultOf(job: PaperJob, print: Print): Promise<PaperResult> {
  if (await pathInfo(job.file)) {
    const old = resultIn(await readBytes(job.file), job.file);
    if (old?.recipe === job.recipe) return { run: old.run, predictions: old.predictions };
    print(`${job.file} is ${old ? "from other data or another version" : "damaged"}: training again`);
  }
  const result = await trained(job.training, print);
  await writeBeside(job.file, jsonText({ recipe: job.recipe, ...result }));
  return result;
}

function trained(training: PaperTraining, print: Print): Promise<PaperResult> {
  const name = `${counted(training.images)} images${training.distortions ? ", distorted" : ""}, seed ${training.seed}`;
  const program = fileURLToPath(new URL("../node/paper-training.js", import.meta.url));
  // In a process group of its own: the terminal's Ctrl-C reaches only this process, which lets its trainings finish.
  const child = fork(program, [JSON.stringify(training)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    detached: true,
  });
  return new Promise((resolve, reject) => {
    let [errors, failure]: [string, Error | undefined] = ["", undefined];
    let result: PaperResult | undefined;
    child.stderr!.on("data", (text) => {
      errors += text;
    });
    child.on("message", (message: PaperMessage) => {
      if ("run" in message) result = message as PaperResult;
      else if ("error" in message)
        failure = new (message.isInput ? InputError : Error)(`the training of ${name} failed: ${message.error}`);
      else print(passText(name, message, training.passes));
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (result && !failure) return resolve(result);
      const cause = /^\w*Error.*$/m.exec(errors)?.[0] ?? signal ?? `exit code ${code}`;
      reject(failure ?? new Error(`the training of ${name} failed: ${cause}`));
    });
  });
}

function passText(name: string, message: { pass: number; testError: number; trainingError: number }, passes: number) {
  const { pass, testError, trainingError } = message;
  return `${name}: pass ${pass} of ${passes}, test error ${percent(testError)}, training error ${percent(trainingError)}`;
}
