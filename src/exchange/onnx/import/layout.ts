import { sizeOf } from "../../../core/tensor.ts";
import { flatten } from "../../../layers/flatten.ts";
import type { SymbolicTensor } from "../../../layers/layer.ts";
import { permute } from "../../../layers/permute.ts";
import { reshape } from "../../../layers/reshape.ts";
import type { Network } from "./network.ts";
import {
  type Activation,
  type Axes,
  BATCH,
  BATCH_SIZE,
  dimsOf,
  dimsText,
  type Factor,
  ofImage,
  sizeOfAxis,
} from "./value.ts";

type Refuse = (problem: string) => never;

/**
 * For each element, in the row-major order of `from`, its index in the row-major order of `to`. Factors of `from` that
 * `to` does not have are repeated.
 */
export function indicesOf(from: readonly Factor[], to: readonly Factor[]): Int32Array {
  const steps = new Map<Factor, number>();
  let step = 1;
  for (const factor of to.toReversed()) {
    steps.set(factor, step);
    step *= factor.size;
  }
  let indices = new Int32Array(1);
  for (const factor of from) {
    const by = steps.get(factor) ?? 0;
    const next = new Int32Array(indices.length * factor.size);
    indices.forEach((index, i) => {
      for (let k = 0; k < factor.size; k++) next[i * factor.size + k] = index + k * by;
    });
    indices = next;
  }
  return indices;
}

/** Whether two lists have the same factors, in any order. */
export function isSameSet(a: readonly Factor[], b: readonly Factor[]): boolean {
  return a.length === b.length && a.every((factor) => b.includes(factor));
}

function isSame(a: readonly Factor[], b: readonly Factor[]): boolean {
  return a.length === b.length && a.every((factor, i) => factor === b[i]);
}

/** The tensor whose axes are these groups of all factors; with one or two layers where it is not that yet. */
export function arranged(
  { tensor, order }: Pick<Activation, "tensor" | "order">,
  groups: readonly (readonly Factor[])[],
  network: Network,
  refuse: Refuse,
): SymbolicTensor {
  const wanted = groups.flat();
  const shape = groups.map(sizeOfAxis);
  if (isSame(order, wanted)) return shaped(tensor, shape, network);
  // The longest runs of factors that stay together.
  const blocks: Factor[][] = [];
  order.forEach((factor, i) => {
    const follows = i > 0 && wanted.indexOf(order[i - 1]!) + 1 === wanted.indexOf(factor);
    if (follows) blocks[blocks.length - 1]!.push(factor);
    else blocks.push([factor]);
  });
  if (blocks.length > 3) return refuse("its axes come in an order that no layer makes of those of its input");
  const dims = blocks
    .toSorted((a, b) => wanted.indexOf(a[0]!) - wanted.indexOf(b[0]!))
    .map((block) => blocks.indexOf(block) + 1);
  const cut = shaped(tensor, blocks.map(sizeOfAxis), network);
  return shaped(network.add(permute, { dims }, [cut]), shape, network);
}

/** The tensor with another shape of as many elements. */
export function shaped(tensor: SymbolicTensor, shape: readonly number[], network: Network): SymbolicTensor {
  if (tensor.shape.join() === shape.join()) return tensor;
  return shape.length === 1
    ? network.add(flatten, {}, [tensor])
    : network.add(reshape, { targetShape: shape }, [tensor]);
}

/** The tensor with some factors as its last axis, in the order that they have there. */
export interface Trailing {
  readonly tensor: SymbolicTensor;
  /** Of the whole tensor. */
  readonly order: readonly Factor[];
  /** Of the last axis. */
  readonly last: readonly Factor[];
}

/** Brings some factors to the end of the tensor, as its last axis. */
export function withLast(x: Activation, factors: readonly Factor[], network: Network, refuse: Refuse): Trailing {
  const others = x.order.filter((factor) => !factors.includes(factor));
  const end = x.order.slice(others.length);
  const last = isSameSet(end, factors) ? end : factors;
  const order = [...others, ...last];
  const size = sizeOfAxis(last);
  const { shape } = x.tensor;
  const fits = isSame(order, x.order) && shape[shape.length - 1] === size;
  const groups = others.length === 0 ? [last] : [others, [], last];
  return { tensor: fits ? x.tensor : arranged(x, groups, network, refuse), order, last };
}

/** The factors of each axis of the tensor; undefined where one of them lies in two axes. */
export function groupsOf({ tensor, order }: Activation): Axes | undefined {
  const groups: Factor[][] = [];
  let at = 0;
  for (const size of tensor.shape) {
    const group: Factor[] = [];
    while (sizeOfAxis(group) < size && at < order.length) group.push(order[at++]!);
    if (sizeOfAxis(group) !== size) return undefined;
    groups.push(group);
  }
  return groups;
}

