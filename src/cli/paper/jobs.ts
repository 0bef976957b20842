import { joinPath, sha256 } from "#platform";
import { trainingOf1998 } from "../../index.ts";
import { augmentationOf } from "../../lenet5/recipe.ts";
import { recipes } from "../../lenet5/recipes.ts";
import { percent } from "../../report/drawing/numbers.ts";
import type { OpenedData } from "../data-source.ts";
import { inProcess } from "../jobs/in-process.ts";
import { keptResult } from "../jobs/kept-result.ts";
import { counted, type Print } from "../output.ts";
import { type PaperResult, paperResult } from "./result.ts";
import type { PaperPass, PaperTraining } from "./training.ts";

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
export function resultOf({ training, recipe, file }: PaperJob, print: Print): Promise<PaperResult> {
  const name = `${counted(training.images)} images${training.distortions ? ", distorted" : ""}, seed ${training.seed}`;
  const onProgress = (pass: PaperPass) => print(passText(name, pass, training.passes));
  const train = () =>
    inProcess<PaperTraining, PaperPass, PaperResult>(
      { name, program: "paper-training", work: training },
      { onProgress },
    );
  return keptResult({ file, recipe, schema: paperResult }, train, print);
}

function passText(name: string, { pass, testError, trainingError }: PaperPass, passes: number) {
  return `${name}: pass ${pass} of ${passes}, test error ${percent(testError)}, training error ${percent(trainingError)}`;
}
