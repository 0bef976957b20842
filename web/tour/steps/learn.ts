import type { Training } from "../../state/training.ts";
import { readsDigits } from "../network.ts";
import type { Step } from "../step.ts";
import { counted, decimal, percent, say, term } from "../text.ts";

/** What a training has shown so far. */
export interface Progress {
  readonly firstLoss: number;
  readonly lastLoss: number;
  readonly epochs: number;
  readonly best: { readonly epoch: number; readonly accuracy: number } | undefined;
}

interface Facts {
  readonly classes: number;
  /** The loss of equal shares; undefined where the loss is another. */
  readonly guessing: number | undefined;
  readonly kind: string;
  readonly progress: Progress | undefined;
}

export const learn: Step<Facts> = {
  name: "learn",
  question: () => "How did it learn?",
  facts({ network, training }) {
    const classes = training?.plan?.classes ?? network.classNames.length;
    return {
      classes,
      guessing: training?.plan ? training.plan.guessing : Math.log(classes),
      kind: readsDigits(network) ? "digit" : "class",
      progress: training && progressOf(training),
    };
  },
  view: () => ({}),
  text: ({ classes, guessing, kind }) => [
    say`In the beginning all weights are random numbers, and the network guesses: one answer in ${classes} is right. Nobody ever sets a weight by hand.`,
    say`Training repeats a single step. Show the network some pictures. Measure how wrong it is, as one number: the ${term("loss")}. Find out for every weight whether the loss falls when the weight grows a little or when it shrinks a little. Move all weights that way, a little. Then do it again, and again.`,
    ...(guessing === undefined
      ? []
      : [
          say`A network that gives every ${kind} the same share has a loss of ln ${classes} = ${decimal(guessing, 2)}. Everything below that, it has learned.`,
        ]),
  ],
  figure: () => "training",
  task: {
    prompt: () => say`Train a network from nothing, and watch its kernels take shape.`,
    done({ now, entered }) {
      const { training } = now;
      return (
        training !== undefined && training.history.epochs.length > 0 && training.batches !== entered.training?.batches
      );
    },
    result({ progress }) {
      if (!progress) return undefined;
      const { firstLoss, lastLoss, epochs, best } = progress;
      const fall = say`The loss went from ${decimal(firstLoss, 2)} to ${decimal(lastLoss, 2)} in ${counted(epochs, "epoch")}.`;
      return best
        ? say`${fall} The best epoch so far is number ${best.epoch}, with ${percent(best.accuracy)} of the validation pictures read correctly.`
        : fall;
    },
  },
  why: () => [
    say`An ${term("epoch")} is one pass through all training pictures. After each, the network is tried on ${term("validation")} pictures, which it never learns from. They tell the truth: if the loss on the training pictures still falls while the loss on the others rises, the network has begun to learn its examples by heart.`,
    say`The network you began the tour with once knew as little.`,
  ],
};

function progressOf({ history, loss, plan }: Training): Progress | undefined {
  const [losses, accuracies] = [measured(history, "loss"), measured(history, "val_accuracy")];
  const lastLoss = losses.at(-1) ?? loss;
  if (lastLoss === undefined) return undefined;
  const best = accuracies.reduce((top, accuracy, i) => (accuracy > accuracies[top]! ? i : top), 0);
  return {
    firstLoss: plan?.guessing ?? losses[0] ?? lastLoss,
    lastLoss,
    epochs: history.epochs.length,
    best: accuracies.length > 0 ? { epoch: best + 1, accuracy: accuracies[best]! } : undefined,
  };
}

/** A metric by epoch; NaN where it is no number. */
export function measured({ history }: Training["history"], metric: string): readonly number[] {
  return (history[metric] ?? []).map((value) => Number(value ?? Number.NaN));
}
