import { checkedOptions, choice, type OptionsOf, optional, whole, wholeSeed } from "../core/options.ts";
import { averagePooling2d } from "../layers/average-pooling2d.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { flatten } from "../layers/flatten.ts";
import { input } from "../layers/input.ts";
import { engineOptions } from "../model/engine-options.ts";
import { type Model, model } from "../model/model.ts";
import { inputShape, sizeOfS4 } from "./input-shape.ts";
import { tableI } from "./table-i.ts";

const options = {
  /**
   * The connections of C3. "table1": those of Table I; "full": each map of C3 sees every map of S2, as in most
   * tutorials. Default "table1".
   */
  c3: optional(choice(["table1", "full"]), "table1"),
  /** `[rows, columns, channels]` of an image, at least 16x16. Default [32, 32, 1]. */
  inputShape: optional(inputShape, [32, 32, 1]),
  /** Number of classes, at least 2. Default 10. */
  classes: optional(whole(2), 10),
  /** Seed of the initial weights. Default 0. */
  seed: optional(wholeSeed, 0),
  ...engineOptions,
};

/** Options of {@link lenet5}. */
export interface LeNet5Options extends OptionsOf<typeof options> {}

/**
 * The article's LeNet-5, by default for 32x32 grey images: the layers of LeCun et al. 1998 (section II.B) as Keras builds them,
 * with tanh, average pooling and a softmax. 60,806 parameters; with `c3: "full"` 61,706. For images of another size, C5's
 * kernel covers the maps that S4 leaves, as its 5x5 kernel does for 32x32: C5's maps are always 1x1.
 * @throws InputError for options that are unknown or out of range
 */
export function lenet5(given: LeNet5Options = {}): Model {
  const { c3: connections, inputShape: shape, classes, seed, ...engine } = checkedOptions("lenet5", options, given);
  const connectionTable = connections === "table1" ? tableI : undefined;
  const image = input({ shape, name: "image" });
  const c1 = conv2d({ filters: 6, kernelSize: 5, activation: "tanh", name: "C1" })(image);
  const s2 = averagePooling2d({ poolSize: 2, name: "S2" })(c1);
  const c3 = conv2d({ filters: 16, kernelSize: 5, activation: "tanh", connectionTable, name: "C3" })(s2);
  const s4 = averagePooling2d({ poolSize: 2, name: "S4" })(c3);
  const c5 = conv2d({ filters: 120, kernelSize: sizeOfS4(shape), activation: "tanh", name: "C5" })(s4);
  const flat = flatten({ name: "flatten" })(c5);
  const f6 = dense({ units: 84, activation: "tanh", name: "F6" })(flat);
  const output = dense({ units: classes, activation: "softmax", name: "output" })(f6);
  return model({ inputs: image, outputs: output, name: "lenet5", seed, ...engine });
}
