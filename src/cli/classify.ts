import { readBytes } from "#platform";
import { InputError, readDigit, type Tensor } from "../index.ts";
import { percent } from "../report/drawing/numbers.ts";
import { probabilitiesOfDistances } from "../training/scores.ts";
import type { OpenedModel } from "./models.ts";

/** A network's prediction for one picture. */
export interface Prediction {
  readonly file: string;
  /** The class number with the highest probability. */
  readonly label: number;
  /** By class number. Where the outputs are distances y, the probability is e^-y over the sum of all. */
  readonly probabilities: readonly number[];
}

/** A prediction for each picture, or the error of a picture that cannot be read. */
export async function classify({ model }: OpenedModel, files: readonly string[]): Promise<(Prediction | InputError)[]> {
  const pictures: (Tensor<Uint8Array> | InputError)[] = [];
  // One at a time: pictures may be large, and the number of open files is limited.
  for (const file of files) pictures.push(await picture(file));
  const good = pictures.filter((read): read is Tensor<Uint8Array> => !(read instanceof InputError));
  if (good.length === 0) return pictures as InputError[];
  const size = good[0].data.length;
  const images = {
    shape: [good.length, ...good[0].shape],
    data: new Uint8Array(good.length * size),
    scale: good[0].scale,
  };
  good.forEach(({ data }, i) => {
    images.data.set(data, i * size);
  });
  const { data, shape } = await model.predict(images);
  const classes = shape[1];
  let row = 0;
  return pictures.map((read, i) => {
    if (read instanceof InputError) return read;
    const scores = Array.from(data.subarray(row * classes, ++row * classes));
    const probabilities = model.outputsDistances ? probabilitiesOfDistances(scores) : scores;
    return { file: files[i], label: highest(probabilities), probabilities };
  });
}

async function picture(file: string): Promise<Tensor<Uint8Array> | InputError> {
  try {
    return await readDigit(await readBytes(file), file);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** `seven.png  7  99.12%  (then 1: 0.61%)`; the second class is left out where its probability rounds to 0. */
export function predictionText(
  { file, label, probabilities }: Prediction,
  { run }: OpenedModel,
  width: number,
): string {
  const name = (k: number) => `${run?.config.data.classNames[k] ?? k}`;
  const start = `${file.padEnd(width)}  ${name(label)}`;
  if (probabilities[label]! >= 0.9999) return `${start}  >99.99%`;
  const second = highest(probabilities.map((value, k) => (k === label ? -1 : value)));
  return `${start}  ${percent(probabilities[label])}  (then ${name(second)}: ${percent(probabilities[second])})`;
}

/** The index of the highest value; of equal values, the first. */
function highest(values: readonly number[]): number {
  return values.reduce((best, value, k) => (value > values[best] ? k : best), 0);
}
