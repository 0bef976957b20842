/** A confusion matrix of no images. counts[t][p]: images of class t that were predicted as class p. */
export function emptyConfusionMatrix(classes: number): number[][] {
  return Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
}

/** Counts more images into a confusion matrix. */
export function addToConfusionMatrix(
  counts: readonly number[][],
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
): void {
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]![predicted[i]!]!++;
}
