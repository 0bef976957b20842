import type { Settings, Value } from "./settings.ts";
import type { Variation } from "./variation.ts";

/** All that a trial can be. */
export interface Space {
  /** Settings of every trial. */
  readonly fixed: Settings;
  /** Those that vary, in an order in which each comes after those that it depends on. */
  readonly varied: readonly (readonly [name: string, variation: Variation])[];
}

/** Whether a trial with these settings has one more. */
export function isNeeded({ when }: Variation, settings: Settings): boolean {
  return Object.entries(when).every(([name, values]) => values.some((value) => value === settings[name]));
}

/**
 * Puts settings into an order in which each comes after those of its conditions; otherwise the order stays.
 * @returns a setting that depends on itself, where there is one
 */
export function inOrder(
  variations: Readonly<Record<string, Variation>>,
): { readonly varied: Space["varied"] } | { readonly circular: string } {
  const waiting = Object.entries(variations);
  const varied: [string, Variation][] = [];
  while (waiting.length > 0) {
    const isReady = ([, { when }]: [string, Variation]) =>
      Object.keys(when).every((name) => !waiting.some(([other]) => other === name));
    const next = waiting.findIndex(isReady);
    if (next < 0) return { circular: waiting[0]![0] };
    varied.push(...waiting.splice(next, 1));
  }
  return { varied };
}

/** The settings of a trial, whose varied ones get their values from `choose`. */
export function settingsFrom({ fixed, varied }: Space, choose: (of: Variation["of"], i: number) => Value): Settings {
  const settings: Record<string, Value> = { ...fixed };
  for (const [i, [name, variation]] of varied.entries())
    if (isNeeded(variation, settings)) settings[name] = choose(variation.of, i);
  return settings;
}
