import { InputError } from "../core/errors.ts";
import { batchShapeText, sizeOf } from "../core/tensor.ts";
import type { Model } from "../model/model.ts";
import { checkedPreparation, mnistPreparation, type Preparation } from "../pictures/preparation.ts";

/** How pictures are prepared for a model, and whether the model says so itself. */
export interface ModelPreparation {
  /** The preparation. */
  readonly preparation: Preparation;
  /** Whether the model does not say how, so that this is only what its input suggests. */
  readonly isAssumed: boolean;
}

/**
 * How pictures are prepared for a model: as it says itself, else as its input suggests. Images of one channel are then
 * taken for digits, framed as in MNIST; others for whole pictures.
 * @throws InputError for a model that takes no pictures
 */
export function preparationOfModel({ reading, inputs, layers }: Model): ModelPreparation {
  if (reading?.preparation) return { preparation: reading.preparation, isAssumed: false };
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
    return { preparation: { ...made, scale }, isAssumed: true };
  }
  const preparation = checkedPreparation("preparation", {
    size: [rows, columns],
    channels: channels as Preparation["channels"],
    scale,
  });
  return { preparation, isAssumed: true };
}

/** `digits framed as in MNIST, 32x32, white on black`, or `whole pictures, 64x48, colour` */
export function preparationText({ size, padding, channels, framing, ink }: Preparation): string {
  const sides = size.map((side) => side + 2 * padding).join("x");
  if (framing === "mnist")
    return `digits framed as in MNIST, ${sides}, ${ink === "light" ? "white on black" : "black on white"}`;
  return `whole pictures, ${sides}, ${{ 1: "grey", 3: "colour", 4: "colour with alpha" }[channels]}`;
}
