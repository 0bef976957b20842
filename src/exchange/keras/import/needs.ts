import { InputError } from "../../../core/errors.ts";
import { type Shape, sizeOf } from "../../../core/tensor.ts";
import type { Layer } from "../../../layers/layer.ts";

/** A weight that a layer of Keras has, and the weight of ours that it becomes. */
export interface NeededWeight {
  /** Keras's name of it: "kernel". */
  readonly name: string;
  /** The forms that it may have in a file, the likeliest first. */
  readonly forms: readonly WeightForm[];
  /** Where it goes; undefined for one that has no effect. */
  readonly to: { readonly layer: Layer; readonly weight: string; readonly shape: Shape } | undefined;
  /** Whether it is trained: in Keras's lists of weights, those come first. */
  readonly trains: boolean;
}

/** A shape that a weight may have in a file. */
export interface WeightForm {
  readonly shape: Shape;
  /** Our numbers from the file's; absent where they are the same. */
  readonly convert?: (data: Float32Array) => Float32Array;
  /** The same for an optimizer's slot; absent where it is as for the weight itself. */
  readonly convertSlot?: (data: Float32Array) => Float32Array;
}

/** The weights of one layer of Keras, in its order. */
export interface NeededLayer {
  /** Its place among the layers of the file, from 0. */
  readonly index: number;
  readonly name: string;
  readonly className: string;
  /** The models around it, the outermost first. */
  readonly models: readonly { readonly name: string; readonly className: string }[];
  readonly weights: readonly NeededWeight[];
}

/** The form of a weight in a file. @throws InputError for a shape that the weight cannot have */
export function formOf(what: string, { name, forms }: NeededWeight, shape: Shape): WeightForm {
  const form = forms.find((each) => each.shape.join() === shape.join());
  if (form) return form;
  const wanted = forms.map((each) => `[${each.shape.join(", ")}]`).join(" or ");
  throw new InputError(`${what}: expected "${name}" of shape ${wanted}, got [${shape.slice(0, 8).join(", ")}]`);
}

/** Elements in another order: element i of the result is element `from(i)` of the data. */
export function reordered(count: number, from: (index: number) => number): (data: Float32Array) => Float32Array {
  return (data) => Float32Array.from({ length: count }, (_, i) => data[from(i)]!);
}

/** The axes of a tensor in another order: axis i of the result is axis `axes[i]` of the given shape. */
export function transposed(shape: Shape, axes: readonly number[]): (data: Float32Array) => Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const sizes = axes.map((axis) => shape[axis]!);
  const steps = axes.map((axis) => strides[axis]!);
  return reordered(sizeOf(shape), (index) => {
    let rest = index;
    let from = 0;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += (rest % sizes[axis]!) * steps[axis]!;
      rest = Math.floor(rest / sizes[axis]!);
    }
    return from;
  });
}
