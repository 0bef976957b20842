import type { DataInspectionJson } from "../data-results.ts";
import { partWords } from "../data-words.ts";
import { barChart } from "../drawing/bar-chart.ts";
import { className } from "../drawing/class-name.ts";
import type { Figure } from "../drawing/figure.ts";
import { count } from "../drawing/numbers.ts";
import { seriesLook } from "../drawing/theme.ts";
import { given } from "./given.ts";

/** Of more classes, some are shown. */
const MAX_CLASSES = 100;

/** Indices of the classes to show, in order: all, or half of the fewest images and half of the most. */
function fewestAndMost(images: readonly number[]): readonly number[] {
  const byImages = images.map((_, k) => k);
  if (images.length <= MAX_CLASSES) return byImages;
  byImages.sort((a, b) => images[a] - images[b] || a - b);
  return [...byImages.slice(0, MAX_CLASSES / 2), ...byImages.slice(-MAX_CLASSES / 2)].sort((a, b) => a - b);
}

/** Images of each class in the parts of a data set. */
export function classCounts(inspection: Pick<DataInspectionJson, "classNames" | "parts">): Figure {
  const { classNames, parts } = given("classCounts", "data", inspection);
  const shown = parts.filter(({ images }) => images > 0);
  const colourOf = (i: number) => seriesLook(i).colour;
  const images = classNames.map((_, k) => shown.reduce((sum, { perClass }) => sum + (perClass[k] ?? 0), 0));
  const drawn = fewestAndMost(images);
  const bars = drawn.map((k) => {
    const name = className(classNames, k);
    const counts = shown.map(({ perClass }) => perClass[k] ?? 0);
    const each = shown.map((part, i) => `${count(counts[i])} ${partWords[part.name]}`);
    const total = counts.reduce((sum, value) => sum + value, 0);
    return {
      name,
      value: total,
      text: total === 0 ? "no images" : counts.map(count).join(" + "),
      title: `${name}: ${each.join(", ")}`,
      segments: counts.map((value, i) => ({ value, colour: colourOf(i) })),
    };
  });
  const keys = shown.map(({ name }, i) => ({ name: partWords[name], colour: colourOf(i) }));
  const note =
    drawn.length < images.length
      ? `the ${drawn.length} of ${count(images.length)} classes with the fewest and with the most images`
      : "";
  return barChart({
    title: "Images of each class",
    note,
    keys,
    bars,
    colour: colourOf(0),
    empty: "There are no classes.",
  });
}
