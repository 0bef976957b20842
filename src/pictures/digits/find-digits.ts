import type { Box } from "../box.ts";
import { boxOf, type Component } from "../ink/components.ts";
import { boxIn, type CroppedInk, cropped, foundInk } from "../ink/ink.ts";
import { plainInk } from "../ink/plain-ink.ts";
import { strokeWidth, widened } from "../ink/widen.ts";
import type { Ink } from "../mnist-frame.ts";
import type { Picture } from "../picture.ts";
import { grouped } from "./group-parts.ts";
import { type ShapeDoubt, shapeDoubts } from "./shape.ts";

/** A digit, or what stands apart as digits do, in a picture. */
export interface FoundDigit {
  /** Where it is in the picture. */
  readonly box: Box;
  /** Its ink alone, ready to be framed as MNIST's digits are. */
  readonly ink: Ink;
  /** What speaks against its being one digit, by its shape; empty for nearly all digits. */
  readonly doubts: readonly ShapeDoubt[];
}

/**
 * The digits of a picture that stand apart from each other, line by line and from left to right; none where nothing
 * stands out of the background. The strokes of one digit that do not touch stay together.
 */
export function findDigits(picture: Picture): readonly FoundDigit[] {
  const found = foundInk(picture);
  const plain = plainInk(picture);
  if (found === undefined) {
    const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
    return plain ? [{ box: whole, ink: plain, doubts: [] }] : [];
  }
  const { columns, parts, unit } = found;
  const { marks, list } = parts;
  const groups = grouped(list, marks, columns);
  return groups.map((parts) => {
    const alone = groups.length === 1 ? cropped(found, list) : partsAlone(parts, found, marks);
    const stroke = strokeWidth(alone);
    return {
      box: boxIn(picture, alone, unit),
      ink: (groups.length === 1 ? plain : undefined) ?? widened(alone, stroke),
      doubts: shapeDoubts(alone, stroke),
    };
  });
}

/** The ink of some parts, up to the edges of their box. */
function partsAlone(parts: readonly Component[], { columns, data }: Ink, marks: Int32Array): CroppedInk {
  const own = new Set(parts.map(({ mark }) => mark));
  const { top, bottom, left, right } = boxOf(parts);
  const alone = new Float32Array((bottom - top) * (right - left));
  for (let row = top, to = 0; row < bottom; row++) {
    for (let at = row * columns + left; at < row * columns + right; at++, to++) {
      if (own.has(marks[at])) alone[to] = data[at];
    }
  }
  return { rows: bottom - top, columns: right - left, data: alone, top, left };
}
