import { readBytes } from "#platform";
import { InputError, readDigit, type Tensor } from "../index.ts";
import { decimal, percent } from "../report/drawing/numbers.ts";
import { fittedImages } from "./fitted-data.ts";
import type { OpenedModel } from "./models.ts";
import { readingOf } from "./reading.ts";

/** A network's prediction for one picture. */
export interface Prediction {
  readonly file: string;
  /** The class number with the highest probability or score. */
  readonly label: number;
  /**
   * By class number. Where the outputs are distances y, the probability is e^-y over the sum of all. Absent for a network
   * whose outputs are no probabilities.
   */
  readonly probabilities?: readonly number[];
  /** By class number, for a network that does not end in a softmax or a sigmoid. */
  readonly scores?: readonly number[];
}

/** A prediction for each picture, or the error of a picture that cannot be read. */
export async function classify(
  { model, name }: OpenedModel,
  files: readonly string[],
): Promise<(Prediction | InputError)[]> {
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
  const { data, shape } = await model.predict(fittedImages(images, model, name));
  const classes = shape[1]!;
  const readingOfRow = readingOf(model);
  let row = 0;
  return pictures.map((read, i) => {
    if (read instanceof InputError) return read;
    const { label, values, areProbabilities } = readingOfRow(Array.from(data.subarray(row * classes, ++row * classes)));
    return { file: files[i]!, label, ...(areProbabilities ? { probabilities: values } : { scores: values }) };
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

/**
 * `seven.png  7  99.12%  (then 1: 0.61%)`; the second class is left out where its probability rounds to 0. Scores that
 * are no probabilities: `seven.png  7  score 8.31  (then 1: 2.05)`.
 */
export function predictionText(
  { file, label, probabilities, scores }: Prediction,
  { run }: OpenedModel,
  width: number,
): string {
  const name = (k: number) => `${run?.config.data.classNames[k] ?? k}`;
  const start = `${file.padEnd(width)}  ${name(label)}`;
  const values = probabilities ?? scores ?? [];
  const second = highest(values.map((value, k) => (k === label ? Number.NEGATIVE_INFINITY : value)));
  if (!probabilities) {
    return `${start}  score ${decimal(values[label], "full")}  (then ${name(second)}: ${decimal(values[second], "full")})`;
  }
  if (probabilities[label]! >= 0.9999) return `${start}  >99.99%`;
  return `${start}  ${percent(probabilities[label])}  (then ${name(second)}: ${percent(probabilities[second])})`;
}

/** The index of the highest value; of equal values, the first. */
function highest(values: readonly number[]): number {
  return values.reduce((best, value, k) => (value > values[best] ? k : best), 0);
}
