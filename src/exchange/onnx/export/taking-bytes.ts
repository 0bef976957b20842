import { InputError } from "../../../core/errors.ts";
import { input } from "../../../layers/input.ts";
import { rescaling } from "../../../layers/rescaling.ts";
import { zeroPadding2d } from "../../../layers/zero-padding2d.ts";
import { graphOf, listOf } from "../../../model/graph.ts";
import { Model } from "../../../model/model.ts";
import type { OneOrMore } from "../../../model/model-options.ts";

/**
 * A copy of a model that takes images of bytes from 0 to 255, without padding: it scales and pads them first.
 * @throws InputError for a model that knows no preparation, or one that does not fit its input
 */
export function takingBytes(given: Model<OneOrMore, OneOrMore>): Model<OneOrMore, OneOrMore> {
  const { reading } = given;
  const preparation = reading?.preparation;
  if (!preparation) {
    throw new InputError(
      `exportOnnx withPreparation: expected a model that knows how its pictures were prepared, got none: set model.reading`,
    );
  }
  const { inputs, inputNames } = graphOf(listOf(given.inputs), listOf(given.outputs));
  const { size, padding, channels, scale } = preparation;
  const shape = [size[0] + 2 * padding, size[1] + 2 * padding, channels];
  const [only] = inputs;
  if (inputs.length > 1 || only!.shape.join() !== shape.join()) {
    const got = inputs.map((each) => `[${each.shape.join(", ")}]`).join(" and ");
    throw new InputError(
      `exportOnnx withPreparation: expected one input [${shape.join(", ")}], as the model's preparation makes it, got ${got}`,
    );
  }
  const bytes = input({ shape: [...size, channels], name: inputNames[0]! });
  const scaled = rescaling({ scale })(bytes);
  const model = Model.startingAt(bytes, padding === 0 ? scaled : zeroPadding2d({ padding })(scaled), given);
  model.reading = { ...reading, preparation: { ...preparation, padding: 0, scale: 1 } };
  return model;
}
