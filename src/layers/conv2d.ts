import { checkOptions, InputError, oneOf, shown, wholeNumber } from "../core/errors.ts";
import { type ActivationName, activation, activationNames } from "../ops/activations/table.ts";
import { conv2d as convolve } from "../ops/conv2d.ts";
import { pad } from "../ops/zero-padding2d.ts";
import { checkInitializer, type Initializer } from "./initializers.ts";
import { type Complain, defineLayer, type Layer, type LayerOptions, singleImage } from "./layer.ts";
import { type Padding, padding2d, type Size2d, size2d, windowAxis } from "./windows.ts";

export interface Conv2dOptions extends LayerOptions {
  /** Maps of the output. */
  readonly filters: number;
  /** Rows and columns of the kernel. */
  readonly kernelSize: Size2d;
  /** Default 1. */
  readonly strides?: Size2d;
  /** Default "valid". */
  readonly padding?: Padding;
  /**
   * The input channels each output map sees, e.g. `[[0, 1, 2], [1, 2, 3], ...]` (Table I of the 1998 paper). What is
   * not there is not computed, and is 0 in the kernel. Default: every map sees every channel.
   */
  readonly connections?: readonly (readonly number[])[];
  /** Default "linear". */
  readonly activation?: ActivationName;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default "glorot_uniform"; with connections, fans are the mean over maps of what exists ("lecun1998_uniform": each map's own). */
  readonly kernelInitializer?: Initializer;
  /** Default "zeros". */
  readonly biasInitializer?: Initializer;
}

/** 2-D convolution; weights `kernel` [rows, columns, in, out] and `bias` [out]. https://keras.io/api/layers/convolution_layers/convolution2d/ */
export function conv2d(options: Conv2dOptions): Layer {
  checkOptions("[conv2d]", options, [
    "filters",
    "kernelSize",
    "strides",
    "padding",
    "connections",
    "activation",
    "useBias",
    "kernelInitializer",
    "biasInitializer",
    "name",
  ]);
  const what = `[conv2d${options.name ? ` "${options.name}"` : ""}]`;
  const config = {
    filters: wholeNumber(`${what} filters`, options.filters),
    kernelSize: size2d(`${what} kernelSize`, options.kernelSize),
    strides: size2d(`${what} strides`, options.strides ?? 1),
    padding: padding2d(`${what} padding`, options.padding ?? "valid"),
    activation: oneOf(`${what} activation`, options.activation ?? "linear", activationNames),
    useBias: options.useBias ?? true,
    kernelInitializer: checkInitializer(`${what} kernelInitializer`, options.kernelInitializer ?? "glorot_uniform"),
    biasInitializer: checkInitializer(`${what} biasInitializer`, options.biasInitializer ?? "zeros"),
    ...(options.connections && { connections: channelLists(`${what} connections`, options.connections) }),
  };
  const { filters, kernelSize, strides, useBias, connections } = config;
  if (connections && connections.length !== filters) {
    throw new InputError(
      `${what} connections: expected ${filters} lists, one for each filter, got ${connections.length}`,
    );
  }
  return defineLayer("conv2d", options, config, (shapes, complain) => {
    const [H, W, channels] = singleImage(shapes, complain);
    const [KH, KW] = kernelSize;
    const rows = windowAxis(H, KH, strides[0], config.padding, complain);
    const columns = windowAxis(W, KW, strides[1], config.padding, complain);
    if (connections) checkConnections(connections, channels, complain);
    const links = connections ? connections.flat().length : channels * filters;
    const taps = KH * KW;
    const cells = rows.output * columns.output;
    const outputShape = [rows.output, columns.output, filters];
    const isConnected = (channel: number, map: number) => !connections || connections[map]!.includes(channel);
    const inOf = connections && ((index: number) => taps * connections[index % filters]!.length);
    const fans = { in: (taps * links) / filters, out: (taps * links) / channels, inOf };
    return {
      outputShape,
      weights: [
        {
          name: "kernel",
          shape: [KH, KW, channels, filters],
          initializer: config.kernelInitializer,
          fans,
          count: taps * links,
          exists: (index) => isConnected(Math.floor(index / filters) % channels, index % filters),
        },
        ...(useBias ? [{ name: "bias", shape: [filters], initializer: config.biasInitializer, fans }] : []),
      ],
      connections: cells * (taps * links + (useBias ? filters : 0)),
      macs: cells * taps * links,
      endsInSoftmax: config.activation === "softmax",
      emit(tape, [x], weights, { logits }) {
        const margins = { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
        const y = convolve(tape, pad(tape, x!, margins), {
          kernel: weights("kernel"),
          bias: useBias ? weights("bias") : undefined,
          strides,
          connections,
        });
        return logits && config.activation === "softmax" ? y : activation(tape, y, config.activation, true);
      },
    };
  });
}

function channelLists(what: string, connections: readonly (readonly number[])[]): number[][] {
  if (!Array.isArray(connections) || !connections.every(Array.isArray)) {
    throw new InputError(`${what}: expected a list of input channels for each filter, got ${shown(connections)}`);
  }
  return connections.map((channels) => [...channels]);
}

function checkConnections(connections: readonly (readonly number[])[], channels: number, complain: Complain): void {
  connections.forEach((list, map) => {
    const wrong = list.find((channel) => !Number.isInteger(channel) || channel < 0 || channel >= channels);
    if (wrong !== undefined) {
      complain(
        `expected input channels below ${channels} in connections[${map}], got ${wrong}: does the table belong to another input?`,
      );
    }
    if (new Set(list).size !== list.length)
      complain(`expected each channel once in connections[${map}], got [${list.join(", ")}]`);
  });
}
