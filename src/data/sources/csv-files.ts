import { InputError, listed } from "../../core/errors.ts";
import { naturalOrder } from "../../core/natural-order.ts";
import type { PartName } from "../../report/data-results.ts";
import { release } from "../release.ts";
import { partOf } from "./array-roles.ts";
import { type CsvImages, type CsvOptions, parseCsv } from "./csv.ts";
import { isEmnist } from "./emnist.ts";
import { foundArrays } from "./found-arrays.ts";
import { fileBytes, pathIn, type Source } from "./source.ts";

const ending = /\.(csv|tsv)(\.gz)?$/i;

/**
 * CSV files: one with all images, or of a folder `train.csv` with `test.csv` and perhaps `val.csv`, or other names with
 * these words. A test file without labels, such as Kaggle's, is not used.
 */
export const csvFiles: Source = {
  expected: "CSV files (train.csv, test.csv)",
  uses: ["transpose", "layout", "labelColumn"],
  async find(place, options, budget) {
    const files = place.isFile ? place.files : place.files.filter((name) => ending.test(name)).sort(naturalOrder);
    if (files.length === 0) return undefined;
    const named = partFiles(place.path, place.isFile ? { train: place.path } : undefined, files);
    const notes: string[] = [];
    const parts: { [P in PartName]?: Pick<Required<CsvImages>, "images" | "labels"> } = {};
    let known: CsvOptions = options;
    for (const part of ["train", "validation", "test"] as const) {
      const file = named[part];
      if (file === undefined) continue;
      const path = pathIn(place, file);
      const bytes = await fileBytes(path, budget, refuseBinary);
      budget.take(tableBytes(bytes), path);
      const { images, labels, labelColumn } = parseCsv(bytes, path, known);
      release(bytes);
      if (labels) parts[part] = { images, labels };
      else if (part === "train")
        throw new InputError(
          `${path}: expected a column of labels, got ${images.shape[1]} pixels only; add the labels`,
        );
      else notes.push(`${file} has no labels: it is not used`);
      known = { labelColumn: known.labelColumn ?? labelColumn, pixels: known.pixels ?? images.shape[1] };
    }
    const isTransposed = isEmnist(named.train!);
    const source = {
      source: `CSV files in ${place.path}`,
      place,
      named: pathIn(place, named.train!),
      notes,
      ...(parts.test && { split: `files ${listed(Object.values(named), "and")}` }),
    };
    return foundArrays(source, parts, { ...options, transpose: options.transpose ?? isTransposed });
  },
};

/** @throws InputError for a content that starts as no table does */
function refuseBinary(start: Uint8Array, path: string): undefined {
  if (start.subarray(0, 1000).includes(0))
    throw new InputError(`${path}: expected a table of text (CSV), got other data; give a format that is read`);
}

/** What the pixels and the lines of a table take, about. */
function tableBytes(bytes: Uint8Array): number {
  let lines = 1;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return bytes.length / 2 + LINE_BYTES * lines;
}

/** Of each line, where it begins and ends, twice, and its label. */
const LINE_BYTES = 64;

/** The file of each part. @throws InputError where it is not clear which file is which part */
function partFiles(
  folder: string,
  single: { readonly [P in PartName]?: string } | undefined,
  files: readonly string[],
): { readonly [P in PartName]?: string } {
  if (single) return single;
  const parts: { [P in PartName]?: string } = {};
  for (const file of files) {
    const part = partOf(file) ?? (files.length === 1 ? "train" : undefined);
    if (part === undefined) continue; // such as sample_submission.csv
    if (parts[part] !== undefined)
      throw new InputError(
        `${folder}: expected one CSV file for ${part}, got "${parts[part]}" and "${file}"; give one of them`,
      );
    parts[part] = file;
  }
  if (parts.train !== undefined) return parts;
  throw new InputError(
    `${folder}: expected a file train.csv, got ${listed(files, "and")}; give one file, or rename it`,
  );
}
