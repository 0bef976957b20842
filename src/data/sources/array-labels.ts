import { InputError } from "../../core/errors.ts";
import { naturalOrder } from "../../core/natural-order.ts";
import { type Numbers, type Shape, sizeOf } from "../../core/tensor.ts";
import { labelArray } from "./found-data.ts";
import type { KnownNames } from "./known-names.ts";

/** Labels as they are in a file. */
export interface RawLabels {
  /** The file or array in errors. */
  readonly name: string;
  /** `[N]`, `[N, 1]`, or `[N, classes]` with one 1 in each row. */
  readonly shape: Shape;
  /** Class numbers, or the names of classes. */
  readonly data: Numbers | readonly string[];
}

/** Class numbers of each part, and the names of the classes. */
export interface Classes {
  readonly labels: readonly (Uint8Array | Int32Array)[];
  readonly classNames: readonly string[];
}

/**
 * The classes of labels: with known names, a label is the number of a name. Without, whole numbers from 0 are class
 * numbers; other numbers, and texts, are the names of the classes, in natural order.
 *
 * @throws InputError for labels that are no whole numbers, and for labels without a name
 */
export function classesOf(parts: readonly RawLabels[], known?: KnownNames): Classes {
  const values = parts.map(labelValues);
  if (values.some((each) => typeof each[0] === "string")) return byName(values.map((each) => Array.from(each, String)));
  const numbers = values as readonly ArrayLike<number>[];
  parts.forEach((part, p) => {
    checkWhole(part, numbers[p]!);
  });
  const distinct = [...new Set(numbers.flatMap((each) => [...new Set(Array.from(each))]))];
  const largest = distinct.reduce((a, b) => Math.max(a, b), 0);
  const wrong =
    known && distinct.toSorted((a, b) => b - a).find((label) => label < 0 || label >= known.classNames.length);
  if (known && wrong === undefined) return numbered(numbers, known.classNames);
  if (known?.areGiven) {
    const count = known.classNames.length;
    throw new InputError(
      `${parts[0]!.name}: there is a label ${wrong} but only ${count} class names (labels 0 to ${count - 1}); give one class name a line in classes.txt, from label 0 on`,
    );
  }
  // Numbers from 0 on may lack a class in a small set; 10, 20 and 30 are three classes.
  if (!distinct.includes(0) || largest >= 2 * distinct.length || distinct.some((label) => label < 0))
    return byName(numbers.map((each) => Array.from(each, String)));
  return numbered(
    numbers,
    Array.from({ length: largest + 1 }, (_, k) => String(k)),
  );
}

function numbered(labels: readonly ArrayLike<number>[], classNames: readonly string[]): Classes {
  return { labels: labels.map((each) => labelArray(each, classNames.length)), classNames };
}

function byName(parts: readonly (readonly string[])[]): Classes {
  const classNames = [...new Set(parts.flat())].sort(naturalOrder);
  const numbers = new Map(classNames.map((name, k) => [name, k]));
  return numbered(
    parts.map((names) => names.map((name) => numbers.get(name)!)),
    classNames,
  );
}

/** One value for each image. */
function labelValues({ name, shape, data }: RawLabels): ArrayLike<number> | readonly string[] {
  const [count = 0, ...more] = shape;
  const classes = sizeOf(more);
  if (shape.length > 0 && classes === 1) return data;
  if (shape.length === 2 && typeof data[0] !== "string") {
    const found = oneHot(data as Numbers, count, classes);
    if (found) return found;
  }
  throw new InputError(
    `${name}: expected labels [N], [N, 1] or rows with one 1 [N, classes], got [${shape.slice(0, 6).join(", ")}]; give one label for each image`,
  );
}

/** The places of the ones; undefined where a row is not all 0 with one 1. */
function oneHot(data: Numbers, count: number, classes: number): Int32Array | undefined {
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    let ones = 0;
    for (let k = 0; k < classes; k++) {
      const value = data[i * classes + k]!;
      if (value === 1) {
        ones++;
        labels[i] = k;
      } else if (value !== 0) return undefined;
    }
    if (ones !== 1) return undefined;
  }
  return labels;
}

function checkWhole({ name }: RawLabels, labels: ArrayLike<number>): void {
  for (let i = 0; i < labels.length; i++) {
    if (Number.isSafeInteger(labels[i])) continue;
    throw new InputError(
      `${name}: expected whole numbers as labels, got ${labels[i]} for image ${i}; give class numbers or names`,
    );
  }
}
