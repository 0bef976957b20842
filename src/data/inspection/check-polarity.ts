import type { FindingJson } from "../../report/data-results.ts";
import { partWords } from "../../report/data-words.ts";
import type { ImageList, ListedPart } from "./image-list.ts";
import type { ValueRanges } from "./value-ranges.ts";
import { namedClasses } from "./words.ts";

/** The mean of fewer images says little about their class. */
const FEWEST = 5;
/** Mean images of an inverted class and of the others are correlated by less than this. */
const OPPOSITE = -0.5;

/**
 * Classes with light and dark exchanged: the mean image is the reverse of the others', and its brightness is nearer to
 * their reverse than to theirs. Training classes are compared with the other classes, those of other parts with the
 * training images of the same class.
 */
export function checkPolarity(images: ImageList, ranges: ValueRanges): FindingJson[] {
  const [train, ...others] = images.parts as [ListedPart, ...ListedPart[]];
  const ends = { low: smallest(ranges.min), high: -smallest(ranges.max.map((value) => -value)) };
  const means = meansOf(images, train, ranges);
  const findings: FindingJson[] = [];
  const inverted = means.flatMap((mean, k) => {
    const rest = means.filter((other, other_) => other_ !== k && other !== undefined) as Float64Array[];
    return mean && rest.length > 0 && isInverted(mean, average(rest), ends) ? [k] : [];
  });
  const withMean = means.filter((mean) => mean).length;
  if (inverted.length > 0) {
    const names = namedClasses(inverted, images.classNames);
    const text =
      inverted.length === withMean
        ? `light and dark are exchanged between ${names}`
        : `light and dark are exchanged in ${names}, against the other classes`;
    findings.push(finding(text, inverted));
  }
  for (const part of others) {
    const own = meansOf(images, part, ranges);
    const reversed = own.flatMap((mean, k) => {
      const reference = means[k];
      return mean && reference && isInverted(mean, reference, ends) ? [k] : [];
    });
    if (reversed.length === 0) continue;
    const names = namedClasses(reversed, images.classNames);
    findings.push(
      finding(
        `light and dark are exchanged in the ${partWords[part.name]} images of ${names}, against those for training`,
        reversed,
      ),
    );
  }
  return findings;
}

function finding(text: string, classes: readonly number[]): FindingJson {
  const advice = "A network takes the ground for a sign of the class and fails on other pictures: invert them";
  return { kind: "inverted-class", level: "problem", text, advice, classes, groups: [] };
}

/** The mean image of each class within the rectangle in which images differ; undefined for too few. */
function meansOf(
  images: ImageList,
  { first, end }: ListedPart,
  { inner, broken }: ValueRanges,
): (Float64Array | undefined)[] {
  const sums = images.classNames.map(() => new Float64Array(inner.length));
  const counts = images.classNames.map(() => 0);
  for (let i = first; i < end; i++) {
    if (broken[i]) continue;
    const label = images.label(i);
    const [sum, values] = [sums[label]!, images.pixels(i)];
    for (let k = 0; k < inner.length; k++) sum[k]! += values[inner[k]!]!;
    counts[label]!++;
  }
  return sums.map((sum, k) => (counts[k]! < FEWEST ? undefined : sum.map((value) => value / counts[k]!)));
}

function isInverted(
  mean: Float64Array,
  reference: Float64Array,
  { low, high }: { low: number; high: number },
): boolean {
  const [own, usual] = [brightness(mean), brightness(reference)];
  const isDarkForLight = Math.abs(own - (low + high - usual)) < Math.abs(own - usual);
  return isDarkForLight && correlation(mean, reference) < OPPOSITE;
}

function average(images: readonly Float64Array[]): Float64Array {
  return images[0]!.map((_, k) => images.reduce((sum, image) => sum + image[k]!, 0) / images.length);
}

function brightness(image: Float64Array): number {
  return image.reduce((sum, value) => sum + value, 0) / image.length;
}

function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [brightness(a), brightness(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k]! - meanA, b[k]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

function smallest(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
