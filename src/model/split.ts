/** Fewer images of a class than this may be missing from a part by chance. */
const EXPECTED = 5;

/**
 * The classes that one part of a split lacks, where the labels of the other part suggest that they are sorted by class:
 * those without an image for training, and those without one for validation that should have at least 5.
 */
export function missingClasses(
  labels: ArrayLike<number>,
  classes: number,
  train: number,
): { training: number[]; validation: number[] } {
  const counts = { training: new Array<number>(classes).fill(0), validation: new Array<number>(classes).fill(0) };
  for (let i = 0; i < labels.length; i++) counts[i < train ? "training" : "validation"][labels[i]!]!++;
  const all = Array.from({ length: classes }, (_, k) => k);
  const share = (labels.length - train) / labels.length;
  return {
    training: all.filter((k) => counts.training[k] === 0 && counts.validation[k]! > 0),
    validation: all.filter((k) => counts.validation[k] === 0 && counts.training[k]! * share >= EXPECTED),
  };
}

/** One line about classes that a split from the end leaves out; undefined where there are none. */
export function splitWarning(labels: ArrayLike<number>, classes: number, train: number): string | undefined {
  const { training, validation } = missingClasses(labels, classes, train);
  if (training.length === 0 && validation.length === 0) return undefined;
  const named = (list: number[]) =>
    `${list.length === 1 ? "class" : "classes"} ${list.slice(0, 10).join(", ")}${list.length > 10 ? ", ..." : ""}`;
  const missing = [
    ...(training.length > 0 ? [`no training image of ${named(training)}`] : []),
    ...(validation.length > 0 ? [`no validation image of ${named(validation)}`] : []),
  ];
  return `fit validationSplit: the validation images are the last ${labels.length - train}, which leaves ${missing.join(" and ")}: shuffle images and labels first if they are sorted by class`;
}
