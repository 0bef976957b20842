import type { SymbolicTensor } from "../layers/layer.ts";
import { sourcesOf } from "../layers/probabilities.ts";
import type { OutputKind } from "../training/confidence.ts";
import type { Loss } from "../training/losses/table.ts";
import { scoresOfUnit } from "../training/scores.ts";
import { outputsDistances } from "./programs.ts";

/** What the outputs of a classifier say about its classes. */
export interface ClassOutputs {
  /** The number of classes; a single unit tells two apart. */
  readonly classes: number;
  /** What the numbers are; undefined where they are scores that no probabilities follow from. */
  readonly kind: OutputKind | undefined;
  /** `[N, classes]` numbers of that kind, from the outputs `[N, units]`. */
  rows(outputs: Float32Array): Float32Array;
}

/** What an output `[N, units]` says about classes. @param loss with which it was compiled, where it was */
export function classOutputs(output: SymbolicTensor, loss: Loss | undefined): ClassOutputs {
  const [units = 1] = output.shape;
  const areLogits = loss !== undefined && "fromLogits" in loss && loss.fromLogits === true;
  const end = endOf(output);
  if (units === 1) {
    // A linear unit gives a score for class 1, which is no probability.
    const kind = areLogits || end === "sigmoid" ? "probabilities" : undefined;
    return { classes: 2, kind, rows: (outputs) => scoresOfUnit(outputs, areLogits) };
  }
  const rows = (outputs: Float32Array) => outputs;
  if (outputsDistances(output)) return { classes: units, kind: "distances", rows };
  if (end === "softmax") return { classes: units, kind: "probabilities", rows };
  // A network that was trained on logits: their softmax is what the loss took for probabilities.
  return { classes: units, kind: areLogits ? "logits" : undefined, rows };
}

/** Layers that only move numbers, or average them: a mean of probabilities is one, too. */
const passing: ReadonlySet<string> = new Set(["flatten", "reshape", "permute", "average"]);

/** The name of the activation at the end of a network; of a mean, that of all its parts, undefined where they differ. */
function endOf(output: SymbolicTensor): unknown {
  const ends = new Set(
    sourcesOf(output, passing).map(({ layer }) => {
      if (layer.built.endsInSoftmax) return "softmax";
      const { activation } = layer.config as { readonly activation?: unknown };
      return activation ?? layer.type;
    }),
  );
  return ends.size === 1 ? [...ends][0] : undefined;
}
