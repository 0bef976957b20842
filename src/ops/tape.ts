import { InputError } from "../core/errors.ts";
import { type Shape, sizeOf } from "../core/tensor.ts";
import type { ProgramBuilder } from "../engine/builder.ts";
import type { Buffer } from "../engine/pending-call.ts";
import { type Argument, LANES, type Place } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";
import type { Convolutions } from "./conv2d/convolutions.ts";
import type { FollowerKind, Followers } from "./follower.ts";

/** A tensor of a program, for one block of images. Its buffer is [channel][row][column][16] or [feature][16]. */
export interface Value {
  /** Without the batch axis: [rows, columns, channels] or [features]. */
  readonly shape: Shape;
  readonly buffer: Buffer;
  /** Groups of 16 floats in the buffer. */
  readonly groups: number;
  /** Whether it depends on a trainable weight, or with {@link Tape.byInputs} on an input. */
  readonly needsGradient: boolean;
}

/**
 * The features that an operation supports beyond a block of images and its gradient. It is declared with each value
 * that the operation makes. An absent feature is not supported, and the Tape refuses the operation where it is needed.
 */
export interface Support {
  /** Its forward and backward calls also compute one image by itself (layout "image"). */
  readonly oneImage?: boolean;
  /** Its backward calls compute second derivatives where {@link Tape.curvature} is set. */
  readonly curvature?: boolean;
}

/** An operation does not support one image by itself. */
export class OneImageRefused extends Error {}

/**
 * Writes a program. Operations emit their forward calls at once and record a function that emits their backward calls;
 * {@link backward} runs these functions in reverse order.
 */
export class Tape {
  readonly builder: ProgramBuilder;
  /** Whether dropout drops and batch normalization uses the batch. */
  readonly training: boolean;
  /** Whether the backward calls compute gradients of the inputs instead of those of the weights. */
  readonly byInputs: boolean;
  /** Whether there are backward calls. */
  readonly differentiates: boolean;
  /**
   * Whether the backward calls compute the diagonal of the Gauss-Newton matrix instead of the gradient (1998, eqs. 22
   * to 27): the same calls, with squares in place of weights, inputs and derivatives.
   */
  readonly curvature: boolean;
  readonly convolutions: Convolutions;
  /** The number of operations with random draws so far, so that a layer that is used twice draws different numbers. */
  draws = 0;
  /** Whether the layer at work depends on trainable weights, its own or those of a layer below. */
  private reachesWeights = true;
  /** What follows the layer at work. */
  private followers?: Followers;
  /** For the curvature: the loss's first derivatives by its outputs, where these are distances. */
  readonly slopes = new Map<Value, Buffer>();
  private readonly steps: { output: Value; layer: string | undefined; emit: (dy: Buffer) => void }[] = [];
  private readonly gradients = new Map<Value, Buffer>();
  /** Values that need a gradient and have no backward step yet, with their layers. */
  private readonly unrecorded = new Map<Value, string>();

  constructor(
    builder: ProgramBuilder,
    convolutions: Convolutions,
    options: { curvature?: boolean; byInputs?: boolean } = {},
  ) {
    const { curvature = false, byInputs = false } = options;
    this.builder = builder;
    this.convolutions = convolutions;
    this.curvature = curvature;
    this.training = builder.training && !curvature;
    this.byInputs = byInputs;
    this.differentiates = builder.training || byInputs;
  }

  /** "image": one image by itself, where lanes are channels (src/ops/image.ts). */
  get layout(): Convolutions["layout"] {
    return this.convolutions.layout;
  }

  /** The next operations belong to this layer, which reads `inputs`, has these weights and may take the followers. */
  enter(layer: string, inputs: readonly Value[], weights: Iterable<Variable>, followers?: Followers): void {
    this.builder.layer = layer;
    this.followers = followers;
    this.reachesWeights =
      inputs.some((input) => input.needsGradient) || [...weights].some((variable) => this.learns(variable));
  }

  /** The next operations belong to no layer. */
  leave(): void {
    this.builder.layer = undefined;
    this.followers = undefined;
    this.reachesWeights = true;
  }

  /**
   * Takes over the operation that alone reads the result of the layer at work, if it is of this kind: the caller, a layer
   * at its end, computes it too. Returns what describes it, undefined for another one.
   */
  take<Options>(kind: FollowerKind<Options>): Options | undefined {
    const options = kind.of(this.followers?.next);
    if (options !== undefined) this.followers?.take();
    return options;
  }

  /** The number of groups of 16 floats in a value, which is the count of wasm kernels that work element by element. */
  groups(shape: Shape): number {
    return this.layout === "image" ? Math.ceil(imageFloats(shape) / LANES) : sizeOf(shape);
  }

