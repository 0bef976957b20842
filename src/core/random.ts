import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { cos, ln } from "./elementary.ts";

/** A stream of random numbers; the same seed and names give the same stream in every JavaScript engine. */
export interface Random {
  /** A number in [low, high); defaults 0 and 1. */
  uniform(low?: number, high?: number): number;
  /** Fills a list with what as many calls of `uniform` return; more than twice as fast. */
  uniforms(list: Float32Array, low: number, high: number): void;
  /** Fills a list with numbers in [low, high) of 32 random bits each; more than twice as fast as calls of `uniform`. */
  fill(list: Float64Array, low: number, high: number): void;
  /** A whole number in [0, count). */
  integer(count: number): number;
  /** A number from the normal distribution with mean 0 and standard deviation 1. */
  normal(): number;
  /** Shuffles in place (Fisher-Yates); returns the same array. */
  shuffle<List extends Uint32Array | unknown[]>(list: List): List;
}

/**
 * The stream of a seed and a path of names, e.g. `random(1, "shuffle", epoch)`. Streams of different paths are
 * independent: drawing more numbers from one does not change another.
 */
export function random(seed: number, ...path: (string | number)[]): Random {
  const generator = xoroshiro128plus(hash32(JSON.stringify([seed, ...path])));
  const uniform = (low = 0, high = 1): number => low + (high - low) * uniformFloat64(generator);
  const integer = (count: number): number => uniformInt(generator, 0, count - 1);
  return {
    uniform,
    uniforms(list, low, high) {
      for (let i = 0; i < list.length; i++) list[i] = low + (high - low) * uniformFloat64(generator);
    },
    fill(list, low, high) {
      const [middle, unit] = [(low + high) / 2, (high - low) / 2 ** 32];
      for (let i = 0; i < list.length; i++) list[i] = middle + unit * generator.next();
    },
    integer,
    // Box-Muller
    normal: () => Math.sqrt(-2 * ln(1 - uniform())) * cos(2 * Math.PI * uniform()),
    shuffle(list) {
      for (let last = list.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        const kept = list[last];
        list[last] = list[other];
        list[other] = kept;
      }
      return list;
    },
  };
}

/** 32-bit hash of a text: FNV-1a, then MurmurHash3's finalizer, so that similar texts give unrelated numbers. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
