import type { SymbolicTensor } from "../../../../layers/layer.ts";
import { arranged, groupsOf } from "../layout.ts";
import type { Node } from "../node.ts";
import { type Activation, type Axes, dimsOf, dimsText, type Factor, ofImage, sizeOfAxis } from "../value.ts";

/**
 * Tensors whose elements a layer can join one by one: they have the axes of ONNX in the same order, and 1 where a tensor is
 * repeated along an axis. `x` has the axes of the result.
 */
export function joined(node: Node, given: readonly Activation[]): { x: Activation; tensors: SymbolicTensor[] } {
  const values = aligned(node, given);
  const sorted = values.toSorted((a, b) => b.order.length - a.order.length);
  const x = sorted[0]!;
  const misfit = () =>
    node.refuse(
      `tensors of ${given.map((value) => dimsText(dimsOf(value))).join(" and ")} cannot be joined by a layer`,
    );
  const groups = groupsOf(x) ?? [x.order];
  const tensors = values.map((value) => {
    if (!value.order.every((factor) => x.order.includes(factor))) return misfit();
    const own = groups.map((group) => group.filter((factor) => value.order.includes(factor)));
    if (own.some((group, i) => group.length > 0 && group.length < groups[i]!.length)) return misfit();
    return arranged(value, own, node.network, node.refuse);
  });
  return { x: { ...x, tensor: arranged(x, groups, node.network, node.refuse) }, tensors };
}

/** Cuts the factors of all so that axes of the same size have the same factors. */
function aligned(node: Node, given: readonly Activation[]): readonly Activation[] {
  const rank = Math.max(...given.map(({ axes }) => axes.length));
  let values = given.map((value) => ({ ...value, axes: [...empty(rank - value.axes.length), ...value.axes] }));
  for (let axis = 0; axis < rank; axis++) {
    const factors = values.map((value) => ofImage(value.axes[axis]!)).filter((list) => list.length > 0);
    const [first] = factors;
    if (!first) continue;
    const size = sizeOfAxis(first);
    if (factors.some((list) => sizeOfAxis(list) !== size))
      node.refuse(
        `expected shapes that fit each other, got ${given.map((value) => dimsText(dimsOf(value))).join(" and ")}`,
      );
    const cuts = [...new Set(factors.flatMap(ends))].sort((a, b) => a - b);
    const shared = cuts.map((end, i) => ({ size: end / (cuts[i - 1] ?? 1) }));
    if (shared.some((factor) => !Number.isInteger(factor.size)))
      node.refuse("its inputs have axes that are cut differently");
    values = values.map((value) => (value.axes[axis]!.length === 0 ? value : recut(value, axis, cuts, shared)));
  }
  return values;
}

function empty(count: number): Axes {
  return Array.from({ length: count }, () => []);
}

/** The products of the first factor, the first two, ... from the innermost on. */
function ends(factors: readonly Factor[]): number[] {
  let product = 1;
  return factors.toReversed().map(({ size }) => {
    product *= size;
    return product;
  });
}

/** The value with the factors of an axis replaced by shared ones, which cut them further. */
function recut<Cut extends Activation>(
  value: Cut,
  axis: number,
  cuts: readonly number[],
  shared: readonly Factor[],
): Cut {
  const own = ofImage(value.axes[axis]!);
  const parts = new Map<Factor, readonly Factor[]>();
  let before = 1;
  for (const factor of own.toReversed()) {
    const end = before * factor.size;
    parts.set(factor, shared.filter((_, i) => cuts[i]! > before && cuts[i]! <= end).toReversed());
    before = end;
  }
  const replaced = (list: readonly Factor[]) => list.flatMap((factor) => parts.get(factor) ?? [factor]);
  return {
    ...value,
    order: replaced(value.order),
    axes: value.axes.map((each, i) => (i === axis ? replaced(each) : each)),
  };
}
