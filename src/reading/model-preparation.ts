import { InputError } from "../core/errors.ts";
import { batchShapeText, sizeOf } from "../core/tensor.ts";
import type { Model } from "../model/model.ts";
import { checkedPreparation, mnistPreparation, type Preparation } from "../pictures/preparation.ts";

/** How pictures are prepared for a model, and whether the model says so itself. */
export interface ModelPreparation {
  readonly preparation: Preparation;
  /** In words, what was assumed for a model that does not say; undefined for one that does. */
  readonly assumed: string | undefined;
}

/**
 * How pictures are prepared for a model: as it says itself, else as its input suggests. Images of one channel are then
 * taken for digits, framed as in MNIST; others for whole pictures.
 * @throws InputError for a model that takes no pictures
 */
export function preparationOfModel({ reading, inputs, layers }: Model): ModelPreparation {
  if (reading?.preparation) return { preparation: reading.preparation, assumed: undefined };
  const { shape } = inputs;
  const side = Math.sqrt(sizeOf(shape));
  const [rows, columns, channels = 1] = shape.length === 1 && Number.isInteger(side) ? [side, side] : shape;
  const isPicture = (shape.length === 1 ? Number.isInteger(side) : shape.length === 3) && [1, 3, 4].includes(channels);
  if (!isPicture) {
    throw new InputError(
      `expected a model of pictures, with an input [N, rows, columns, channels], got ${batchShapeText(shape)}: use predict`,
    );
  }
  // A network that divides by 127.5 or more itself learned from bytes; that of 1998 multiplies numbers from 0 to 1.
  const dividesBytes = layers.some(({ type, config }) => type === "rescaling" && Number(config.scale) <= 1 / 127);
  const scale = dividesBytes ? 1 : 1 / 255;
  if (channels === 1 && rows === columns && rows >= 20) {
    const made = rows === 32 ? mnistPreparation(2) : { ...mnistPreparation(), size: [rows, rows] as const };
    return {
      preparation: { ...made, scale },
      assumed: `digits framed as in MNIST, ${rows}x${rows}, white on black`,
    };
  }
  const preparation = checkedPreparation("preparation", {
    size: [rows, columns],
    channels: channels as Preparation["channels"],
    scale,
  });
  const colours = { 1: "grey", 3: "colour", 4: "colour with alpha" }[preparation.channels];
  return { preparation, assumed: `whole pictures, ${rows}x${columns}, ${colours}` };
}
