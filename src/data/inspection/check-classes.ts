import { largest, smallest } from "../../core/extremes.ts";
import type { DataPartJson, FindingJson } from "../../report/data-results.ts";
import { partWords } from "../../report/data-words.ts";
import { namedClasses } from "./words.ts";

/** Thresholds of {@link checkClasses}. */
export interface ClassLimits {
  readonly fewImages: number;
  readonly imbalance: number;
}

/** Classes without images, with few, or with far fewer than others. */
export function checkClasses(
  parts: readonly DataPartJson[],
  classNames: readonly string[],
  { fewImages, imbalance }: ClassLimits,
): FindingJson[] {
  const findings: FindingJson[] = [];
  const classes = classNames.map((_, k) => k);
  const total = (k: number) => parts.reduce((sum, { perClass }) => sum + perClass[k]!, 0);
  const unused = classes.filter((k) => total(k) === 0);
  for (const { name, images, perClass } of parts) {
    const missing = classes.filter((k) => perClass[k] === 0 && total(k) > 0);
    if (missing.length > 0 && images > 0) {
      findings.push({
        kind: "missing-class",
        level: "problem",
        text: `no ${partWords[name]} images of ${namedClasses(missing, classNames)}`,
        advice:
          name === "train"
            ? "A network cannot learn a class without images: add some"
            : "Results say nothing about a class without images: add some, or divide the images anew",
        classes: missing,
        groups: [],
      });
    }
    const few = classes.filter((k) => perClass[k]! > 0 && perClass[k]! < fewImages);
    if (few.length > 0) {
      const counts = few.map((k) => perClass[k]!);
      const [least, most] = [smallest(counts), largest(counts)];
      findings.push({
        kind: "few-images",
        level: "notice",
        text: `few ${partWords[name]} images (${least === most ? least : `${least} to ${most}`}, fewer than ${fewImages}) of ${namedClasses(few, classNames)}`,
        advice:
          name === "train"
            ? "Such a class is hardly learnt: add images, or distort those that are there (augment)"
            : "A single image changes the result of such a class a lot: add images, or read it with care",
        classes: few,
        groups: [],
      });
    }
  }
  if (unused.length > 0) {
    findings.push({
      kind: "unused-class",
      level: "notice",
      text: `no images at all of ${namedClasses(unused, classNames)}`,
      advice: "The network has an output for each class name: leave out names without images",
      classes: unused,
      groups: [],
    });
  }
  const uneven = unevenness(parts[0]!.perClass);
  if (uneven && uneven.ratio >= imbalance) {
    const { largest, smallest, ratio } = uneven;
    findings.push({
      kind: "imbalance",
      level: "notice",
      text: `${Math.round(ratio)} times as many training images of ${namedClasses([largest], classNames)} as of ${namedClasses([smallest], classNames)}`,
      advice: `Rare classes are learnt worse, and the accuracy hides it: look at each class's recall, or train with classWeight: "balanced"`,
      classes: [largest, smallest],
      groups: [],
    });
  }
  return findings;
}

/** The largest and the smallest class that has images; undefined for fewer than two of them. */
function unevenness(perClass: readonly number[]): { largest: number; smallest: number; ratio: number } | undefined {
  const some = perClass.map((count, k) => ({ count, k })).filter(({ count }) => count > 0);
  if (some.length < 2) return undefined;
  const [first, ...rest] = some.sort((a, b) => b.count - a.count || a.k - b.k);
  const last = rest.at(-1)!;
  return { largest: first!.k, smallest: last.k, ratio: first!.count / last.count };
}
