import type { Shape } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import type { Follower } from "../ops/follower.ts";
import type { Tape, Value } from "../ops/tape.ts";
import type { Constraint } from "./constraints/table.ts";
import type { Fans, GivenValues, Initializer } from "./initializers.ts";
import type { Probabilities } from "./probabilities.ts";
import type { LayerType } from "./registry.ts";
import type { Regularizer } from "./regularizers.ts";

/** The output of a layer, before there are any numbers. Layers are called with symbolic tensors to build the graph. */
export interface SymbolicTensor {
  /** Without the batch axis: `[rows, columns, channels]` or `[features]`. */
  readonly shape: Shape;
  /** The layer that computes the tensor. */
  readonly layer: Layer;
  /** The tensors that the layer was called with; empty for an input. */
  readonly inputs: readonly SymbolicTensor[];
}

/**
 * A layer. Call it with the tensors it reads: `conv2d({ filters: 6, kernelSize: 5 })(image)`. A second call with
 * tensors of the same shapes shares the weights.
 */
export interface Layer {
  (inputs: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor;
  /** `"conv2d"`, `"dense"`, ..., or the name of a type made with {@link defineLayer}. */
  readonly type: LayerType | CustomLayerType;
  /** The given name, or the type; a model numbers further layers of the same type: `dense`, `dense_1`. */
  name: string;
  /**
   * Whether training changes the layer's weights: the option `trainable`, by default true. Set it to false to freeze the
   * layer: its weights get no gradient, and a batch normalization keeps and uses its moving statistics in training too.
   * A change counts from the next call of `fit`; compile again to start the optimizer afresh as well.
   * https://keras.io/guides/transfer_learning/
   * @throws InputError for another value than true or false
   */
  trainable: boolean;
  /** The options, complete with their defaults, as JSON. */
  readonly config: LayerConfig;
  /** The result of the first call; `model({ inputs: net.inputs, outputs: net.getLayer("C3").output })` computes it. */
  readonly output: SymbolicTensor;
  /** Output shape, weights and costs; known after the first call, from the input shapes. */
  readonly built: BuiltLayer;
  /** The weights' values, once the layer is part of a model. */
  readonly variables: Map<string, Variable>;
}

/** The name of a type of layer that is not the library's. */
export type CustomLayerType = string & Record<never, never>;

/** A layer's options: complete, without `name` and `trainable`. */
export type LayerConfig = Readonly<Record<string, unknown>>;

/** A layer whose input shapes are known. */
export interface BuiltLayer {
  /** Without the batch axis. */
  readonly outputShape: Shape;
  /** In Keras's order. */
  readonly weights: readonly WeightSpec[];
  /** Links between units, biases included, as the paper counts them (1998, section II.B). */
  readonly connections: number;
  /** Multiply-adds for one image. */
  readonly macs: number;
  /** Writes the layer into a program. With `logits`, a softmax at its end is left out. */
  emit(tape: Tape, inputs: readonly Value[], weights: (name: string) => Variable, options: { logits: boolean }): Value;
  /** The layer's whole operation, for the layer before it to take over; absent where none can. */
  follower?(weights: (name: string) => Variable): Follower | undefined;
  /** Whether the layer ends in a softmax that `logits` leaves out. */
  readonly endsInSoftmax?: boolean;
  /** What the outputs are by the layer's own declaration; a softmax or sigmoid at its end is known without it. */
  readonly probabilities?: Probabilities;
  /** Whether the outputs are distances: the smallest distance is the prediction. */
  readonly outputsDistances?: boolean;
  /** The penalty of the output. Its mean over the images is added to the loss. */
  readonly activityRegularizer?: Regularizer;
}

/** A weight before it has values. */
export interface WeightSpec {
  /** Keras's name of it: "kernel", "bias", ... */
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer | GivenValues;
  readonly fans: Fans;
  /** Whether training changes it while its layer is not frozen. Default true; moving statistics are not. */
  readonly trainable?: boolean;
  /** The number of weights that exist; the others stay 0. Default: all. */
  readonly count?: number;
  /** Whether the weight at an index exists; default: all do. */
  readonly exists?: (index: number) => boolean;
  /** The penalty of the weight, which is part of the loss while the weight is trained. */
  readonly regularizer?: Regularizer;
  /** What is done to the weight after each step. */
  readonly constraint?: Constraint;
}
