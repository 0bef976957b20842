import { checkOptions, oneOf } from "../core/errors.ts";
import { type ActivationName, activation, activationNames } from "../ops/activations/table.ts";
import { pool } from "../ops/pooling.ts";
import { scaleChannels } from "../ops/subsampling2d.ts";
import { checkInitializer, type Initializer } from "./initializers.ts";
import { defineLayer, type Layer, type LayerOptions, singleImage } from "./layer.ts";
import { type Size2d, size2d, windowAxis } from "./windows.ts";

export interface Subsampling2dOptions extends LayerOptions {
  /** Rows and columns of the window; default 2. */
  readonly poolSize?: Size2d;
  /** Default: the window's size. */
  readonly strides?: Size2d;
  /** Default "scaledTanh". */
  readonly activation?: ActivationName;
  /** Default "lecun1998_uniform"; the fan in is the window. */
  readonly coefficientInitializer?: Initializer;
  /** Default "lecun1998_uniform". */
  readonly biasInitializer?: Initializer;
}

/**
 * The trainable subsampling of LeCun et al. 1998 (section II.B): the numbers of a window are added, multiplied by a
 * coefficient, one for each map, added to a bias and squashed. Weights `coefficient` [channels] and `bias` [channels].
 */
export function subsampling2d(options: Subsampling2dOptions = {}): Layer {
  checkOptions("[subsampling2d]", options, [
    ...(["poolSize", "strides", "activation", "coefficientInitializer", "biasInitializer", "name"] as const),
  ]);
  const what = `[subsampling2d${options.name ? ` "${options.name}"` : ""}]`;
  const poolSize = size2d(`${what} poolSize`, options.poolSize ?? 2);
  const { coefficientInitializer = "lecun1998_uniform", biasInitializer = "lecun1998_uniform" } = options;
  const config = {
    poolSize,
    strides: size2d(`${what} strides`, options.strides ?? poolSize),
    activation: oneOf(`${what} activation`, options.activation ?? "scaledTanh", activationNames),
    coefficientInitializer: checkInitializer(`${what} coefficientInitializer`, coefficientInitializer),
    biasInitializer: checkInitializer(`${what} biasInitializer`, biasInitializer),
  };
  const { strides } = config;
  return defineLayer("subsampling2d", options, config, (shapes, complain) => {
    const [H, W, channels] = singleImage(shapes, complain);
    const rows = windowAxis(H, poolSize[0], strides[0], "valid", complain);
    const columns = windowAxis(W, poolSize[1], strides[1], "valid", complain);
    const output: [number, number] = [rows.output, columns.output];
    const units = output[0] * output[1] * channels;
    const inputs = poolSize[0] * poolSize[1];
    const fans = { in: inputs, out: 1 };
    return {
      outputShape: [...output, channels],
      weights: [
        { name: "coefficient", shape: [channels], initializer: config.coefficientInitializer, fans },
        { name: "bias", shape: [channels], initializer: config.biasInitializer, fans },
      ],
      connections: units * (inputs + 1),
      macs: units,
      endsInSoftmax: config.activation === "softmax",
      emit(tape, [x], weights, { logits }) {
        const means = pool(tape, x!, "average", { size: poolSize, strides, output, top: 0, left: 0 });
        const given = { coefficient: weights("coefficient"), bias: weights("bias"), factor: inputs };
        const y = scaleChannels(tape, means, given);
        return logits && config.activation === "softmax" ? y : activation(tape, y, config.activation, true);
      },
    };
  });
}
