import { InputError, shown } from "../../core/errors.ts";
import { type MetricConfig, meanOf, type Scored, type Tally } from "./metric.ts";

/**
 * A custom metric: a number for one image, whose mean over the images is reported under the function's name.
 * @param label the class number; with a loss that takes rows of targets, the image's row
 * @param outputs the image's outputs; probabilities where the loss is a cross-entropy
 */
export type MetricFunction = Written["metric"];

interface Written {
  // The form of a method lets a caller declare the label as what the loss takes: `(label: number, outputs) => ...`.
  metric(label: number | Float32Array, outputs: Float32Array): number;
}

/** A {@link MetricFunction} with its name. A model file keeps the name alone. */
export interface CustomMetric extends MetricConfig {
  /** Not a metric of the library. */
  readonly type: "custom";
  /** The number of one image. */
  readonly of: MetricFunction;
}

/** @throws InputError for a function without a name */
export function customMetric(what: string, of: MetricFunction): CustomMetric {
  if (of.name === "") {
    throw new InputError(
      `${what}: expected a function with a name, got one without: function closeness(label, outputs)`,
    );
  }
  return { type: "custom", name: of.name, of };
}

/** The mean over the images. @throws InputError where the function returns no finite number */
export function tallyOfCustom({ name, of }: CustomMetric): Tally {
  return meanOf((scored, i) => {
    const value = of(labelOf(scored, i), scored.outputs.subarray(i * scored.width, (i + 1) * scored.width));
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new InputError(`metric "${name}": expected a finite number for each image, got ${shown(value)}`);
  });
}

function labelOf({ labels, count, width }: Scored, i: number): number | Float32Array {
  if (labels.length === count) return labels[i]!;
  return Float32Array.from({ length: width }, (_, k) => labels[i * width + k]!);
}
