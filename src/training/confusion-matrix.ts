/** A confusion matrix without images. counts[t][p]: images of class t that were predicted as class p. */
export function emptyConfusionMatrix(classes: number): number[][] {
  return Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
}

/** Adds images to a confusion matrix. */
export function addToConfusionMatrix(
  counts: readonly number[][],
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
): void {
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]![predicted[i]!]!++;
}
