/**
 * One training of `lenet5 paper`, in a process of its own: with a batch size of 1, a training uses one core only.
 */
import { lenet5Of1998, type Optimizer, type TrainTest, trainingOf1998 } from "../../index.ts";
import { augmentationOf } from "../../lenet5/recipe.ts";
import { recipes } from "../../lenet5/recipes.ts";
import type { PaperRun } from "../../report/paper/paper-results.ts";
import { learningRateAt } from "../../training/schedules/table.ts";
import { openData } from "../data-source.ts";
import { type RunningJob, runAsJob } from "../jobs/run-as-job.ts";
import type { PaperResult } from "./result.ts";

export interface PaperTraining {
  /** The number of training images: the first ones of the training set. */
  readonly images: number;
  readonly distortions: boolean;
  readonly seed: number;
  readonly passes: number;
  /** The value of `--data`. */
  readonly data: string;
  /** The file for the trained model. */
  readonly model: string;
}

/** What it reports after every pass. */
export interface PaperPass {
  readonly pass: number;
  readonly testError: number;
  readonly trainingError: number;
}

await runAsJob(training);

async function training(job: PaperTraining, { report }: RunningJob<PaperPass>): Promise<PaperResult> {
  const { images, seed, passes } = job;
  const { train, test } = await openData(job.data);
  const data = firstImages(train, images);
  const model = lenet5Of1998({ seed, threads: 1 });
  const { compile, fit } = trainingOf1998(images);
  model.compile(compile);
  let firstRates: [number, number] | undefined;
  const { history } = await model.fit(data, {
    ...fit,
    epochs: passes,
    seed,
    validationData: test,
    verbose: 0,
    ...(job.distortions && { augment: augmentationOf("distortions", recipes["1998"]) }),
    callbacks: [
      {
        async onEpochEnd(pass, { val_accuracy: right, accuracy }) {
          firstRates ??= ratesOf(compile.optimizer, model.training!.memory);
          await report({ pass, testError: 1 - right!, trainingError: 1 - accuracy! });
        },
      },
    ],
  });
  const { predictions } = await model.evaluate(test, { predictions: true });
  const { accuracy } = await model.evaluate(data);
  await model.save(job.model);
  const errors = (name: string) => history[name]!.map((value) => 1 - value!);
  const run: PaperRun = {
    seed,
    testError: errors("val_accuracy"),
    trainingError: errors("accuracy"),
    finalTrainingError: 1 - accuracy!,
    seconds: history.seconds!.reduce<number>((sum, value) => sum + value!, 0),
    firstRates: firstRates!,
  };
  return { run, predictions };
}

function firstImages({ images, labels }: TrainTest["train"], count: number) {
  const size = images.data.length / labels.length;
  const data = images.data.subarray(0, count * size);
  return { images: { ...images, shape: [count, ...images.shape.slice(1)], data }, labels: labels.subarray(0, count) };
}

/** The smallest and largest learning rate of a weight in the first pass; each depends on the weight's curvature. */
function ratesOf(optimizer: Optimizer, memory: ReadonlyMap<string, Float32Array>): [number, number] {
  if (optimizer.type !== "sdlm") throw new Error(`expected the optimizer sdlm, got ${optimizer.type}`);
  const firstRate = learningRateAt(optimizer.learningRate, 0);
  let [min, max] = [Number.POSITIVE_INFINITY, 0];
  for (const [path, curvature] of memory) {
    if (!path.startsWith("curvature/")) continue;
    for (const h of curvature) {
      // A weight without a connection has no second derivative, and no learning rate.
      if (h === 0) continue;
      const rate = firstRate / (optimizer.mu + h);
      [min, max] = [Math.min(min, rate), Math.max(max, rate)];
    }
  }
  return [min, max];
}
