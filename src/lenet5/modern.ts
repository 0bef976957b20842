import { checkedOptions, type OptionsOf, optional, whole, wholeSeed } from "../core/options.ts";
import { batchNormalization } from "../layers/batch-normalization.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { globalAveragePooling2d } from "../layers/global-average-pooling2d.ts";
import { input } from "../layers/input.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { maxPooling2d } from "../layers/max-pooling2d.ts";
import { relu } from "../layers/relu.ts";
import { engineOptions } from "../model/engine-options.ts";
import { type Model, model } from "../model/model.ts";
import { inputShape } from "./input-shape.ts";

const options = {
  /** `[rows, columns, channels]` of an image, at least 16x16. Default [32, 32, 1]. */
  inputShape: optional(inputShape, [32, 32, 1]),
  /** Number of classes, at least 2. Default 10. */
  classes: optional(whole(2), 10),
  /** Seed of the initial weights. Default 0. */
  seed: optional(wholeSeed, 0),
  ...engineOptions,
};

/** Options of {@link modern}. */
export interface ModernOptions extends OptionsOf<typeof options> {}

/**
 * The digit reader that one would build today from LeNet-5's number of parameters, by default for 32x32 grey images:
 * pairs of 3x3 convolutions of 16, 32, and 48 and 64 maps, each convolution with batch normalization (Ioffe and Szegedy
 * 2015) and ReLU, max pooling between the pairs, the mean of each map, and a softmax. 59,226 parameters, of these 416
 * moving statistics that do not learn by gradients. Layers have the paper's letters: C1, C2, S3, C4, C5, S6, C7, C8.
 * From images of less than 32x32, the last convolutions get smaller maps than their kernel: it then covers what is left.
 * @throws InputError for options that are unknown or out of range
 */
export function modern(given: ModernOptions = {}): Model {
  const { inputShape: shape, classes, seed, ...engine } = checkedOptions("modern", options, given);
  const image = input({ shape, name: "image" });
  const c2 = convolution("C2", 16, convolution("C1", 16, image));
  const s3 = maxPooling2d({ poolSize: 2, name: "S3" })(c2);
  const c5 = convolution("C5", 32, convolution("C4", 32, s3));
  const s6 = maxPooling2d({ poolSize: 2, name: "S6" })(c5);
  const c8 = convolution("C8", 64, convolution("C7", 48, s6));
  const means = globalAveragePooling2d({ name: "means" })(c8);
  const output = dense({ units: classes, activation: "softmax", name: "output" })(means);
  return model({ inputs: image, outputs: output, name: "modern", seed, ...engine });
}

/** A 3x3 convolution, normalized, and ReLU. The normalization's beta takes the place of a bias. */
function convolution(name: string, filters: number, maps: SymbolicTensor): SymbolicTensor {
  const [rows, columns] = maps.shape as [number, number, number];
  const kernelSize = [Math.min(3, rows), Math.min(3, columns)] as const;
  const sums = conv2d({ filters, kernelSize, useBias: false, name })(maps);
  // Keras's 0.99 would remember hundreds of batches, more than a short training has.
  const normalized = batchNormalization({ momentum: 0.9, name: `${name}_norm` })(sums);
  return relu({ name: `${name}_relu` })(normalized);
}
