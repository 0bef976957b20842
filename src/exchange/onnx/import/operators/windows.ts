/** Windows of convolutions and pools, in ONNX's attributes. */
import type { Node } from "../node.ts";

type Pair = readonly [rows: number, columns: number];

/** Positions added at the sides of an image. */
export type Sides = readonly [rows: readonly [number, number], columns: readonly [number, number]];

/** Two numbers, at least 1, of an attribute; default 1. */
export function pairOf(node: Node, name: string): Pair {
  const given = node.ints(name) ?? [1, 1];
  if (given.length !== 2 || !given.every((each) => each >= 1 && each <= 1e6))
    node.refuse(`${name}: expected two numbers of at least 1, for images, got [${given.slice(0, 8)}]`);
  return given as unknown as Pair;
}

/** `pads` or what `auto_pad` says, for windows of a size over an image. */
export function sidesOf(node: Node, image: Pair, size: Pair, strides: Pair): Sides {
  const mode = node.text("auto_pad", "NOTSET");
  const pads = node.ints("pads") ?? [0, 0, 0, 0];
  if (mode === "VALID") return zero;
  if (mode === "SAME_UPPER" || mode === "SAME_LOWER") {
    const sides = sameSides(image, size, strides);
    return mode === "SAME_UPPER" ? sides : (sides.map(([before, after]) => [after, before]) as unknown as Sides);
  }
  if (mode !== "NOTSET")
    node.refuse(`auto_pad: expected NOTSET, VALID, SAME_UPPER or SAME_LOWER, got ${JSON.stringify(mode.slice(0, 20))}`);
  if (pads.length !== 4 || !pads.every((each) => each >= 0 && each <= 1e6))
    node.refuse(`pads: expected four numbers of at least 0, for images, got [${pads.slice(0, 8)}]`);
  const [top, left, bottom, right] = pads as [number, number, number, number];
  return [
    [top, bottom],
    [left, right],
  ];
}

const zero: Sides = [
  [0, 0],
  [0, 0],
];

export function isZero(sides: Sides): boolean {
  return sides.flat().every((each) => each === 0);
}

/** What the padding "same" of the layers adds. */
export function sameSides(image: Pair, size: Pair, strides: Pair): Sides {
  const axis = (i: 0 | 1): readonly [number, number] => {
    const total = Math.max((Math.ceil(image[i] / strides[i]) - 1) * strides[i] + size[i] - image[i], 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  return [axis(0), axis(1)];
}

/** The padding of the layers that adds the same positions; undefined where none does. */
export function paddingOf(sides: Sides, image: Pair, size: Pair, strides: Pair): "valid" | "same" | undefined {
  if (isZero(sides)) return "valid";
  return sides.flat().join() === sameSides(image, size, strides).flat().join() ? "same" : undefined;
}
