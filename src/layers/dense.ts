import { checkOptions, oneOf, wholeNumber } from "../core/errors.ts";
import { type ActivationName, activation, activationNames } from "../ops/activations/table.ts";
import { dense as multiply } from "../ops/dense.ts";
import { checkInitializer, type Initializer } from "./initializers.ts";
import { defineLayer, type Layer, type LayerOptions, single } from "./layer.ts";

export interface DenseOptions extends LayerOptions {
  /** Features of the output. */
  readonly units: number;
  /** Default "linear". */
  readonly activation?: ActivationName;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default "glorot_uniform". */
  readonly kernelInitializer?: Initializer;
  /** Default "zeros". */
  readonly biasInitializer?: Initializer;
}

/** Fully connected layer; weights `kernel` [in, out] and `bias` [out]. https://keras.io/api/layers/core_layers/dense/ */
export function dense(options: DenseOptions): Layer {
  checkOptions("[dense]", options, ["units", "activation", "useBias", "kernelInitializer", "biasInitializer", "name"]);
  const what = `[dense${options.name ? ` "${options.name}"` : ""}]`;
  const config = {
    units: wholeNumber(`${what} units`, options.units),
    activation: oneOf(`${what} activation`, options.activation ?? "linear", activationNames),
    useBias: options.useBias ?? true,
    kernelInitializer: checkInitializer(`${what} kernelInitializer`, options.kernelInitializer ?? "glorot_uniform"),
    biasInitializer: checkInitializer(`${what} biasInitializer`, options.biasInitializer ?? "zeros"),
  };
  const { units, useBias } = config;
  return defineLayer("dense", options, config, (shapes, complain) => {
    const shape = single(shapes, complain);
    if (shape.length !== 1)
      complain(`expected a vector input [N, features], got [N, ${shape.join(", ")}]: put flatten() before it`);
    const inputs = shape[0]!;
    const fans = { in: inputs, out: units };
    return {
      outputShape: [units],
      weights: [
        { name: "kernel", shape: [inputs, units], initializer: config.kernelInitializer, fans },
        ...(useBias ? [{ name: "bias", shape: [units], initializer: config.biasInitializer, fans }] : []),
      ],
      connections: inputs * units + (useBias ? units : 0),
      macs: inputs * units,
      endsInSoftmax: config.activation === "softmax",
      emit(tape, [x], weights, { logits }) {
        const bias = useBias ? weights("bias") : undefined;
        const y = multiply(tape, x!, { kernel: weights("kernel"), bias, inputs, outputs: units });
        return logits && config.activation === "softmax" ? y : activation(tape, y, config.activation, true);
      },
    };
  });
}
