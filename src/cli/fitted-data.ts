import { imagesOfShape, preparationOfShape } from "../data/image-size.ts";
import type { Dataset, Model, Preparation, TestImages } from "../index.ts";
import { InputError, toCategorical } from "../index.ts";
import { definitionOf } from "../training/losses/table.ts";

/** The images that a network is trained or evaluated on: in the size of its input, with labels as its loss takes them. */
export interface FittedImages extends TestImages {
  readonly classNames: readonly string[];
  /** How pictures become such images. */
  readonly preparation?: Preparation;
}

/** @throws InputError for a network that does not give one score for each class of the data; `what` names it */
export function checkClasses(model: Model, { classNames }: Pick<Dataset, "classNames">, what: string): void {
  const { inputs, outputs } = model;
  if (Array.isArray(inputs) || Array.isArray(outputs) || outputs.shape.length !== 1) {
    throw new InputError(
      `${what}: expected a model with one input and one output [N, classes], got another: use the library for it`,
    );
  }
  const [units] = outputs.shape;
  if (units === classNames.length || (units === 1 && classNames.length === 2)) return;
  const unit = units === 1 ? ", or one unit for two classes" : "";
  throw new InputError(
    `${what}: expected data of ${units === 1 ? 2 : units} classes, as the network has${unit}, got ${classNames.length}: give another model, or other data with --data`,
  );
}

/** The images in the size of the network's input. @throws InputError where that is not clear */
export function fittedImages(images: Dataset["images"], model: Model, what: string): Dataset["images"] {
  const { shape } = model.inputs;
  const fitted = imagesOfShape(images, shape);
  if (fitted) return fitted;
  throw new InputError(
    `${what}: expected images [${["N", ...shape].join(", ")}], as the network takes them, got [${["N", ...images.shape.slice(1)].join(", ")}]: zeros around an image are added or taken away, nothing else is; make the input from the shape of the data, or give other data with --data`,
  );
}

/** The part of a data set as the network and its loss take it. */
export function fittedData(data: Dataset, model: Model, what: string): FittedImages {
  const { images, labels, classNames, preparation } = data;
  const loss = model.training?.objectives[0]?.loss;
  const areRows = loss !== undefined && definitionOf(loss).targets === "rows";
  const [units] = model.outputs.shape;
  const rows = () => (units === 1 ? Float32Array.from(labels) : toCategorical(labels, classNames.length));
  return {
    images: fittedImages(images, model, what),
    labels: areRows ? rows() : labels,
    classNames,
    ...(preparation && { preparation: preparationOfShape(preparation, model.inputs.shape) }),
  };
}
