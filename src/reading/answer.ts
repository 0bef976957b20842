import type { Tensor } from "../core/tensor.ts";
import type { Box } from "../pictures/box.ts";

/** What a model says about one part of a picture. */
export interface PartAnswer {
  /** Where the part is in the picture, in pixels. */
  readonly box: Box;
  /**
   * "sure"; "unsure": the confidence is lower than that of 99% of the right answers for validation images; "none": it
   * looks like no class at all, or does not have the shape of a digit. Without a confidence in the model's
   * {@link Reading}, only its shape makes a part "none", and all others are "sure".
   */
  readonly verdict: "sure" | "unsure" | "none";
  /** The number of the class with the highest probability or score. */
  readonly label: number;
  /** Its name. */
  readonly className: string;
  /** Its probability, from 0 to 1; absent for a model whose outputs are no probabilities. */
  readonly confidence?: number;
  /**
   * By class number, calibrated where the model has a confidence; of distances y, e^-y over the sum of all. Absent for
   * a model whose outputs are no probabilities.
   */
  readonly probabilities?: readonly number[];
  /** By class number; for a model that ends in neither softmax nor sigmoid. */
  readonly scores?: readonly number[];
  /** The image that the model was given: `[rows, columns, channels]` bytes with a scale. */
  readonly image: Tensor<Uint8Array>;
}

/** What a model reads in a picture. */
export interface PictureAnswer {
  /**
   * "sure" or "unsure": one digit (or one picture of a class); "several": more than one, standing apart; "none": nothing
   * that looks like one.
   */
  readonly verdict: "sure" | "unsure" | "several" | "none";
  /**
   * The names of the classes in reading order, digits without spaces between them: "7", "2026", "" for none. Among
   * several, a part of a digit's size that looks like no class is "?": "7?2".
   */
  readonly text: string;
  /**
   * The probability that the whole text is right, from 0 to 1; absent without probabilities, for none, and where a part
   * of several looks like no class.
   */
  readonly confidence?: number;
  /** The parts in reading order, with those that look like no class. */
  readonly parts: readonly PartAnswer[];
  /** The number of the class, where there is one part to read. */
  readonly label?: number;
  /** The name of the class, where there is one part to read. */
  readonly className?: string;
  /** By class number, where there is one part to read: see {@link PartAnswer}. */
  readonly probabilities?: readonly number[];
  /** By class number, where there is one part to read: see {@link PartAnswer}. */
  readonly scores?: readonly number[];
}

/** Stands in a text of several parts for one that looks like no class. */
const UNREAD = "?";

/** The share of the smallest digit's longer side from which a part counts as written; smaller ones are specks. */
const SMALLEST = 0.6;

/** The answer for a picture from those for its parts. */
export function pictureAnswer(parts: readonly PartAnswer[]): PictureAnswer {
  const read = parts.filter(({ verdict }) => verdict !== "none");
  const [first] = read;
  if (first === undefined) return { verdict: "none", text: "", parts };
  if (read.length === 1) {
    const { verdict, className, box: _, image: __, ...more } = first;
    return { verdict, text: className, className, ...more, parts };
  }
  const written = writtenParts(parts);
  const names = written.map(({ verdict, className }) => (verdict === "none" ? UNREAD : className));
  // A text with a part that was not read is not right, whatever the others are.
  const confidence = written.reduce(
    (product, { verdict, confidence }) => product * (verdict === "none" ? Number.NaN : (confidence ?? Number.NaN)),
    1,
  );
  return {
    verdict: "several",
    text: names.join(names.every((name) => name.length === 1) ? "" : " "),
    ...(Number.isFinite(confidence) && { confidence }),
    parts,
  };
}

/** The parts that the text has: those that were read, and those of a digit's size that were not. */
export function writtenParts(parts: readonly PartAnswer[]): PartAnswer[] {
  const side = ({ box }: PartAnswer) => Math.max(box.width, box.height);
  const smallest = SMALLEST * Math.min(...parts.filter(({ verdict }) => verdict !== "none").map(side));
  return parts.filter((part) => part.verdict !== "none" || side(part) >= smallest);
}