  /**
   * A new value with its own buffer, or in the buffer of a value that no other operation reads. `dependsOnWeights`:
   * whether its input needs a gradient or the operation has weights; ignored where all weights up to it are frozen.
   * @throws OneImageRefused in layout "image" for an operation that does not support it; the model then uses blocks
   * @throws InputError where second derivatives are needed from an operation that does not support them
   */
  value(
    shape: Shape,
    dependsOnWeights: boolean,
    support: Support,
    buffer?: Buffer,
    groups = this.groups(shape),
  ): Value {
    const needsGradient = dependsOnWeights && this.reachesWeights;
    const layer = this.builder.layer ?? "";
    if (this.layout === "image" && !support.oneImage) throw new OneImageRefused(layer);
    if (this.curvature && needsGradient && !support.curvature) {
      throw new InputError(
        `fit: expected layers with second derivatives for this optimizer, got "${layer}", which has none: use another optimizer, such as "sgd"`,
      );
    }
    const value = { shape, buffer: buffer ?? this.builder.buffer(groups), groups, needsGradient };
    if (needsGradient) this.unrecorded.set(value, layer);
    return value;
  }

  /** The factor of a weight's gradient: the value itself, or its square for the curvature. */
  factor(value: Value): Buffer {
    if (!this.curvature) return value.buffer;
    const y = this.builder.buffer(value.groups);
    this.builder.call("square", { x: value.buffer, y, count: value.groups });
    return y;
  }

  /** Weights in the order in which a backward call reads them; squared for the curvature. */
  backwardWeights(variable: Variable, order: Int32Array): Place {
    return this.builder.packed(variable, order, this.curvature);
  }

  /** Multiplies dy by a derivative, element by element; for the curvature twice, the second time in place. */
  derivative(dy: Buffer, dx: Buffer, write: (dy: Buffer, dx: Buffer) => void): void {
    write(dy, dx);
    if (this.curvature) write(dx, dx);
  }

  /**
   * `emit` gets the complete gradient of `output` and passes gradients to the inputs by {@link give} or {@link pass}.
   */
  record(output: Value, emit: (dy: Buffer) => void): void {
    this.unrecorded.delete(output);
    if (this.differentiates && output.needsGradient) this.steps.push({ output, layer: this.builder.layer, emit });
  }

  /** Whether a weight gets a gradient. */
  learns(variable: Variable): boolean {
    return variable.trainable && !this.byInputs;
  }

  /** Adds to the gradient of a weight that {@link learns}: `write` adds to `place`, or overwrites it if not `accumulate`. */
  giveWeight(variable: Variable, write: (place: Place, accumulate: Argument) => void): void {
    if (!this.learns(variable)) return;
    const { place, accumulate } = this.builder.gradient(variable);
    write(place, accumulate);
  }

  /** Adds to the gradient of `value`: `write` writes the summand into the given buffer. */
  give(value: Value, write: (dx: Buffer) => void): void {
    if (!value.needsGradient) return;
    const known = this.gradients.get(value);
    const buffer = this.builder.buffer(value.groups);
    write(buffer);
    if (known) this.builder.call("add", { a: known, b: buffer, y: known, count: value.groups });
    else this.gradients.set(value, buffer);
  }

  /** Makes `dy`, changed in place by `write`, the gradient of `value`: only for values with a single reader. */
  pass(value: Value, dy: Buffer, write: (dx: Buffer) => void): void {
    if (!value.needsGradient) return;
    if (this.gradients.has(value)) throw new Error("a value with several readers cannot have its gradient in place");
    write(dy);
    this.gradients.set(value, dy);
  }

  /** The gradient of a value after {@link backward}; undefined where the ends do not depend on it. */
  gradientOf(value: Value): Buffer | undefined {
    return this.gradients.get(value);
  }

  /** Emits the backward calls, given the gradients of the graph's ends; those of the same value are added. */
  backward(ends: readonly (readonly [Value, Buffer])[]): void {
    for (const [value, dy] of ends) {
      const known = this.gradients.get(value);
      if (known) this.builder.call("add", { a: known, b: dy, y: known, count: value.groups });
      else this.gradients.set(value, dy);
    }
    for (const { output, layer, emit } of this.steps.reverse()) {
      const dy = this.gradients.get(output);
      this.builder.layer = layer;
      if (dy) emit(dy);
    }
    for (const [value, layer] of this.unrecorded) {
      if (this.gradients.has(value)) throw new Error(`an operation of the layer "${layer}" records no backward calls`);
    }
  }
}

/** The number of floats of one image by itself, with the channels of each position padded to whole vectors of four. */
function imageFloats(shape: Shape): number {
  const channels = shape[shape.length - 1]!;
  return (sizeOf(shape) / channels) * Math.ceil(channels / 4) * 4;
}
