/** Precision, recall and F1 of a class; null where the denominator is 0. */
export interface ClassReport {
  /** The class's name, or its number as text. */
  readonly name: string;
  /** The share of images predicted as this class that are of this class. */
  readonly precision: number | null;
  /** The share of images of this class that are predicted as this class. */
  readonly recall: number | null;
  /** The harmonic mean of precision and recall. */
  readonly f1: number | null;
  /** Images of this class. */
  readonly support: number;
}

/** The report of each class, from a confusion matrix; a class without a name gets its number. */
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
