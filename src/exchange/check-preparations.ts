import { InputError } from "../core/errors.ts";
import { checkedOptions, type OptionsOf, optional, whole } from "../core/options.ts";
import { sizeOf, type Tensor } from "../core/tensor.ts";
import type { Dataset } from "../data/dataset.ts";
import { imagesOfShape } from "../data/image-size.ts";
import { spreadOrder } from "../data/split.ts";
import { classOutputs } from "../model/class-outputs.ts";
import type { Model } from "../model/model.ts";
import type { OneOrMore } from "../model/model-options.ts";
import { bestClasses } from "../training/scores.ts";
import { type InputPreparation, imageOfInput, withPreparation } from "./preparation.ts";

/** The scales in which networks take pixels, that of this library first. */
export const usualScales: readonly (Required<Pick<InputPreparation, "scale" | "offset">> & { name: string })[] = [
  { name: "0 to 1", scale: 1, offset: 0 },
  { name: "0 to 255", scale: 255, offset: 0 },
  { name: "-1 to 1: (x - 0.5) / 0.5", scale: 2, offset: -1 },
  { name: "x - 0.5", scale: 1, offset: -0.5 },
  { name: "(x - 0.1307) / 0.3081", scale: 1 / 0.3081, offset: -0.1307 / 0.3081 },
];

const options = {
  /** How many images are tried, evenly over the classes. Default 500. */
  images: optional(whole(), 500),
};

/** Options of {@link checkPreparations}. */
export interface CheckPreparationsOptions extends OptionsOf<typeof options> {}

/** What a network answers with one of the usual preparations. */
export interface CheckedPreparation {
  /** In words: `"0 to 255, dark ink on light"`. */
  readonly name: string;
  /** The options of `withPreparation` for it. */
  readonly preparation: InputPreparation;
  /** How many images were classified correctly. */
  readonly right: number;
  /** How many were tried. */
  readonly images: number;
}

/**
 * What a model of another program's file answers with each of the usual preparations, on a few hundred labelled images:
 * the best first; of equals, the one that changes the images least. Take images of the training part, not of the test.
 *
 * @throws InputError for a model that takes no images or has other classes, and for images of another size than the
 *   network's, unless zeros around them make up for it
 */
export async function checkPreparations(
  given: Model<OneOrMore, OneOrMore>,
  data: Pick<Dataset, "images" | "labels" | "classNames" | "preparation">,
  settings: CheckPreparationsOptions = {},
): Promise<CheckedPreparation[]> {
  const { images: count } = checkedOptions("checkPreparations", options, settings);
  const model = withPreparation(given);
  const { classes, rows } = classOutputs(model.outputs, undefined);
  if (classes !== data.classNames.length) {
    throw new InputError(
      `checkPreparations: expected data of ${classes} classes, as the network has, got ${data.classNames.length}`,
    );
  }
  const order = spreadOrder(data.labels, classes, 0).slice(0, count);
  const chosen = { images: chosenImages(data.images, order), preparation: data.preparation };
  const checked: CheckedPreparation[] = [];
  for (const { name, image, ...preparation } of usualPreparations(model, chosen)) {
    const images = imagesOfShape(chosen.images, image)!;
    const prepared = withPreparation(model, { ...preparation, image });
    const outputs = rows((await prepared.predict(images)).data);
    const answers = bestClasses(outputs, classes, model.outputsDistances);
    const right = answers.reduce((sum, answer, i) => sum + (answer === data.labels[order[i]!] ? 1 : 0), 0);
    checked.push({ name, preparation: { ...preparation, image }, right, images: order.length });
  }
  return checked.sort((a, b) => b.right - a.right);
}

interface Chosen {
  readonly images: Tensor;
  readonly preparation: Dataset["preparation"];
}

interface Named extends Omit<InputPreparation, "image"> {
  readonly name: string;
  readonly image: NonNullable<InputPreparation["image"]>;
}

/** Every usual preparation of these images for the network, each once, the simplest first. */
function usualPreparations(model: Model, { images, preparation }: Chosen): Named[] {
  const taken = imageOfInput(model.inputs.shape);
  const [, height = 0, width = 0, channels = 1] = images.shape;
  if (!taken) throw new InputError("checkPreparations: expected a model of images, got one of another input");
  const ways: { image: Named["image"]; padAfter: number; how: string }[] = [];
  const whole = [taken[0], taken[1], channels] as Named["image"];
  if (imagesOfShape(images, whole)) ways.push({ image: whole, padAfter: 0, how: "" });
  // Images without the zeros around them.
  const [rows, columns] = preparation?.size ?? [height, width];
  const border = (taken[0] - rows) / 2;
  const inner = [rows, columns, channels] as Named["image"];
  if (border > 0 && Number.isInteger(border) && taken[1] - columns === 2 * border && imagesOfShape(images, inner))
    ways.push({ image: inner, padAfter: border, how: ", then padded" });
  const isFitting = channels === taken[2] || (channels === 1 && taken[2] === 3);
  if (ways.length === 0 || !isFitting) {
    throw new InputError(
      `checkPreparations: expected images of ${taken.join("x")}, as the network takes them, or smaller by an even number of pixels, got ${height}x${width}x${channels}`,
    );
  }
  return [false, true].flatMap((invert) =>
    ways.flatMap(({ image, padAfter, how }) =>
      usualScales
        // Zeros are the ground of images that are only multiplied: to pad them before or after is the same.
        .filter(({ offset }) => padAfter === 0 || invert || offset !== 0)
        .map(({ name, scale, offset }) => ({
          name: `${name}${invert ? ", dark ink on light" : ""}${how}`,
          ...{ scale, offset, invert, image },
          ...(padAfter > 0 && { padAfter }),
        })),
    ),
  );
}

/** The images with these indices. */
function chosenImages({ shape, data, scale }: Tensor<Uint8Array> | Tensor<Float32Array>, order: Uint32Array): Tensor {
  const size = sizeOf(shape.slice(1));
  const chosen =
    data instanceof Uint8Array ? new Uint8Array(order.length * size) : new Float32Array(order.length * size);
  order.forEach((from, to) => {
    chosen.set(data.subarray(from * size, (from + 1) * size), to * size);
  });
  return { shape: [order.length, ...shape.slice(1)], data: chosen, ...(scale !== undefined && { scale }) };
}
