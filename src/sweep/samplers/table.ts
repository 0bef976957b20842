import type { Choice } from "../choice.ts";
import { grid } from "./grid.ts";
import { randomSearch } from "./random-search.ts";
import type { Sampler } from "./sampler.ts";
import { sobol } from "./sobol.ts";

/** Every sampler by its name in a sweep file. */
const samplers = { grid, random: randomSearch, sobol } as const satisfies Readonly<Record<string, Sampler>>;

export type SamplerName = keyof typeof samplers;

/** What draws the trials: with halving, that of its first rung. */
export function samplerOf(choose: Choice): Sampler {
  return samplers["from" in choose ? choose.from : choose.by];
}

export const samplerNames = Object.keys(samplers) as SamplerName[];
