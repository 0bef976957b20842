import { sizeOf } from "../../core/tensor.ts";
import type { Variable } from "../../engine/variable.ts";
import type { Hdf5Dataset } from "../../formats/hdf5/write.ts";
import type { TrainingState } from "../../model/core.ts";
import { definitionOf, type Optimizer, slotsOf } from "../../training/optimizers/table.ts";
import { learningRateAt } from "../../training/schedules/table.ts";

/**
 * A place in Keras's list of an optimizer's variables: a number, or the slot of a weight by our name of it, which is
 * Keras's too.
 */
export type OptimizerPlace =
  | "iteration"
  | "learning_rate"
  | "u_product"
  | { readonly slot: string; readonly path: string };

/** What the list of an optimizer's variables depends on. */
interface Listed {
  readonly optimizer: Optimizer;
  /** The weights that are trained, in the order of Keras's layers: {@link kerasOrder}. */
  readonly trained: readonly Pick<Variable, "path">[];
  /** Whether the learning rate is a number, which Keras keeps among the variables, and no schedule. */
  readonly hasRate: boolean;
}

/**
 * The variables of an optimizer in Keras 3's order: steps, learning rate, averages, sums of gradients, then the
 * optimizer's own. Those of adam, adadelta, adamax and nadam stand together for each weight; other optimizers, and
 * "velocity_hat", have one slot of all weights after the other.
 */
export function optimizerPlaces({ optimizer, trained, hasRate }: Listed): OptimizerPlace[] {
  const own = definitionOf(optimizer).slots(optimizer);
  const shared = slotsOf(optimizer).filter((slot) => !own.includes(slot));
  const pairs = own.filter((slot) => pairedSlots.has(slot));
  const isPaired = pairedOptimizers.has(optimizer.type);
  const ofAll = (slots: readonly string[]) => slots.flatMap((slot) => trained.map(({ path }) => ({ slot, path })));
  return [
    "iteration",
    ...(hasRate ? ["learning_rate" as const] : []),
    ...ofAll(shared),
    ...(isPaired ? trained.flatMap(({ path }) => pairs.map((slot) => ({ slot, path }))) : []),
    ...ofAll(isPaired ? own.filter((slot) => !pairedSlots.has(slot)) : own),
    ...(optimizer.type === "nadam" ? ["u_product" as const] : []),
  ];
}

const pairedOptimizers: ReadonlySet<Optimizer["type"]> = new Set(["adam", "adamW", "adamax", "nadam", "adadelta"]);
const pairedSlots = new Set(["momentum", "velocity", "norm", "accumulated_grad", "accumulated_delta_var"]);

/** The variables of the optimizer as Keras's weight file has them. */
export function optimizerDatasets(
  { optimizer, iterations, memory }: Readonly<TrainingState>,
  trained: readonly Variable[],
  hasRate: boolean,
): Record<string, Hdf5Dataset> {
  const shapes = new Map(trained.map(({ path, shape }) => [path, shape]));
  const firstOf = (slot: string) => definitionOf(optimizer).firstOf?.(optimizer as never, slot) ?? 0;
  const one = (value: number): Hdf5Dataset => ({ shape: [], data: Float32Array.of(value) });
  const datasetOf = (place: OptimizerPlace): Hdf5Dataset => {
    if (place === "iteration") return { shape: [], data: BigInt64Array.of(BigInt(iterations)) };
    if (place === "learning_rate") return one(learningRateAt(optimizer.learningRate, iterations));
    if (place === "u_product") return one(momentumProduct(optimizer, iterations));
    const shape = shapes.get(place.path)!;
    const kept = memory.get(`${place.slot}/${place.path}`);
    return { shape, data: kept ?? new Float32Array(sizeOf(shape)).fill(firstOf(place.slot)) };
  };
  const places = optimizerPlaces({ optimizer, trained, hasRate });
  return Object.fromEntries(places.map((place, i) => [String(i), datasetOf(place)]));
}

/** Nadam's product of beta1 (1 - 0.96^t / 2) over the steps so far. */
function momentumProduct(optimizer: Optimizer, iterations: number): number {
  const { beta1, gradientAccumulationSteps: each = 1 } = optimizer as Extract<Optimizer, { type: "nadam" }>;
  const steps = Math.floor(iterations / each);
  let product = 1;
  // float32 has no smaller numbers.
  for (let step = 1, decay = 0.96; step <= steps && product > 1e-45; step++, decay *= 0.96)
    product *= beta1 * (1 - 0.5 * decay);
  return product;
}
