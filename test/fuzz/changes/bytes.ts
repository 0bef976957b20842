/** Changes of a file that know nothing of its format. */
import { type Change, type Draw, joined } from "../draw.ts";

/** Numbers at the edges of types, of sizes that readers check, and of what memory holds. */
const edges = [
  ...[0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 255, 256, 1023, 4095, 32767, 32768, 65535, 65536],
  ...[2 ** 20, 2 ** 24, 2 ** 26, 2 ** 28, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 53],
];
const wideEdges = [...edges.map(BigInt), 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 8n];

/** A place in a file: half of the time near its start or its end, where headers and directories are. */
function place(size: number, draw: Draw): number {
  const kind = draw.below(10);
  if (kind < 4) return draw.below(Math.min(size, 128));
  if (kind < 5) return size - 1 - draw.below(Math.min(size, 64));
  return draw.below(size);
}

/** The start and the end of a part of a file, mostly a short one. */
function span(size: number, draw: Draw): [number, number] {
  const from = place(size, draw);
  const length = 1 + draw.below(draw.chance(0.8) ? 16 : size);
  return [from, Math.min(size, from + length)];
}

const changes: readonly Change[] = [
  function someBytes(bytes, draw) {
    const made = bytes.slice();
    for (let left = 1 + draw.below(3); left > 0; left--)
      made[place(made.length, draw)] = draw.pick([draw.below(256), 0, 1, 0x7f, 0x80, 0xff]);
    return made;
  },
  function aBit(bytes, draw) {
    const made = bytes.slice();
    made[place(made.length, draw)]! ^= 1 << draw.below(8);
    return made;
  },
  function aNumber(bytes, draw) {
    const size = draw.pick([2, 4, 4, 8]);
    if (bytes.length < size) return bytes;
    const made = bytes.slice();
    const at = Math.min(place(bytes.length, draw), bytes.length - size);
    const aligned = draw.chance(0.5) ? at - (at % size) : at;
    const view = new DataView(made.buffer);
    const value = draw.chance(0.2) ? BigInt(Math.max(0, bytes.length - 4 + draw.below(8))) : draw.pick(wideEdges);
    const isLittle = draw.chance(0.5);
    if (size === 8) view.setBigUint64(aligned, value, isLittle);
    else if (size === 4) view.setUint32(aligned, Number(BigInt.asUintN(32, value)), isLittle);
    else view.setUint16(aligned, Number(BigInt.asUintN(16, value)), isLittle);
    return made;
  },
  function aLittleMore(bytes, draw) {
    const made = bytes.slice();
    made[place(made.length, draw)]! += draw.below(9) - 4;
    return made;
  },
  function aDecimal(bytes, draw) {
    const from = place(bytes.length, draw);
    const isDigit = (at: number) => bytes[at]! >= 48 && bytes[at]! <= 57;
    let at = from;
    while (at < bytes.length && at < from + 2000 && !isDigit(at)) at++;
    if (!isDigit(at)) return someOther(bytes, draw);
    let end = at;
    while (end < bytes.length && isDigit(end)) end++;
    const text = draw.pick(["0", "-1", "1e9", "1e308", "1e400", "0.5", "null", '"a"', "[]", `${draw.pick(edges)}`]);
    // Of the same length, other parts of the file stay where they are.
    const fitting = draw.chance(0.5) && text.length <= end - at ? text.padEnd(end - at, " ") : text;
    return joined([bytes.subarray(0, at), new TextEncoder().encode(fitting), bytes.subarray(end)]);
  },
  function cut(bytes, draw) {
    return bytes.slice(0, draw.chance(0.5) ? bytes.length - 1 - draw.below(16) : draw.below(bytes.length));
  },
  function without(bytes, draw) {
    const [from, end] = span(bytes.length, draw);
    return joined([bytes.subarray(0, from), bytes.subarray(end)]);
  },
  function withMore(bytes, draw) {
    const at = draw.chance(0.2) ? bytes.length : place(bytes.length, draw);
    const added = Array.from({ length: 1 + draw.below(8) }, () => draw.pick([draw.below(256), 0, 255]));
    return joined([bytes.subarray(0, at), added, bytes.subarray(at)]);
  },
  function aPartTwice(bytes, draw) {
    const [from, end] = span(bytes.length, draw);
    const at = place(bytes.length, draw);
    return joined([bytes.subarray(0, at), bytes.subarray(from, end), bytes.subarray(at)]);
  },
  function aPartElsewhere(bytes, draw) {
    const [from, end] = span(bytes.length, draw);
    const made = bytes.slice();
    made.copyWithin(place(bytes.length, draw), from, end);
    return made;
  },
  function aPartFilled(bytes, draw) {
    const [from, end] = span(bytes.length, draw);
    return bytes.slice().fill(draw.pick([0, 255, 0x80, draw.below(256)]), from, end);
  },
];

function someOther(bytes: Uint8Array, draw: Draw): Uint8Array {
  return changes[0]!(bytes, draw);
}

/** Changes bytes, numbers in bytes or digits, takes parts out, doubles them, or cuts the end off. */
export const changedBytes: Change = (bytes, draw) => {
  if (bytes.length === 0) return Uint8Array.of(draw.below(256));
  return draw.pick(changes)(bytes, draw);
};

/** An edge, for fields of any format. */
export function edge(draw: Draw): number {
  return draw.pick(edges);
}
