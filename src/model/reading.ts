import { InputError, shown } from "../core/errors.ts";
import { type Check, type ConfigOf, checkedOptions, type OptionsOf, optional } from "../core/options.ts";
import type { Shape } from "../core/tensor.ts";
import { preparationOfShape } from "../data/image-size.ts";
import { checkedPreparation, type Preparation, type PreparationOptions } from "../pictures/preparation.ts";
import { type Confidence, checkedConfidence } from "../training/confidence.ts";

const preparation: Check<PreparationOptions, Preparation> = checkedPreparation;

const confidence: Check<Confidence> = checkedConfidence;

const names: Check<readonly string[]> = (what, given) => {
  const isList = Array.isArray(given) && given.every((name) => typeof name === "string");
  if (isList) return [...given];
  throw new InputError(`${what}: expected a name for each class, such as ["cat", "dog"], got ${shown(given)}`);
};

const reading = {
  /** How a picture becomes an image for the model. Absent where that is not known. */
  preparation: optional(preparation, undefined),
  /** Names of the classes, by class number. Absent where they have none. */
  classNames: optional(names, undefined),
  /** How far its answers can be trusted, learned from validation images. Absent where there were none. */
  confidence: optional(confidence, undefined),
};

/**
 * What a model needs to read pictures as it learned them: how they were prepared, and what the classes are called.
 * `fit` takes it from its data, and the model file keeps it.
 */
export interface Reading extends ConfigOf<typeof reading> {}

/** A {@link Reading} whose preparation may leave out what has a default. */
export interface ReadingOptions extends OptionsOf<typeof reading> {}

/** A reading, checked and complete. @throws InputError for anything else */
export function checkedReading(what: string, given: ReadingOptions): Reading {
  return checkedOptions(what, reading, given);
}

/**
 * The reading of a model that is trained on data: what the data say, else what was known before. How far its answers can
 * be trusted must be learned anew.
 * @param shape of the model's input: images may have come to it by padding, or without theirs
 */
export function readingOfData(data: object, before: Reading | undefined, shape: Shape): Reading | undefined {
  const { preparation = before?.preparation, classNames = before?.classNames } = data as ReadingOptions;
  const reading = withParts({ preparation, classNames });
  if (!reading?.preparation) return reading;
  return { ...reading, preparation: preparationOfShape(reading.preparation, shape) };
}

/** The reading of a model that gets other weights. */
export function withoutConfidence(before: Reading | undefined): Reading | undefined {
  return before?.confidence ? withParts({ ...before, confidence: undefined }) : before;
}

function withParts(parts: ReadingOptions): Reading | undefined {
  const known = Object.entries(parts).filter(([, part]) => part !== undefined);
  return known.length === 0 ? undefined : checkedReading("reading of the data", Object.fromEntries(known));
}
