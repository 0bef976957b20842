import { barChart } from "../drawing/bar-chart.ts";
import type { Figure } from "../drawing/figure.ts";
import { counted, percent } from "../drawing/numbers.ts";
import type { SweepJson } from "./sweep-results.ts";
import { atOneEpoch, metricName, type ValuedTrial } from "./values.ts";

/** Numbers of more values than this are put into as many groups. */
const GROUPS = 4;

/** How much of the differences between trials a setting explains. */
export interface Importance {
  /** The name of the setting. */
  readonly name: string;
  /** From 0 to 1; null where there are too few trials to say. */
  readonly share: number | null;
}

/**
 * The importance of each setting by itself: the trials are grouped by its value, numbers of more than four values into
 * four groups of equal size, and the share of the variance between the trials' values that lies between groups is
 * corrected for what chance alone gives (epsilon squared: T. L. Kelley, 1935). Effects that two settings have only
 * together count for neither.
 */
export function settingImportance(sweep: SweepJson): Importance[] {
  const { trials } = atOneEpoch(sweep);
  return sweep.varied
    .map(({ name }) => ({ name, share: explained(groupsBy(trials, name)) }))
    .sort((a, b) => (b.share ?? -1) - (a.share ?? -1));
}

/** Whether there are at least two trials for each setting: of fewer, shares of the variance are chance. */
export function isImportanceKnown(sweep: SweepJson): boolean {
  return atOneEpoch(sweep).trials.length >= 2 * sweep.varied.length;
}

/** {@link settingImportance} as bars. */
export function importanceBars(sweep: SweepJson): Figure {
  const title = "Importance of each setting";
  const { epoch, trials } = atOneEpoch(sweep);
  const colour = "var(--training)";
  if (!isImportanceKnown(sweep)) {
    const [few, settings] = [counted(trials.length, "trial"), counted(sweep.varied.length, "setting")];
    return barChart({ title, bars: [], colour, empty: `too few trials to say: ${few} for ${settings}` });
  }
  const shares = settingImportance(sweep);
  const value = `${metricName(sweep)} after epoch ${epoch}, ${trials.length} trials`;
  if (shares.every(({ share }) => share === 0)) {
    const isEqual = new Set(trials.map((trial) => trial.value)).size === 1;
    const empty = isEqual ? "all trials have the same value" : "no setting explains the differences by itself";
    return barChart({ title, note: value, bars: [], colour, empty });
  }
  const bars = shares.map(({ name, share }) => ({
    name,
    value: share ?? Number.NaN,
    text: share === null ? "too few trials" : percent(share, 0),
  }));
  return barChart({
    title,
    note: `share of the variance of ${value}; dashed: all of it`,
    bars,
    colour,
    mark: 1,
    empty: "no settings",
  });
}

function groupsBy(trials: readonly ValuedTrial[], name: string): number[][] {
  const settings = trials.map(({ settings }) => settings[name]);
  const numbers = settings.filter((value) => typeof value === "number").sort((a, b) => a - b);
  const isSpread =
    new Set(numbers).size > GROUPS && numbers.length === settings.filter((value) => value !== undefined).length;
  const limits = Array.from(
    { length: GROUPS - 1 },
    (_, i) => numbers[Math.floor(((i + 1) * numbers.length) / GROUPS)]!,
  );
  const groups = new Map<unknown, number[]>();
  trials.forEach(({ value }, i) => {
    const setting = settings[i];
    const key = isSpread && typeof setting === "number" ? limits.filter((limit) => setting >= limit).length : setting;
    groups.set(key, [...(groups.get(key) ?? []), value]);
  });
  return [...groups.values()];
}

/** Epsilon squared of groups; null where no group has two values or there is one group only. */
function explained(groups: readonly (readonly number[])[]): number | null {
  const all = groups.flat();
  const within = all.length - groups.length;
  if (groups.length < 2 || within < 1) return null;
  // Their mean may differ from them in its last bit, which would be all of the variance.
  if (new Set(all).size === 1) return 0;
  const mean = meanOf(all);
  const total = sumOf(all.map((value) => (value - mean) ** 2));
  const between = sumOf(groups.map((group) => group.length * (meanOf(group) - mean) ** 2));
  const chance = ((groups.length - 1) * (total - between)) / within;
  return Math.max(0, (between - chance) / total);
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const meanOf = (values: readonly number[]) => sumOf(values) / values.length;
