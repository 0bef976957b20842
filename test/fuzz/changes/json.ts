/** Changes of JSON that keep it JSON: of values, keys, lists, and of JSON in its texts. */
import type { Change, Draw } from "../draw.ts";
import { changedBytes, edge } from "./bytes.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Stands for a value that no writer of JSON takes: it is put into the text. */
const [DEEP, HUGE] = ["\u0001deep", "\u0001huge"];

const values = (draw: Draw): Json =>
  draw.pick<Json>([
    ...[null, true, false, 0, -1, 0.5, 1e9, 1e308, -1e308, 2 ** 53, 1e-300, edge(draw), -edge(draw)],
    ...["", "a", "__proto__", "constructor", "x".repeat(10_000), "\u202e\u001b[31m", "../../a", "NaN", "1e9", "{}"],
    ...[[], {}, [1, 2, 3], [null], { a: 1 }, [[[[]]]], [-1, -1], [1e9, 1e9], DEEP, HUGE],
  ]);

const keys = ["__proto__", "constructor", "toString", "hasOwnProperty", "length", "", "0", "name", "config"];

/** A change of JSON; of a file that is none, of its bytes. */
export const changedJson: Change = (bytes, draw) => {
  try {
    const json = JSON.parse(new TextDecoder().decode(bytes)) as Json;
    return new TextEncoder().encode(textOf(changedValue(json, draw), draw));
  } catch {
    return changedBytes(bytes, draw); // no JSON, or too deep to be written
  }
};

function textOf(value: Json, draw: Draw): string {
  const depth = draw.pick([100, 3000, 100_000]);
  return JSON.stringify(value)
    .replaceAll(`"${escaped(DEEP)}"`, () =>
      draw.chance(0.5) ? "[".repeat(depth) + "]".repeat(depth) : `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
    )
    .replaceAll(`"${escaped(HUGE)}"`, "1e999");
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Another value in a random place. */
export function changedValue(json: Json, draw: Draw): Json {
  const children = childrenOf(json);
  // Deeper places are as likely as the first ones.
  if (children.length > 0 && draw.chance(0.85)) {
    const [key, child] = draw.pick(children);
    return replaced(json, key, changedValue(child, draw));
  }
  if (typeof json === "string" && /^\s*[[{]/.test(json) && draw.chance(0.9)) {
    try {
      return textOf(changedValue(JSON.parse(json) as Json, draw), draw);
    } catch {
      return values(draw);
    }
  }
  if (children.length === 0)
    return draw.chance(0.3) && typeof json === "number" ? numberNear(json, draw) : values(draw);
  const [key, child] = draw.pick(children);
  const [, other] = draw.pick(children);
  switch (draw.below(8)) {
    case 0:
      return values(draw);
    case 1:
      return without(json, key);
    case 2:
      return replaced(json, key, other);
    case 3:
      return replaced(json, key, [child]);
    case 4:
      return Array.isArray(json)
        ? Array.from({ length: draw.pick([2, 100, 2000]) }, () => child)
        : fromEntries([...children, [draw.pick(keys), child]]);
    case 5:
      return Array.isArray(json)
        ? [...json, ...json]
        : renamed(json, key, draw.pick([...keys, ...children.map(([name]) => name)]));
    case 6:
      return Array.isArray(json) ? json.toReversed() : renamed(json, key, `${key}${draw.below(10)}`);
    default:
      return replaced(json, key, { [draw.pick(keys)]: child });
  }
}

function numberNear(value: number, draw: Draw): number {
  return draw.pick([value + 1, value - 1, -value, value * 2, value / 2, value * 1000, value + 0.5]);
}

function childrenOf(json: Json): (readonly [string, Json])[] {
  return typeof json === "object" && json !== null ? Object.entries(json) : [];
}

function replaced(json: Json, key: string, child: Json): Json {
  if (Array.isArray(json)) return json.with(Number(key), child);
  return fromEntries(childrenOf(json).map(([name, value]) => [name, name === key ? child : value]));
}

function without(json: Json, key: string): Json {
  if (Array.isArray(json)) return json.toSpliced(Number(key), 1);
  return fromEntries(childrenOf(json).filter(([name]) => name !== key));
}

function renamed(json: Json, key: string, name: string): Json {
  return fromEntries(childrenOf(json).map(([each, value]) => [each === key ? name : each, value]));
}

/** Also `__proto__` becomes a key. */
function fromEntries(entries: (readonly [string, Json])[]): Json {
  return Object.fromEntries(entries);
}

/** Changes the longest JSON text within a binary file, which keeps its size where the text does not become longer. */
export const changedInnerJson: Change = (bytes, draw) => {
  const found = jsonIn(bytes);
  if (!found) return changedBytes(bytes, draw);
  const [from, end] = found;
  const made = changedJson(bytes.subarray(from, end), draw);
  if (made.length > end - from) return changedBytes(bytes, draw);
  const copy = bytes.slice().fill(32, from, end);
  copy.set(made, from);
  return copy;
};

const known = new WeakMap<ArrayBufferLike, [number, number] | null>();

function jsonIn(bytes: Uint8Array): [number, number] | null {
  const kept = known.get(bytes.buffer);
  if (kept !== undefined) return kept;
  let best: [number, number] | null = null;
  for (let at = bytes.indexOf(0x7b); at >= 0; at = bytes.indexOf(0x7b, at + 1)) {
    if (best && at < best[1]) continue;
    const end = bytes.indexOf(0, at) < 0 ? bytes.length : bytes.indexOf(0, at);
    const text = new TextDecoder().decode(bytes.subarray(at, end));
    const size = text.lastIndexOf("}") + 1;
    try {
      JSON.parse(text.slice(0, size));
    } catch {
      continue;
    }
    if (!best || size > best[1] - best[0]) best = [at, at + size];
  }
  known.set(bytes.buffer, best);
  return best;
}
