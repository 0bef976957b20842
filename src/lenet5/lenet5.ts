import { oneOf, wholeNumber } from "../core/errors.ts";
import { averagePooling2d } from "../layers/average-pooling2d.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { flatten } from "../layers/flatten.ts";
import { input } from "../layers/input.ts";
import type { EngineOptions } from "../model/core.ts";
import { type Model, model } from "../model/model.ts";
import { tableI } from "./table-i.ts";

/** Options of {@link lenet5}. */
export interface LeNet5Options extends EngineOptions {
  /** "table1" (default): C3 has the connections of Table I. "full": each map of C3 sees every map of S2, as in most tutorials. */
  readonly c3?: "table1" | "full";
  /** Number of classes, at least 2; default 10. */
  readonly classes?: number;
  /** Seed of the initial weights; default 0. */
  readonly seed?: number;
}

/**
 * The article's LeNet-5 for 32x32 grey images: the layers of LeCun et al. 1998 (section II.B) as Keras builds them,
 * with tanh, average pooling and a softmax. 60,806 parameters; with `c3: "full"` 61,706.
 * @throws InputError for an option out of range
 */
export function lenet5(options: LeNet5Options = {}): Model {
  const { c3: kind = "table1", classes = 10, seed = 0, ...engine } = options;
  const connectionTable = oneOf("lenet5 c3", kind, ["table1", "full"]) === "table1" ? tableI : undefined;
  const image = input({ shape: [32, 32, 1], name: "image" });
  const c1 = conv2d({ filters: 6, kernelSize: 5, activation: "tanh", name: "C1" })(image);
  const s2 = averagePooling2d({ poolSize: 2, name: "S2" })(c1);
  const c3 = conv2d({ filters: 16, kernelSize: 5, activation: "tanh", connectionTable, name: "C3" })(s2);
  const s4 = averagePooling2d({ poolSize: 2, name: "S4" })(c3);
  const c5 = conv2d({ filters: 120, kernelSize: 5, activation: "tanh", name: "C5" })(s4);
  const flat = flatten({ name: "flatten" })(c5);
  const f6 = dense({ units: 84, activation: "tanh", name: "F6" })(flat);
  const output = dense({ units: wholeNumber("lenet5 classes", classes, 2), activation: "softmax", name: "output" })(f6);
  return model({ inputs: image, outputs: output, name: "lenet5", seed, ...engine });
}
