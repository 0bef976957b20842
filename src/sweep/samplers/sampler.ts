import type { Settings } from "../settings.ts";
import type { Space } from "../space.ts";

/** Chooses the settings of trials. */
export interface Sampler {
  /** Whether it has an end, and takes settings with listed values only. */
  readonly isFinite: boolean;
  /** The most settings that may vary; default: any number. */
  readonly most?: number;
  /** The settings of one trial after another, which depend on nothing but the space and the seed. */
  settings(space: Space, seed: number): Generator<Settings>;
}
