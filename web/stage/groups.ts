/** Groups of maps that see alike: with the connections of Table I of the paper, the maps of C3 stand in such rows. */

/** Maps that stand in a row. */
export interface Group {
  /** What they see. */
  readonly text: string;
  readonly row: number;
  /** The column of its first map. */
  readonly column: number;
  readonly count: number;
}

const words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"];

/**
 * Consecutive maps that see as many maps in the same manner. Empty where that makes no picture: all maps see all, or
 * groups have more than eight maps.
 *
 * @param inputs the number of maps that can be seen
 */
export function groupsOf(table: readonly (readonly number[])[] | undefined, inputs: number): Group[] {
  if (!table || table.length > 48) return [];
  const groups: { text: string; count: number }[] = [];
  for (const seen of table) {
    const text = description(seen, inputs);
    const last = groups.at(-1);
    if (last?.text === text) last.count++;
    else groups.push({ text, count: 1 });
  }
  if (groups.length < 2 || groups.length > 6 || groups.some(({ count }) => count > 8)) return [];
  const widest = Math.max(...groups.map(({ count }) => count));
  const placed: Group[] = [];
  let [row, free] = [-1, 0];
  for (const { text, count } of groups) {
    // A group that leaves a free column before it shares the row of the group before, at its right end.
    if (count < free) free = 0;
    else {
      row++;
      free = widest - count;
    }
    const isShared = placed.at(-1)?.row === row;
    placed.push({ text, count, row, column: isShared ? widest - count : 0 });
  }
  return placed;
}

function description(seen: readonly number[], inputs: number): string {
  if (seen.length === inputs) return "all";
  const count = words[seen.length] ?? String(seen.length);
  return isRun(seen, inputs) ? `${count} neighbours` : `${count} with a gap`;
}

/** Whether the maps are neighbours; the last and the first are. */
function isRun(seen: readonly number[], inputs: number): boolean {
  const gaps = seen.filter((map) => !seen.includes((map + 1) % inputs)).length;
  return gaps <= 1;
}
