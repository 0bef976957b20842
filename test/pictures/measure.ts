import { type Random, random } from "../../src/core/random.ts";
import type { Picture } from "../../src/pictures/picture.ts";
import type { Make, Sample } from "./kinds.ts";
import { bitmapSubject, type Subject } from "./subject.ts";

/** What a reader says about a picture: digits, or undefined if it refuses. */
export interface Reading {
  readonly answer: string | undefined;
  readonly confidence: number;
  /** Whether the reader says that it is not sure. */
  readonly unsure?: boolean;
}

/** The results for one kind, in percent of its pictures; the mean confidence is in percent of the answers. */
export interface KindResult {
  readonly kind: string;
  readonly pictures: number;
  /** The true digits; for a picture without a digit, a refusal. */
  readonly right: number;
  readonly refused: number;
  /** Answered, with the remark that the reader is not sure. */
  readonly unsure: number;
  readonly meanConfidence: number;
  /** Wrong with a confidence of at least 80%. */
  readonly wrongAndConfident: number;
}

export type Reader = (picture: Picture) => Reading | Promise<Reading>;

/** The digits of a data set with images of `side * side` bytes. */
export function subjectsOf(
  images: ArrayLike<number> & { subarray(a: number, b: number): ArrayLike<number> },
  labels: ArrayLike<number>,
  side: number,
): Subject[] {
  return Array.from(labels, (digit, i) =>
    bitmapSubject(digit, images.subarray(i * side * side, (i + 1) * side * side), side),
  );
}

/** The pictures of a kind: the same for the same subjects, seed and count. */
export function* samples(
  kind: string,
  make: Make,
  subjects: readonly Subject[],
  count: number,
  seed: number,
): Generator<Sample> {
  let at = random(seed, kind, "first").integer(subjects.length);
  const next = () => subjects[at++ % subjects.length]!;
  for (let i = 0; i < count; i++) yield make(next, random(seed, kind, i) as Random);
}

export async function measured(kind: string, pictures: Iterable<Sample>, read: Reader): Promise<KindResult> {
  let [count, right, refused, unsure, confident, confidence] = [0, 0, 0, 0, 0, 0];
  for (const { picture, answer } of pictures) {
    count++;
    const reading = await read(picture);
    if (reading.answer === undefined) refused++;
    else {
      confidence += reading.confidence;
      if (reading.unsure) unsure++;
    }
    if ((reading.answer ?? "") === answer) right++;
    else if (reading.answer !== undefined && reading.confidence >= 0.8) confident++;
  }
  const percent = (value: number, of = count) => (of === 0 ? 0 : Math.round((1000 * value) / of) / 10);
  return {
    kind,
    pictures: count,
    right: percent(right),
    refused: percent(refused),
    unsure: percent(unsure),
    meanConfidence: percent(confidence, count - refused),
    wrongAndConfident: percent(confident),
  };
}