/**
 * The value with other axes, the elements in the same order.
 * @param target the sizes: -1 for what the others leave, {@link BATCH_SIZE} for the images
 * @param batch the number of images that the file is made for; undefined for any number
 */
export function reshaped(
  x: Activation,
  target: readonly number[],
  batch: number | undefined,
  refuse: Refuse,
): Activation {
  const dims = dimsText(dimsOf(x));
  const flat = x.axes.flat();
  if (flat[0] !== BATCH) refuse(`the images are not the first axis of ${dims}`);
  const size = sizeOf(x.tensor.shape);
  const [first, ...rest] = target;
  const mixed = () => refuse(`expected a shape that keeps the images of ${dims} apart, got ${dimsText(target)}`);
  if (first === undefined) return mixed();
  const isBatch = first === -1 || first === BATCH_SIZE || first === 1 || first === batch || !rest.includes(-1);
  const sizes = isBatch && completed(rest, size);
  if (sizes) return { ...x, ...split(x, [BATCH_SIZE, ...sizes], refuse) };
  // Without an axis of the images: the file takes one image.
  const whole = batch === undefined || batch === 1 ? completed(target, size) : undefined;
  if (!whole) return mixed();
  const { order, axes } = split(x, [BATCH_SIZE, ...whole], refuse);
  const [images, outer = [], ...inner] = axes;
  return { ...x, order, axes: [[...images!, ...outer], ...inner] };
}

/** The sizes with -1 filled in; undefined where they do not have `size` elements. */
function completed(sizes: readonly number[], size: number): number[] | undefined {
  const known = sizeOf(sizes.filter((each) => each !== -1));
  const filled = sizes.map((each) => (each === -1 ? size / known : each));
  const fits = sizes.filter((each) => each === -1).length <= 1 && sizeOf(filled) === size;
  return fits && filled.every((each) => Number.isInteger(each) && each >= 1) ? filled : undefined;
}

/** Cuts the factors so that each axis of `sizes` has its own; the sizes have as many elements as x. */
function split(x: Activation, sizes: readonly number[], refuse: Refuse): Pick<Activation, "order" | "axes"> {
  let { order, flat } = joined(x.order, x.axes.flat());
  const axes: Factor[][] = [];
  let at = 0;
  for (const size of sizes) {
    const axis: Factor[] = [];
    let rest = size;
    while (rest > 1) {
      const factor = flat[at]!;
      if (rest % factor.size !== 0) {
        if (factor.size % rest !== 0)
          refuse(`the shape ${dimsText(sizes)} cuts across the axes of ${dimsText(dimsOf(x))}`);
        const parts = [{ size: rest }, { size: factor.size / rest }];
        order = order.flatMap((each) => (each === factor ? parts : [each]));
        flat = flat.flatMap((each) => (each === factor ? parts : [each]));
        continue;
      }
      rest /= factor.size;
      axis.push(factor);
      at++;
    }
    axes.push(axis);
  }
  return { order, axes };
}

/** Factors that follow each other both in the tensor and in ONNX are one. */
function joined(order: readonly Factor[], flat: readonly Factor[]): { order: Factor[]; flat: Factor[] } {
  const runs: Factor[][] = [];
  flat.forEach((factor, i) => {
    const follows = i > 1 && order.indexOf(flat[i - 1]!) + 1 === order.indexOf(factor);
    if (follows) runs[runs.length - 1]!.push(factor);
    else runs.push([factor]);
  });
  const ones = new Map(runs.map((run) => [run[0]!, run.length === 1 ? run[0]! : { size: sizeOfAxis(run) }] as const));
  return {
    order: order.flatMap((factor) => ones.get(factor) ?? []),
    flat: flat.flatMap((factor) => ones.get(factor) ?? []),
  };
}

/** The factors of an axis that has those of the images only. */
export function isBatchAxis(axis: readonly Factor[] | undefined): boolean {
  return axis?.length === 1 && axis[0] === BATCH;
}

/** The value with the images as first axis and the features of the others as the second; undefined if they are not so. */
export function featuresOf(x: Activation): readonly Factor[] | undefined {
  const { axes } = x;
  if (axes.length === 1) return axes[0]![0] === BATCH ? ofImage(axes[0]!) : undefined;
  const isVector = isBatchAxis(axes[0]) && axes.slice(1, -1).every((axis) => axis.length === 0);
  return isVector ? axes[axes.length - 1] : undefined;
}
