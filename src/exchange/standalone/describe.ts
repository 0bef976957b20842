import { InputError } from "../../core/errors.ts";
import { batchShapeText, sizeOf } from "../../core/tensor.ts";
import { classOutputs } from "../../model/class-outputs.ts";
import type { Model } from "../../model/model.ts";
import type { OneOrMore } from "../../model/model-options.ts";
import type { Preparation } from "../../pictures/preparation.ts";
import { preparationOfModel } from "../../reading/model-preparation.ts";
import { packedWeights } from "./pack-weights.ts";
import type { Description } from "./runtime/description.ts";
import { stepsBetween } from "./steps-of.ts";

/** A model as the runtime takes it. */
export interface Described {
  readonly description: Description;
  /** Its weights, as the description says. */
  readonly bytes: Uint8Array;
  /** How many weights it has. */
  readonly count: number;
  /** Whether the model does not say how pictures are prepared, so that this is only what its input suggests. */
  readonly isAssumed: boolean;
}

/** @throws InputError for a model that is no classifier of pictures, and for one with custom layers */
export function describe(given: Model<OneOrMore, OneOrMore>, bits: 8 | 32): Described {
  const { inputs, outputs } = given;
  if (!("shape" in inputs) || !("shape" in outputs) || outputs.shape.length !== 1)
    throw new InputError(
      "exportStandalone: expected a model with one input, a picture, and one output [N, classes], got another: name the output with model({ inputs, outputs })",
    );
  const model = given as Model;
  const { preparation, isAssumed } = fitted(preparationOfModel(model), model);
  const { steps, weights } = stepsBetween(inputs, outputs);
  const { bytes, descriptions } = packedWeights(weights, bits);
  const loss = model.training?.objectives[0]?.loss;
  const { kind } = classOutputs(outputs, loss);
  const { classNames, confidence } = model.reading ?? {};
  const areLogits = loss !== undefined && "fromLogits" in loss && loss.fromLogits === true;
  const description: Description = {
    preparation,
    ...(classNames && { classNames }),
    ...(confidence && { confidence }),
    ...(kind && { outputs: kind }),
    ...(outputs.shape[0] === 1 && { unit: areLogits ? "logit" : "probability" }),
    network: { input: inputs.shape, steps, weights: descriptions },
  };
  return {
    description,
    bytes,
    count: model.layers
      .flatMap(({ built }) => built.weights)
      .reduce((sum, { shape, count = sizeOf(shape) }) => sum + count, 0),
    isAssumed,
  };
}

/** The preparation whose images the model takes: zeros around them may be missing or too many. @throws InputError */
function fitted<Given extends { readonly preparation: Preparation }>(
  given: Given,
  { inputs: { shape } }: Model,
): Given {
  const { size, padding, channels } = given.preparation;
  const side = Math.sqrt(shape[0]!);
  const [rows, columns, inChannels] = shape.length === 1 ? [side, side, 1] : shape;
  const border = (rows! - size[0]) / 2;
  const isFitting = inChannels === channels && border === (columns! - size[1]) / 2 && border >= 0;
  if (isFitting && Number.isInteger(border))
    return { ...given, preparation: { ...given.preparation, padding: border } };
  const made = [size[0] + 2 * padding, size[1] + 2 * padding, channels];
  throw new InputError(
    `exportStandalone: expected a preparation of images ${batchShapeText(shape)}, as the model takes them, got ${batchShapeText(made)}: set model.reading to what it was trained on`,
  );
}
