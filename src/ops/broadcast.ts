/**
 * Broadcasting of shapes, as in NumPy: shapes are aligned at the last axis, and an axis that is missing or has size 1
 * is repeated. Shapes have no batch axis here: [channels] fits [rows, columns, channels].
 */
import { type Shape, sizeOf } from "../core/tensor.ts";
import { GROUP_BYTES } from "../engine/program.ts";
import type { RecordPlace } from "../engine/records.ts";
import { OneImageRefused, type Tape } from "./tape.ts";

/** The shape of the result of an operation on two values; undefined where they do not fit. */
export function broadcastShape(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const sizes: number[] = [];
  for (let axis = rank; axis > 0; axis--) {
    const [m, n] = [a[a.length - axis] ?? 1, b[b.length - axis] ?? 1];
    if (m !== n && m !== 1 && n !== 1) return undefined;
    sizes.push(m === 1 ? n : m);
  }
  return sizes;
}

/** The loops of a wasm kernel over a value of shape `whole`; `a` and `b` are that shape or smaller. */
export function broadcastRecord(tape: Tape, whole: Shape, a: Shape, b: Shape): RecordPlace<"BroadcastShape"> {
  const { axes, unit } = axesOf(tape, whole, a, b);
  const [outer, middle, inner] = [...Array.from({ length: 3 - axes.length }, () => once), ...axes] as [
    Axis,
    Axis,
    Axis,
  ];
  return tape.builder.record("BroadcastShape", {
    outer: outer.size,
    middle: middle.size,
    inner: inner.size,
    unit,
    aOuter: outer.a,
    aMiddle: middle.a,
    aInner: inner.a,
    bOuter: outer.b,
    bMiddle: middle.b,
    bInner: inner.b,
  });
}

/** Whether a value of shape `small` has the numbers of `whole`, none of them repeated. */
export function isWhole(small: Shape, whole: Shape): boolean {
  return sizeOf(small) === sizeOf(whole);
}

/** A loop, and the bytes by which each value moves. */
interface Axis {
  readonly size: number;
  readonly a: number;
  readonly b: number;
}

const once: Axis = { size: 1, a: 0, b: 0 };

/** The loops from the outermost to the innermost, and the bytes of a piece that is contiguous in all values. */
function axesOf(tape: Tape, whole: Shape, a: Shape, b: Shape): { axes: Axis[]; unit: number } {
  const [W, A, B] = [whole, a, b].map(threeAxes) as [ThreeAxes, ThreeAxes, ThreeAxes];
  let order: readonly number[] = [2, 0, 1];
  let unit = GROUP_BYTES;
  if (tape.layout === "image") {
    // Channels are the lanes of one image by itself: it has no loop over them.
    if (A[2] !== W[2] || B[2] !== W[2]) throw new OneImageRefused(tape.builder.layer ?? "");
    order = [0, 1];
    unit = Math.ceil(W[2] / 4) * 16;
  }
  const axes: Axis[] = [];
  let [bytesOfA, bytesOfB] = [unit, unit];
  let isContiguous = true;
  for (const axis of [...order].reverse()) {
    const [size, m, n] = [W[axis]!, A[axis]!, B[axis]!];
    if (size === 1) continue;
    if (isContiguous && m === size && n === size) {
      unit *= size;
      bytesOfA = unit;
      bytesOfB = unit;
      continue;
    }
    isContiguous = false;
    axes.unshift({ size, a: m === 1 ? 0 : bytesOfA, b: n === 1 ? 0 : bytesOfB });
    bytesOfA *= m;
    bytesOfB *= n;
  }
  return { axes, unit };
}

type ThreeAxes = readonly [rows: number, columns: number, channels: number];

function threeAxes(shape: Shape): ThreeAxes {
  return [1, 1, 1, ...shape].slice(-3) as unknown as ThreeAxes;
}
