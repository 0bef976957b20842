import type { SweepJson } from "./sweep-results.ts";

/** The values that an axis shows. */
export interface Shown {
  readonly min: number;
  readonly max: number;
  /** How many values are worse: they are drawn at the end of the axis. */
  readonly beyond: number;
}

/**
 * The range of values without those that are far worse than most: beyond Tukey's fence, 1.5 times the distance of the
 * quartiles from the worse one. A trial that did not learn would press all others into a corner; where they still have
 * a quarter of the axis, it shows all values.
 */
export function fenced({ metric }: Pick<SweepJson, "metric">, values: readonly number[]): Shown {
  if (values.length === 0) return { min: 0, max: 1, beyond: 0 };
  const sign = metric === "val_loss" ? -1 : 1;
  // The worst first.
  const sorted = values.map((value) => sign * value).sort((a, b) => a - b);
  const quartile = (share: number) => sorted[Math.round((sorted.length - 1) * share)]!;
  const fence = quartile(0.25) - 1.5 * (quartile(0.75) - quartile(0.25));
  const within = sorted.filter((value) => value >= fence);
  const isCrowded = within.at(-1)! - within[0]! < (sorted.at(-1)! - sorted[0]!) / 4;
  const kept = isCrowded ? within : sorted;
  const ends = [sign * kept[0]!, sign * kept.at(-1)!];
  return { min: Math.min(...ends), max: Math.max(...ends), beyond: sorted.length - kept.length };
}

/** `2 trials are worse than the axis shows (arrows)`, or nothing. */
export function beyondNote({ beyond }: Shown): string {
  if (beyond === 0) return "";
  return beyond === 1
    ? "1 trial is worse than the axis shows (arrow)"
    : `${beyond} trials are worse than the axis shows (arrows)`;
}
