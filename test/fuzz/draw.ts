import { random } from "../../src/core/random.ts";

/** Choices at random; the same case of the same seed makes the same ones. */
export interface Draw {
  /** A whole number in [0, limit); 0 where the limit is. */
  below(limit: number): number;
  pick<Value>(list: readonly Value[]): Value;
  chance(share: number): boolean;
}

export function drawOf(seed: number, reader: string, number: number): Draw {
  const { uniform } = random(seed, "fuzz", reader, number);
  const below = (limit: number) => Math.floor(uniform() * limit);
  return { below, pick: (list) => list[below(list.length)]!, chance: (share) => uniform() < share };
}

/** Makes another file of one; the bytes that it gets stay as they are. */
export type Change = (bytes: Uint8Array, draw: Draw) => Uint8Array;

/** Parts one after the other. */
export function joined(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
