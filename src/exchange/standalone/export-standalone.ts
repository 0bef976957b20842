import { InputError, shown } from "../../core/errors.ts";
import { type Check, checkedOptions, type OptionsOf, optional } from "../../core/options.ts";
import type { Model } from "../../model/model.ts";
import type { OneOrMore } from "../../model/model-options.ts";
import { preparationText } from "../../reading/model-preparation.ts";
import type { Exported } from "../exported.ts";
import { declarations } from "./declarations.ts";
import { describe } from "./describe.ts";
import { fileText, number, percent } from "./file-text.ts";
import { measured, type StandaloneAccuracy, type StandaloneData } from "./measure.ts";

const bitCount: Check<8 | 32> = (what, given) => {
  if (given === 8 || given === 32) return given;
  throw new InputError(`${what}: expected 8 or 32 bits, got ${shown(given)}`);
};

const fileName: Check<string> = (what, given) => {
  if (typeof given === "string" && /^[^/\\\0\n\r]+\.m?js$/.test(given)) return given;
  throw new InputError(`${what}: expected the name of a file, such as "digit.js", got ${shown(given)}`);
};

const options = {
  /**
   * Bits of each weight. 8 (default): whole numbers from -127 to 127 times one float for each channel of a kernel; biases
   * and the weights of normalizations keep 32. With 32, the answers are the model's.
   */
  weights: optional(bitCount, 8),
  /** Labelled images that the network has not learned from: the file and the result then say how many it reads rightly. */
  data: optional(((_, given) => given) as Check<StandaloneData>, undefined),
  /** The name of the file, default "digit.js": its header has it, and its types are in a file named after it. */
  file: optional(fileName, "digit.js"),
};

/** Options of {@link exportStandalone}. */
export interface ExportStandaloneOptions extends OptionsOf<typeof options> {}

/** A model as a standalone file. */
export interface ExportedStandalone extends Exported {
  /** How many of the labelled images are read rightly; absent where none were given. */
  readonly accuracy?: StandaloneAccuracy;
}

export async function exportStandalone(
  model: Model<OneOrMore, OneOrMore>,
  given: ExportStandaloneOptions = {},
): Promise<ExportedStandalone> {
  const { weights: bits, data, file } = checkedOptions("exportStandalone", options, given);
  if (typeof model !== "object" || model === null || !("outputs" in model))
    throw new InputError(`exportStandalone: expected a model, got ${shown(model)}`);
  const described = describe(model, bits);
  const accuracy = data && (await measured(model as Model, described, data));
  const { name } = model;
  const text = fileText({ ...described, file, name, bits, accuracy, checksum: await model.checksum() });
  const { preparation, confidence } = described.description;
  const notes = [
    ...(described.isAssumed
      ? [
          `The model does not say how its pictures were prepared: ${preparationText(preparation)} are assumed from its input.`,
        ]
      : []),
    bitsNote(bits, accuracy),
    ...(confidence ? [] : ['The model has learned no confidence from validation images: no answer is "unsure".']),
    "It cannot be trained on: it has no state of an optimizer, no dropout and no augmentation.",
  ];
  const encoder = new TextEncoder();
  return {
    bytes: encoder.encode(text),
    beside: { [file.replace(/(m?)js$/, "d.$1ts")]: encoder.encode(declarations) },
    notes,
    ...(accuracy && { accuracy }),
  };
}

function bitsNote(bits: 8 | 32, accuracy: StandaloneAccuracy | undefined): string {
  if (!accuracy) {
    return bits === 8
      ? "Its weights have 8 bits; what that costs was not measured: give labelled images as `data`."
      : "How many pictures it reads rightly was not measured: give labelled images as `data`.";
  }
  const { images, float32, file, agree } = accuracy;
  const read = `it reads ${percent(file)} of ${number(images)} labelled images rightly`;
  if (bits === 32) return `Its weights have 32 bits: ${read}.`;
  return `Its weights have 8 bits: ${read}, with 32 bits ${percent(float32)}; both give the same class for ${percent(agree)}.`;
}
