import { listIn } from "../constant.ts";
import type { Node } from "../node.ts";

/** An axis, counted from the end where it is negative, from 0. */
export function axisOf(node: Node, axis: number, rank: number): number {
  const found = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(found) && found >= 0 && found < rank) return found;
  return node.refuse(`expected an axis from ${-rank} to ${rank - 1}, got ${axis}`);
}

function axesIn(node: Node, input: number): readonly number[] {
  const axes = node.optionalConstant(input, "the axes");
  return axes ? listIn(node, axes) : [];
}

/** The axes of the attribute `axes` or, in newer files, of the input with an index; in ascending order. */
export function axesOf(node: Node, rank: number, input = 1): readonly number[] {
  const given = node.ints("axes") ?? axesIn(node, input);
  const axes = given.map((axis) => axisOf(node, axis, rank)).sort((a, b) => a - b);
  if (new Set(axes).size !== axes.length) node.refuse(`expected different axes, got [${given.slice(0, 8)}]`);
  return axes;
}
