/** Which class a network answers along a slider. */
import type { Answers } from "../networks/breaking.ts";

/** A part of the range with one answer, as shares of the whole range. */
export interface Run {
  readonly label: number;
  readonly from: number;
  readonly to: number;
}

/** The answers' runs, in order, without gaps. Each point stands for the range halfway to its neighbours. */
export function runsOf({ scores, classes, at }: Answers, smallestWins: boolean): Run[] {
  const runs: Run[] = [];
  const last = at.length - 1;
  for (let i = 0; i <= last; i++) {
    const row = scores.subarray(i * classes, (i + 1) * classes);
    const best = smallestWins ? Math.min(...row) : Math.max(...row);
    const label = row.indexOf(best);
    const to = i === last ? 1 : (i + 0.5) / last;
    const before = runs.at(-1);
    if (before?.label === label) runs[runs.length - 1] = { ...before, to };
    else runs.push({ label, from: before?.to ?? 0, to });
  }
  return runs;
}

/** The line of each class as points of an SVG, 100 wide and `height` high: what wins is on top. */
export function linesOf({ scores, classes, at }: Answers, smallestWins: boolean, height: number): string[] {
  const areShares = !smallestWins && scores.every((score) => score >= 0 && score <= 1);
  const least = areShares ? 0 : scores.reduce((low, score) => Math.min(low, score), Number.POSITIVE_INFINITY);
  const most = areShares ? 1 : scores.reduce((high, score) => Math.max(high, score), Number.NEGATIVE_INFINITY);
  const y = (score: number) => {
    const share = most > least ? (score - least) / (most - least) : 0.5;
    return (height - 2) * (smallestWins ? share : 1 - share) + 1;
  };
  return Array.from({ length: classes }, (_, label) =>
    at
      .map((_, i) => `${((100 * i) / (at.length - 1)).toFixed(2)},${y(scores[i * classes + label]!).toFixed(2)}`)
      .join(" "),
  );
}
