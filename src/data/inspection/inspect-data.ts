import { InputError, shown } from "../../core/errors.ts";
import { checkedOptions, flag, type OptionsOf, optional, whole, within } from "../../core/options.ts";
import type { DataInspectionJson, DataPartJson, PictureSizeJson } from "../../report/data-results.ts";
import type { TrainTest } from "../dataset.ts";
import { checkClasses } from "./check-classes.ts";
import { checkCopies } from "./check-copies.ts";
import { checkPolarity } from "./check-polarity.ts";
import { checkValues } from "./check-values.ts";
import { type ImageList, imageList, type ListedPart } from "./image-list.ts";
import { type ValueRanges, valueRanges } from "./value-ranges.ts";

const inspectDataOptions = {
  /** A class with fewer images in a part is named. Default 10. */
  fewImages: optional(whole(1), 10),
  /** The largest class may have fewer than this many times the training images of the smallest. Default 10. */
  imbalance: optional(within(1), 10),
  /**
   * Whether images are also compared that are not equal but nearly so, such as those saved again with losses: the
   * difference is at most 5% of their contrast. It takes most of the time. Default true.
   */
  nearCopies: optional(flag, true),
};

/** Options of {@link inspectData}. */
export interface InspectDataOptions extends OptionsOf<typeof inspectDataOptions> {}

/**
 * Describes a data set in numbers and finds what looks wrong in it: images that stand in two parts, equal images with
 * different labels, copies, classes without images or with few, blank and faint images, classes with light and dark
 * exchanged, values that are not finite or in an unusual range. The result is plain JSON; `dataPage` of `lenet5/figures`
 * makes a page of it.
 *
 * @throws InputError for anything but a data set in memory, for parts of different shapes, for labels without a class name, and for unknown options
 */
export function inspectData(data: TrainTest, options: InspectDataOptions = {}): DataInspectionJson {
  const { nearCopies, ...limits } = checkedOptions("inspectData", inspectDataOptions, options);
  if (data?.train?.images?.shape === undefined || data.test?.images?.shape === undefined)
    throw new InputError(`inspectData: expected a data set { train, test } in memory, got ${shown(data)}`);
  const images = imageList(data);
  const ranges = valueRanges(images);
  const { source, split } = data;
  const { classNames } = images;
  const parts = images.parts.map((part) => partJson(images, part, ranges));
  const isChecked = (i: number) => !ranges.broken[i] && ranges.innerMax[i]! > ranges.innerMin[i]!;
  const findings = [
    ...checkCopies(images, isChecked, nearCopies),
    ...checkValues(images, ranges),
    ...checkPolarity(images, ranges),
    ...checkClasses(parts, classNames, limits),
  ];
  return {
    source,
    ...(split !== undefined && { split }),
    classNames,
    parts,
    findings: [
      ...findings.filter(({ level }) => level === "problem"),
      ...findings.filter(({ level }) => level === "notice"),
    ],
  };
}

function partJson(
  { shape, scale }: ImageList,
  { name, data, first, end }: ListedPart,
  { min, max }: ValueRanges,
): DataPartJson {
  const { labels, classNames } = data;
  const perClass = classNames.map(() => 0);
  for (const label of labels) perClass[label]!++;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = first; i < end; i++) {
    low = Math.min(low, min[i]!);
    high = Math.max(high, max[i]!);
  }
  const known = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    name,
    images: labels.length,
    perClass,
    shape,
    min: known(low),
    max: known(high),
    scale,
    sizes: pictureSizes(data, shape),
  };
}

function pictureSizes(
  { sizes, labels, preparation }: ListedPart["data"],
  [rows = 0, columns = 0]: readonly number[],
): PictureSizeJson[] {
  const padding = 2 * (preparation?.padding ?? 0);
  if (!sizes)
    return labels.length === 0 ? [] : [{ rows: rows - padding, columns: columns - padding, images: labels.length }];
  const counts = new Map<string, PictureSizeJson>();
  for (let i = 0; i < sizes.length; i += 2) {
    const [down, across] = [sizes[i]!, sizes[i + 1]!];
    const key = `${down}x${across}`;
    counts.set(key, { rows: down, columns: across, images: (counts.get(key)?.images ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.images - a.images || a.rows - b.rows || a.columns - b.columns);
}
