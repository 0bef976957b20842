/** Precision, recall and F1 of a class; null where there is nothing to divide by. */
export interface ClassReport {
  readonly name: string;
  /** The share of right ones among the images predicted as this class. */
  readonly precision: number | null;
  /** The share of right ones among the images of this class. */
  readonly recall: number | null;
  /** The harmonic mean of both. */
  readonly f1: number | null;
  /** Images of this class. */
  readonly support: number;
}

/** Each class's report, from a confusion matrix; classes without a name are called by their number. */
export function classReports(confusion: readonly (readonly number[])[], names: readonly string[]): ClassReport[] {
  return confusion.map((row, k) => {
    const right = row[k]!;
    const support = row.reduce((sum, count) => sum + count, 0);
    const predicted = confusion.reduce((sum, other) => sum + other[k]!, 0);
    return {
      name: names[k] ?? String(k),
      precision: predicted > 0 ? right / predicted : null,
      recall: support > 0 ? right / support : null,
      f1: predicted + support > 0 ? (2 * right) / (predicted + support) : null,
      support,
    };
  });
}
