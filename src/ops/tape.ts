import { InputError } from "../core/errors.ts";
import { type Shape, sizeOf } from "../core/tensor.ts";
import type { ProgramBuilder } from "../engine/builder.ts";
import type { Buffer } from "../engine/pending-call.ts";
import { LANES, type Place } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";

/** A tensor inside a program: one block of images. Its buffer lies as [channel][row][column][16], or [feature][16]. */
export interface Value {
  /** Without the batch axis: [rows, columns, channels] or [features]. */
  readonly shape: Shape;
  readonly buffer: Buffer;
  /** Groups of 16 floats in the buffer. */
  readonly groups: number;
  /** Whether a trained weight comes before it. */
  readonly needsGradient: boolean;
}

/**
 * Everything an operation can do beyond a block of images and its gradient. It is declared with each value that the
 * operation makes, and absent means no: the Tape refuses the operation there, since its numbers would be wrong.
 */
export interface Support {
  /** Its forward calls, and those that it records, also compute one image by itself (layout "image"). */
  readonly oneImage?: boolean;
  /** The calls that it records compute second derivatives where {@link Tape.curvature} is set. */
  readonly curvature?: boolean;
}

/** An operation has no kernels for one image by itself. */
export class OneImageRefused extends Error {}

/**
 * Writes a program: operations emit their forward calls at once and record a function that emits the backward ones;
 * {@link backward} runs these in reverse order.
 */
export class Tape {
  readonly builder: ProgramBuilder;
  /** Whether dropout drops and batch normalization uses the batch. */
  readonly training: boolean;
  /**
   * Whether the backward calls compute the diagonal of the Gauss-Newton matrix instead of the gradient (1998, eqs. 22
   * to 27): the same calls, with squares in the place of weights, inputs and derivatives.
   */
  readonly curvature: boolean;
  /** "image": one image by itself, its lanes being channels (src/ops/image.ts). Default "blocks". */
  readonly layout: "blocks" | "image";
  /** How many operations have drawn at random: a layer that is used twice draws twice. */
  draws = 0;
  /** For the curvature: the loss's first derivatives by its outputs, where these are distances. */
  readonly slopes = new Map<Value, Buffer>();
  private readonly steps: { output: Value; layer: string | undefined; emit: (dy: Buffer) => void }[] = [];
  private readonly gradients = new Map<Value, Buffer>();
  /** Values that need a gradient and have no backward step yet, with their layers. */
  private readonly unrecorded = new Map<Value, string>();

  constructor(builder: ProgramBuilder, options: { layout?: "blocks" | "image"; curvature?: boolean } = {}) {
    const { layout = "blocks", curvature = false } = options;
    this.builder = builder;
    this.layout = layout;
    this.curvature = curvature;
    this.training = builder.training && !curvature;
  }

  /** Groups of 16 floats that a value takes: kernels that go element by element count in these. */
  groups(shape: Shape): number {
    return this.layout === "image" ? Math.ceil(imageFloats(shape) / LANES) : sizeOf(shape);
  }

  /**
   * A new value with a buffer of its own, or in the buffer of a value that nothing else reads any more.
   * @throws OneImageRefused in layout "image" for an operation that does not support it: the model then goes in blocks
   * @throws InputError where second derivatives are wanted from an operation that does not support them
   */
  value(shape: Shape, needsGradient: boolean, support: Support, buffer?: Buffer, groups = this.groups(shape)): Value {
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

  /** The factor of a weight's gradient: the value itself, for the curvature its square. */
  factor(value: Value): Buffer {
    if (!this.curvature) return value.buffer;
    const y = this.builder.buffer(value.groups);
    this.builder.call("square", { x: value.buffer, y, count: value.groups });
    return y;
  }

  /** Weights as a backward kernel reads them; squared for the curvature. */
  backwardWeights(variable: Variable, order: Int32Array): Place {
    return this.builder.packed(variable, order, this.curvature);
  }

  /** Writes dy times a derivative, element by element; for the curvature twice, the second time in place. */
  derivative(dy: Buffer, dx: Buffer, write: (dy: Buffer, dx: Buffer) => void): void {
    write(dy, dx);
    if (this.curvature) write(dx, dx);
  }

  /** `emit` gets the complete gradient of `output` and hands gradients on by {@link give} or {@link pass}. */
  record(output: Value, emit: (dy: Buffer) => void): void {
    this.unrecorded.delete(output);
    if (this.builder.training && output.needsGradient) this.steps.push({ output, layer: this.builder.layer, emit });
  }

  /** Adds to the gradient of `value` the numbers that `write` writes into the buffer it is given. */
  give(value: Value, write: (dx: Buffer) => void): void {
    if (!value.needsGradient) return;
    const known = this.gradients.get(value);
    const buffer = this.builder.buffer(value.groups);
    write(buffer);
    if (known) this.builder.call("add", { a: known, b: buffer, y: known, count: value.groups });
    else this.gradients.set(value, buffer);
  }

  /** The gradient of `value` is `dy` itself, changed in place by `write`: for values with a single reader. */
  pass(value: Value, dy: Buffer, write: (dx: Buffer) => void): void {
    if (!value.needsGradient) return;
    if (this.gradients.has(value)) throw new Error("a value with several readers cannot have its gradient in place");
    write(dy);
    this.gradients.set(value, dy);
  }

  /** Emits the backward calls, given the gradient of each end of the graph. */
  backward(ends: ReadonlyMap<Value, Buffer>): void {
    for (const [value, dy] of ends) this.gradients.set(value, dy);
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

/** Floats of one image by itself, each position's channels filled up to whole vectors of four. */
function imageFloats(shape: Shape): number {
  const channels = shape[shape.length - 1]!;
  return (sizeOf(shape) / channels) * Math.ceil(channels / 4) * 4;
}
