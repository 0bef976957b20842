/** Changes of a pickle by whole steps of its little machine. */
import { type Change, joined } from "../draw.ts";
import { changedBytes } from "./bytes.ts";

const latin1 = (text: string) => Array.from(text, (character) => character.charCodeAt(0));

/** Steps that make, take, keep and call values; names that a hostile file asks for. */
const steps: readonly (readonly number[])[] = [
  ...[..."(012NIJKMRabdehlostu)]}.\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x93\x94Q"].map((step) => latin1(step)),
  ...[
    "K\x00",
    "K\xff",
    "M\xff\xff",
    "J\xff\xff\xff\x7f",
    "J\xff\xff\xff\xff",
    "G\x7f\xf8\0\0\0\0\0\0",
    "q\x00",
    "h\x00",
  ].map(latin1),
  ...["\x8a\x01\xff", "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f", "X\x01\0\0\0a", "X\x09\0\0\0__proto__", "U\x01a"].map(
    latin1,
  ),
  ...["cos\nsystem\n", "cbuiltins\neval\n", "ccollections\nOrderedDict\n", "ctorch\nFloatStorage\n"].map(latin1),
  ...["ctorch._utils\n_rebuild_tensor_v2\n", "c__builtin__\nset\n", "cnumpy\nndarray\n", "Va\n", "S'a'\n", "I01\n"].map(
    latin1,
  ),
];

export const changedPickle: Change = (bytes, draw) => {
  if (draw.chance(0.3)) return changedBytes(bytes, draw);
  const at = 2 + draw.below(Math.max(1, bytes.length - 2));
  const added = Array.from({ length: draw.pick([1, 1, 2, 3, 1000]) }, () => draw.pick(steps)).flat();
  return joined([bytes.subarray(0, at), added, bytes.subarray(at + (draw.chance(0.5) ? 0 : draw.below(3)))]);
};
