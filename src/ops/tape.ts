import { type Shape, sizeOf } from "../core/tensor.ts";
import { KernelRefused, type ProgramBuilder } from "../engine/builder.ts";
import type { Buffer } from "../engine/draft.ts";
import { LANES, type Place } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";

/** A tensor inside a program: one block of images. Its buffer lies as [channel][row][column][16], or [feature][16]. */
export interface Value {
  /** Without the batch axis: [rows, columns, channels] or [features]. */
  readonly shape: Shape;
  readonly buffer: Buffer;
  /** Sixteens of floats in the buffer. */
  readonly cells: number;
  /** Whether anything that is trained stands before it. */
  readonly needsGradient: boolean;
}

/**
 * Writes a program: operations emit their forward calls at once and hand in what emits the backward ones, which
 * {@link backward} runs in reverse order.
 */
export class Tape {
  readonly builder: ProgramBuilder;
  /** Whether dropout drops and batch normalization uses the batch. */
  readonly training: boolean;
  /**
   * Whether what is handed back is not the gradient but the diagonal of the Gauss-Newton matrix (1998, eqs. 22 to 27): the
   * same backward calls, with squares in the place of weights, inputs and derivatives.
   */
  readonly curvature: boolean;
  /** "image": one image by itself, its lanes being channels (src/ops/image.ts). Default "blocks". */
  readonly layout: "blocks" | "image";
  /** How many operations have drawn at random: a layer that is used twice draws twice. */
  draws = 0;
  /** For the curvature: first derivatives of the loss, where the loss tells them. */
  readonly slopes = new Map<Value, Buffer>();
  private readonly steps: { output: Value; layer: string | undefined; emit: (dy: Buffer) => void }[] = [];
  private readonly gradients = new Map<Value, Buffer>();

  constructor(builder: ProgramBuilder, options: { layout?: "blocks" | "image"; curvature?: boolean } = {}) {
    const { layout = "blocks", curvature = false } = options;
    this.builder = builder;
    this.layout = layout;
    this.curvature = curvature;
    this.training = builder.training && !curvature;
  }

  /** For what has no way of doing one image by itself. @throws KernelRefused in that layout */
  needsBlocks(what: string): void {
    if (this.layout === "image") throw new KernelRefused(what);
  }

  /** Sixteens of floats that a value takes: what goes element by element counts in these. */
  cells(shape: Shape): number {
    return this.layout === "image" ? Math.ceil(imageFloats(shape) / LANES) : sizeOf(shape);
  }

  /** A new value with a buffer of its own, or in the buffer of a value that nothing else reads any more. */
  value(shape: Shape, needsGradient: boolean, buffer?: Buffer, cells = this.cells(shape)): Value {
    return { shape, buffer: buffer ?? this.builder.buffer(cells), cells, needsGradient };
  }

  /** What a weight's gradient multiplies with: the value itself, for the curvature its square. */
  factor(value: Value): Buffer {
    if (!this.curvature) return value.buffer;
    const y = this.builder.buffer(value.cells);
    this.builder.call("square", { x: value.buffer, y, count: value.cells });
    return y;
  }

  /** Weights as a backward kernel reads them; squared for the curvature. */
  backwardWeights(variable: Variable, order: Int32Array): Place {
    return this.builder.packed(variable, order, this.curvature);
  }

  /** Writes what multiplies dy by a derivative, element by element; for the curvature twice, the second time in place. */
  derivative(dy: Buffer, dx: Buffer, write: (dy: Buffer, dx: Buffer) => void): void {
    write(dy, dx);
    if (this.curvature) write(dx, dx);
  }

  /** `emit` gets the gradient of `output`, complete, and hands gradients on by {@link give} or {@link pass}. */
  record(output: Value, emit: (dy: Buffer) => void): void {
    if (this.builder.training && output.needsGradient) this.steps.push({ output, layer: this.builder.layer, emit });
  }

  /** Adds to the gradient of `value` what `write` writes into the buffer it is given. */
  give(value: Value, write: (dx: Buffer) => void): void {
    if (!value.needsGradient) return;
    const known = this.gradients.get(value);
    const buffer = this.builder.buffer(value.cells);
    write(buffer);
    if (known) this.builder.call("add", { a: known, b: buffer, y: known, count: value.cells });
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
  }
}

/** Floats of one image by itself, with what its cells are filled up with. */
function imageFloats(shape: Shape): number {
  const channels = shape[shape.length - 1]!;
  return (sizeOf(shape) / channels) * Math.ceil(channels / 4) * 4;
}
