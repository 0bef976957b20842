import { grid } from "./grid.ts";
import { randomSearch } from "./random-search.ts";
import type { Sampler } from "./sampler.ts";
import { sobol } from "./sobol.ts";

/** Every sampler by its name in a sweep file. */
export const samplers = { grid, random: randomSearch, sobol } as const satisfies Readonly<Record<string, Sampler>>;

export type SamplerName = keyof typeof samplers;

export const samplerNames = Object.keys(samplers) as SamplerName[];
