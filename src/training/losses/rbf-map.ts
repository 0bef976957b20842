import { type ConfigOf, checkedOptions, type OptionsOf, optional, positive } from "../../core/options.ts";
import type { LossDefinition } from "./loss.ts";
import { emitDistanceCurvature } from "./rbf-mse.ts";

const options = {
  /**
   * The squared distance at which wrong classes no longer matter, above 0; default 5. The paper asks for j > 0 and
   * gives no value; docs/paper.md compares some.
   */
  j: optional(positive, 5),
};

/** Options of {@link rbfMap}. */
export interface RbfMapOptions extends OptionsOf<typeof options> {}

/** {@link rbfMap} as it is saved. */
export interface RbfMap extends ConfigOf<typeof options> {
  /** The loss's name, which `compile` also takes. */
  readonly type: "rbf_map";
}

/**
 * y_D + ln(e^-j + sum over i of e^-y_i), D the right class and y the squared distances of {@link rbf} units (LeCun et
 * al. 1998, eq. 9): the distance from the right centre, and a term that drives wrong classes away. Labels are class
 * numbers.
 * @throws InputError for a j that is not above 0
 */
export function rbfMap(given: RbfMapOptions = {}): RbfMap {
  return { type: "rbf_map", ...checkedOptions("rbfMap", options, given) };
}

export const rbfMapLoss: LossDefinition<RbfMap> = {
  create: rbfMap,
  targets: "classes",
  outputs: "distances",
  emit({ builder, outputs, targets, sampleWeights, results, classes }, gradient, { j }) {
    builder.call("distanceLoss", {
      y: outputs,
      targets,
      sampleWeights,
      dy: gradient,
      results,
      classes,
      competitive: 1,
      j,
    });
  },
  // That of eq. 8, a sum of squares: where a pattern is nearer than j, the second term of eq. 9 would cancel it, and
  // with it the bound on the learning rates.
  emitCurvature: emitDistanceCurvature,
};
