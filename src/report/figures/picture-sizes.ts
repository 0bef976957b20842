import type { DataInspectionJson, PictureSizeJson } from "../data-results.ts";
import { barChart } from "../drawing/bar-chart.ts";
import type { Figure } from "../drawing/figure.ts";
import { count } from "../drawing/numbers.ts";
import { given } from "./given.ts";

const MAX_BARS = 12;

/** How many pictures have which size, before they were prepared: the most frequent sizes, and the others together. */
export function pictureSizes(inspection: Pick<DataInspectionJson, "classNames" | "parts">): Figure {
  const { parts } = given("pictureSizes", "data", inspection);
  const sizes = sizesOf(parts);
  const shown = sizes.length > MAX_BARS ? sizes.slice(0, MAX_BARS - 1) : sizes;
  const rest = sizes.slice(shown.length);
  const restImages = rest.reduce((sum, { images }) => sum + images, 0);
  const bars = shown.map(({ rows, columns, images }) => ({
    name: `${columns} × ${rows}`,
    value: images,
    text: count(images),
  }));
  if (rest.length > 0)
    bars.push({ name: `${count(rest.length)} other sizes`, value: restImages, text: count(restImages) });
  return barChart({
    title: "Sizes of the pictures",
    note: "width × height in pixels, and the number of pictures",
    bars,
    colour: "var(--third)",
    empty: "There are no pictures.",
  });
}

/** The sizes of all parts, the most frequent first. */
export function sizesOf(parts: DataInspectionJson["parts"]): PictureSizeJson[] {
  const all = new Map<string, PictureSizeJson>();
  for (const size of parts.flatMap(({ sizes }) => sizes)) {
    const key = `${size.columns} × ${size.rows}`;
    all.set(key, { ...size, images: size.images + (all.get(key)?.images ?? 0) });
  }
  return [...all.values()].sort((a, b) => b.images - a.images || a.rows - b.rows || a.columns - b.columns);
}
