import type { DataInspectionJson } from "../data-results.ts";
import { partWords } from "../data-words.ts";
import { barChart } from "../drawing/bar-chart.ts";
import { className } from "../drawing/class-name.ts";
import type { Figure } from "../drawing/figure.ts";
import { count } from "../drawing/numbers.ts";
import { seriesLook } from "../drawing/theme.ts";
import { fewestAndMost } from "../statistics/fewest-and-most.ts";
import { given } from "./given.ts";

/** Of more classes, some are shown. */
const MAX_CLASSES = 100;

/** Images of each class in the parts of a data set. */
export function classCounts(inspection: Pick<DataInspectionJson, "classNames" | "parts">): Figure {
  const { classNames, parts } = given("classCounts", "data", inspection);
  const shown = parts.filter(({ images }) => images > 0);
  const colourOf = (i: number) => seriesLook(i).colour;
  const images = classNames.map((_, k) => shown.reduce((sum, { perClass }) => sum + (perClass[k] ?? 0), 0));
  const drawn = fewestAndMost(images, MAX_CLASSES);
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
