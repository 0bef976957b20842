import { padEnd } from "../../core/columns.ts";
import { type PartAnswer, type PictureAnswer, writtenParts } from "../../reading/answer.ts";
import { decimal, percent } from "../../report/drawing/numbers.ts";

/**
 * The line for a picture: `seven.png  7  99.12%  (then 1: 0.61%)`. Scores that are no probabilities:
 * `seven.png  7  score 8.31  (then 1: 2.05)`. Several digits: `note.jpg  2026  97.31%`, or `note.jpg  20?6  (1 not read)`.
 * An answer that is not sure says so at the end.
 *
 * @param width columns for the name of the file
 */
export function predictionText(
  file: string,
  { verdict, text, confidence, parts }: PictureAnswer,
  classNames: readonly string[],
  width: number,
): string {
  const start = `${padEnd(file, width)}  `;
  if (parts.length === 0) return `${start}none  (nothing stands out of the background)`;
  const read = parts.filter((part) => part.verdict !== "none");
  if (read.length === 0)
    return `${start}none  (at best ${parts.map((part) => withSecond(part, classNames)).join(", ")})`;
  if (verdict !== "several") {
    const [one] = read;
    return `${start}${text}  ${withSecond(one, classNames).slice(one.className.length + 1)}${verdict === "unsure" ? "  unsure" : ""}`;
  }
  const unsure = read.filter((part) => part.verdict === "unsure").map(({ className }) => className);
  const sure = confidence === undefined ? "" : `  ${probability(confidence)}`;
  const unread = writtenParts(parts).length - read.length;
  const doubts = [
    ...(unread > 0 ? [`${unread} not read`] : []),
    ...(unsure.length > 0 ? [`unsure: ${unsure.join(", ")}`] : []),
  ];
  return `${start}${text}${sure}${doubts.length > 0 ? `  (${doubts.join("; ")})` : ""}`;
}

/** `7 99.12%  (then 1: 0.61%)`; the second class is left out where its probability rounds to 0. */
function withSecond({ label, className, confidence, probabilities, scores }: PartAnswer, names: readonly string[]) {
  const values = probabilities ?? scores ?? [];
  const second = highest(values.map((value, k) => (k === label ? Number.NEGATIVE_INFINITY : value)));
  const name = names[second] ?? second;
  if (confidence === undefined)
    return `${className} score ${decimal(values[label], "full")}  (then ${name}: ${decimal(values[second], "full")})`;
  if (confidence >= 0.9999) return `${className} ${probability(confidence)}`;
  return `${className} ${probability(confidence)}  (then ${name}: ${percent(values[second])})`;
}

function probability(value: number): string {
  return value >= 0.9999 ? ">99.99%" : percent(value);
}

/** The index of the highest value; of equal values, the first. */
function highest(values: readonly number[]): number {
  return values.reduce((best, value, k) => (value > values[best] ? k : best), 0);
}
