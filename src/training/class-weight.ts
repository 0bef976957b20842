import { InputError, inSingle, isFiniteSingle, shown } from "../core/errors.ts";
import { type Check, choice } from "../core/options.ts";

/**
 * The weight of each class in the loss, by class number, or "balanced": images / (classes x images of the class), so
 * that every class that occurs has the same sum of weights.
 */
export type ClassWeight = "balanced" | Readonly<Record<number, number>>;

/** {@link ClassWeight} as an option; which classes there are is checked with the data. */
export const classWeighting: Check<ClassWeight> = (what, given) => {
  if (typeof given === "object" && given !== null) return given;
  if (typeof given === "string") return choice(["balanced"])(what, given);
  throw new InputError(`${what}: expected "balanced" or an object such as { 0: 1, 1: 2 }, got ${shown(given)}`);
};

/** The number of classes of an output: one output decides between two. */
export function classesOf(outputs: number): number {
  return outputs === 1 ? 2 : outputs;
}

/** The class of image i: its class number, the index of its largest target, or with one output its target of 0 or 1. */
export function classOf(labels: ArrayLike<number>, i: number, outputs: number): number {
  if (outputs === 1) return labels[i]! >= 0.5 ? 1 : 0;
  if (!(labels instanceof Float32Array)) return labels[i]!;
  let best = 0;
  for (let k = 1; k < outputs; k++) if (labels[i * outputs + k]! > labels[i * outputs + best]!) best = k;
  return best;
}

/** The weights of "balanced", from the labels of the first `count` images. */
export function balancedWeights(labels: ArrayLike<number>, count: number, outputs: number): Record<number, number> {
  const images = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const k = classOf(labels, i, outputs);
    images.set(k, (images.get(k) ?? 0) + 1);
  }
  return Object.fromEntries([...images].map(([k, own]) => [k, count / (images.size * own)]));
}

/** @throws InputError for a class that the output does not have, and for a weight that is negative or no number */
export function checkClassWeight(classWeight: Readonly<Record<number, number>>, outputs: number): void {
  if (classWeight instanceof Map) {
    throw new InputError("classWeight: expected an object such as { 0: 1, 1: 2 }, got a Map: use Object.fromEntries");
  }
  const classes = classesOf(outputs);
  if (Array.isArray(classWeight) && classWeight.length < classes) {
    throw new InputError(`classWeight: expected a weight for each of ${classes} classes, got ${classWeight.length}`);
  }
  for (const [name, weight] of Object.entries(classWeight)) {
    if (!/^(0|[1-9]\d*)$/.test(name) || Number(name) >= classes) {
      throw new InputError(`classWeight: expected class numbers from 0 to ${classes - 1}, got "${name}"`);
    }
    if (!(isFiniteSingle(weight) && weight >= 0)) {
      throw new InputError(
        `classWeight: expected a finite number of at least 0 for class ${name}, got ${inSingle(weight)}`,
      );
    }
  }
}
