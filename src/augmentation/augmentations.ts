import { InputError, shown } from "../core/errors.ts";
import type { AugmentationKind, AugmentFunction } from "./augmentation.ts";
import { distortionsKind } from "./distortions.ts";
import { elasticDistortionKind } from "./elastic-distortion.ts";

/** Every kind of augmentation, by its `type`. */
export const augmentations = {
  distortions: distortionsKind,
  elastic: elasticDistortionKind,
};

/** `"distortions"` or `"elastic"`. */
export type AugmentationType = keyof typeof augmentations;

/** The type of every augmentation. */
export const augmentationNames = Object.keys(augmentations) as readonly AugmentationType[];

/**
 * A random change of training images, made by `distortions` or `elasticDistortion`. Plain data: it can be saved as
 * JSON.
 */
export type Augmentation = ReturnType<(typeof augmentations)[AugmentationType]["make"]>;

/** One augmentation, or several that are applied in order. */
export type Augment = Augmentation | AugmentFunction | readonly (Augmentation | AugmentFunction)[];

/** Checked augmentations in order, with their common number of copies. */
export interface AugmentSteps {
  readonly steps: readonly (Augmentation | AugmentFunction)[];
  readonly copies: number | undefined;
}

/**
 * The augmentation that a value from a file describes; its options are checked like those of a caller.
 * @throws InputError for anything else
 */
export function augmentationFrom(what: string, value: unknown): Augmentation {
  const { type, ...options } = (value ?? {}) as { readonly type?: unknown };
  if (typeof type === "string" && isAugmentationType(type)) return kindOf(type).make(options);
  throw new InputError(`${what}: expected ${makers()}, got ${shown(value)}`);
}

/** @throws InputError for a value that is not an augmentation, and for several with different `copies` */
export function augmentSteps(what: string, augment: Augment): AugmentSteps {
  const given: readonly unknown[] = Array.isArray(augment) ? augment : [augment];
  const steps = given.map((step) => stepFrom(what, step));
  const counts = steps.map(copiesOf).filter((count) => count !== undefined);
  const other = counts.find((count) => count !== counts[0]);
  if (other !== undefined) {
    throw new InputError(`${what}: expected the same copies in all augmentations, got ${counts[0]} and ${other}`);
  }
  return { steps, copies: counts[0] };
}

function stepFrom(what: string, step: unknown): Augmentation | AugmentFunction {
  if (typeof step === "function") return step as AugmentFunction;
  const isDescribed = typeof step === "object" && step !== null && isAugmentationType((step as Augmentation).type);
  if (isDescribed) return augmentationFrom(what, step);
  throw new InputError(`${what}: expected ${makers()}, a function or a list of these, got ${shown(step)}`);
}

function copiesOf(step: Augmentation | AugmentFunction): number | undefined {
  return typeof step === "function" ? undefined : step.copies;
}

/** `distortions(...), elasticDistortion(...)`, for errors. */
function makers(): string {
  return Object.values(augmentations)
    .map(({ called }) => `${called}(...)`)
    .join(", ");
}

function isAugmentationType(type: string): type is AugmentationType {
  return Object.hasOwn(augmentations, type);
}

function kindOf(type: AugmentationType): AugmentationKind<Augmentation, object> {
  return augmentations[type] as AugmentationKind<Augmentation, object>;
}
