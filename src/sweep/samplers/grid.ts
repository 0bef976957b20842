import type { Settings, Value } from "../settings.ts";
import { isNeeded } from "../space.ts";
import type { Sampler } from "./sampler.ts";

/** Every combination of the values, the last setting varying first. */
export const grid: Sampler = {
  isFinite: true,
  *settings({ fixed, varied }) {
    yield* from({ ...fixed }, 0);

    function* from(settings: Record<string, Value>, i: number): Generator<Settings> {
      const [name, variation] = varied[i] ?? [];
      if (name === undefined || variation === undefined) yield settings;
      else if (!isNeeded(variation, settings)) yield* from(settings, i + 1);
      else if ("values" in variation.of)
        for (const value of variation.of.values) yield* from({ ...settings, [name]: value }, i + 1);
    }
  },
};
