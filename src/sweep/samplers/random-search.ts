import { random } from "../../core/random.ts";
import { settingsFrom } from "../space.ts";
import { valueAt } from "../variation.ts";
import type { Sampler } from "./sampler.ts";

/** Independent draws: every value of a list and every part of a range are equally likely. */
export const randomSearch: Sampler = {
  isFinite: false,
  *settings(space, seed) {
    for (let i = 0; ; i++) {
      const drawn = random(seed, "sweep", i);
      const places = space.varied.map(() => drawn.uniform());
      yield settingsFrom(space, (of, k) => valueAt(of, places[k]!));
    }
  },
};
