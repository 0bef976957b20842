import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import type { Buffer } from "../../engine/pending-call.ts";
import type { LossCall, LossDefinition } from "./loss.ts";

const options = {};

/** The distance from the right class's centre as it is saved. */
export interface RbfMse {
  /** The loss's name, which `compile` also takes. */
  readonly type: "rbf_mse";
}

/** The loss. It has no options; any is refused. */
function create(given: OptionsOf<typeof options>): RbfMse {
  return { type: "rbf_mse", ...checkedOptions("rbf_mse", options, given) };
}

/**
 * y_D, the squared distance from the centre of the right class D (LeCun et al. 1998, eq. 8); labels are class numbers.
 * First derivative 1 for D, 0 for the others; second 0.
 */
export const rbfMseLoss: LossDefinition<RbfMse> = {
  create,
  targets: "classes",
  outputs: "distances",
  emit: emitDistance,
  emitCurvature: emitDistanceCurvature,
};

function emitDistance(call: LossCall, gradient: Buffer | 0): void {
  const { builder, outputs, targets, sampleWeights, results, classes } = call;
  builder.call("distanceLoss", {
    y: outputs,
    targets,
    sampleWeights,
    dy: gradient,
    results,
    classes,
    competitive: 0,
    j: 0,
  });
}

/**
 * The loss is linear in the distances; these are squares, whose own second derivatives need the first ones of the loss.
 */
export function emitDistanceCurvature(call: LossCall, h: Buffer): Buffer {
  const slopes = call.builder.buffer(call.classes);
  emitDistance(call, slopes);
  call.builder.call("clear", { y: h, count: call.classes });
  return slopes;
}
