import type { FindingJson } from "../../report/data-results.ts";
import type { ImageList } from "./image-list.ts";
import type { ValueRanges } from "./value-ranges.ts";
import { counted } from "./words.ts";

/** Below this share of the usual contrast an image is faint. */
const FAINT = 0.05;
/** An image whose largest value is this many times the usual one was not scaled as the others. */
const OUTLIER = 10;
/** Networks start with weights for inputs around 1: values beyond this were not scaled at all. */
const LARGEST_INPUT = 16;
/** Bytes that end at this share of 255 were scaled before. */
const SMALLEST_BYTES = 0.1;

/** Images that are blank, faint, not finite, or in another range of values than the others. */
export function checkValues(images: ImageList, ranges: ValueRanges): FindingJson[] {
  const { min, max, broken, innerMin, innerMax } = ranges;
  const all = Array.from({ length: images.count }, (_, i) => i);
  const finite = all.filter((i) => !broken[i]);
  const contrast = (i: number) => innerMax[i]! - innerMin[i]!;
  const largest = (i: number) => Math.max(Math.abs(min[i]!), Math.abs(max[i]!));
  const usualContrast = median(finite.map(contrast).filter((value) => value > 0));
  const usualLargest = median(finite.filter((i) => contrast(i) > 0).map(largest));
  const findings: FindingJson[] = [];
  const found = (
    { kind, level, advice }: Pick<FindingJson, "kind" | "level" | "advice">,
    some: readonly number[],
    text: (images: string, verb: string) => string,
  ) => {
    if (some.length === 0) return;
    findings.push({
      kind,
      level,
      text: text(counted(some.length, "image"), some.length === 1 ? "is" : "are"),
      advice,
      groups: some.map((i) => [images.image(i)]),
    });
  };
  found(
    { kind: "not-finite", level: "problem", advice: "Training would fail on them: repair or remove them" },
    all.filter((i) => broken[i]),
    (count) => `${count} with values that are NaN or infinite`,
  );
  found(
    { kind: "blank", level: "problem", advice: "They show nothing but have a label: remove them" },
    finite.filter((i) => contrast(i) === 0),
    (count, verb) => `${count} ${verb} blank: all pixels are equal`,
  );
  found(
    { kind: "faint", level: "notice", advice: "Look whether they show what their label says" },
    finite.filter((i) => contrast(i) > 0 && contrast(i) < FAINT * usualContrast),
    (count, verb) => `${count} ${verb} faint: less than ${100 * FAINT}% of the usual contrast`,
  );
  found(
    {
      kind: "value-range",
      level: "problem",
      advice: "They were not scaled as the others: divide them in the same way",
    },
    finite.filter((i) => usualLargest > 0 && largest(i) > OUTLIER * usualLargest),
    (count) => `${count} with values up to more than ${OUTLIER} times those of the others`,
  );
  return [
    ...findings,
    ...scaling(
      images,
      finite.reduce((most, i) => Math.max(most, largest(i)), 0),
    ),
  ];
}

/** Whether the values of all images are far from those that networks take. */
function scaling({ parts, scale, count }: ImageList, largest: number): FindingJson[] {
  if (count === 0 || largest === 0) return [];
  const areBytes = parts[0]!.data.images.data instanceof Uint8Array;
  const values = (text: string, advice: string): FindingJson[] => [
    { kind: "value-range", level: "problem", text, advice, groups: [] },
  ];
  if (areBytes && scale < 1 && largest <= SMALLEST_BYTES * 255) {
    return values(
      `no value is above ${largest}, of 255: the network sees at most ${Number((largest * scale).toPrecision(2))}`,
      `If ${largest} stands for full ink, the scale is 1 / ${largest}`,
    );
  }
  if (largest * scale <= LARGEST_INPUT) return [];
  return values(
    `the network sees values up to ${Number((largest * scale).toPrecision(3))}`,
    "Networks are made for values from 0 to 1: give the images a scale, such as 1 / 255",
  );
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}
