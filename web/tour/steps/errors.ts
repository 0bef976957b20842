import { outputsProbabilities, readsDigits } from "../network.ts";
import type { Page, Step } from "../step.ts";
import { counted, name, percent, say, type Text, term } from "../text.ts";

export interface ErrorFacts {
  readonly kind: string;
  readonly classNames: readonly string[];
  readonly images: number;
  readonly wrong: number;
  /** The mistake made most often. */
  readonly worst: { readonly actual: number; readonly predicted: number; readonly count: number } | undefined;
  readonly confusion: readonly (readonly number[])[] | undefined;
  readonly givesShares: boolean;
}

export function errorFacts({ network, evaluation }: Page): ErrorFacts {
  const confusion = evaluation?.confusion;
  const cells = (confusion ?? []).flatMap((row, actual) =>
    row.map((count, predicted) => ({ actual, predicted, count })),
  );
  const mistakes = cells.filter(({ actual, predicted, count }) => actual !== predicted && count > 0);
  return {
    kind: readsDigits(network) ? "digit" : "class",
    classNames: network.classNames,
    images: cells.reduce((sum, { count }) => sum + count, 0),
    wrong: mistakes.reduce((sum, { count }) => sum + count, 0),
    worst: mistakes.toSorted((a, b) => b.count - a.count)[0],
    confusion,
    givesShares: outputsProbabilities(network),
  };
}

export const errors: Step<ErrorFacts> = {
  name: "errors",
  question: () => "Where does it fail?",
  facts: errorFacts,
  view: () => ({}),
  text(facts) {
    const { confusion, images, wrong, kind } = facts;
    if (!confusion)
      return [say`To find out, the network has to read pictures that it did not learn from: test pictures.`];
    return [
      wrong === 0
        ? say`The network has now read ${images} test pictures, which it did not learn from, and all of them correctly.`
        : say`The network has now read ${images} test pictures, which it did not learn from. It got ${wrong} wrong: ${percent(wrong / images)}. But which?`,
      say`Each picture counts in one cell of this table: the row is the ${kind} that it shows, the column is the answer. Right answers lie on the diagonal. This is a ${term("confusion matrix")}.`,
    ];
  },
  figure: () => "errors",
  task: {
    prompt: () => say`Open a cell off the diagonal, and look at its pictures. Would you have known?`,
    done({ now, answers: { cell } }) {
      const { confusion, wrong } = errorFacts(now);
      if (!confusion || !cell) return false;
      return (cell.actual !== cell.predicted || wrong === 0) && (confusion[cell.actual]?.[cell.predicted] ?? 0) > 0;
    },
    result(facts, { answers: { cell } }) {
      const count = cell && facts.confusion?.[cell.actual]?.[cell.predicted];
      return count === undefined ? undefined : say`${mistake(facts, cell!)}: ${counted(count, "picture")}.`;
    },
  },
  why(facts) {
    const { worst } = facts;
    if (!worst) return [];
    return [
      say`The mistake it makes most often is ${mistake(facts, worst)}: ${counted(worst.count, "time")}. Mistakes are not spread evenly. They lie where two shapes are alike, and that is where more examples would help.`,
      say`Some of these pictures are hard for you, too. Others are easy, and the network is wrong all the same. It sees no ${facts.kind}, only what its kernels ask for.`,
    ];
  },
};

function mistake(
  { classNames }: ErrorFacts,
  { actual, predicted }: { readonly actual: number; readonly predicted: number },
): Text {
  return say`${name(classNames[actual]!)} read as ${name(classNames[predicted]!)}`;
}
