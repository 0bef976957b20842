import { checkOptions, InputError, shown, wholeNumber } from "../core/errors.ts";
import { rbf as distances } from "../ops/rbf.ts";
import { checkInitializer, type Initializer } from "./initializers.ts";
import { defineLayer, type Layer, type LayerOptions, single } from "./layer.ts";

export interface RbfOptions extends LayerOptions {
  /** The centre of each unit, [units][features]: {@link bitmaps} of characters, say. */
  readonly centres?: readonly (readonly number[])[];
  /** Units, where no centres are given. */
  readonly units?: number;
  /** First centres, where none are given; default uniform in +-1. */
  readonly centresInitializer?: Initializer;
  /** Whether the centres learn; default false, as in 1998. */
  readonly trainable?: boolean;
}

/**
 * Euclidean radial basis function units (LeCun et al. 1998, eq. 7): each gives the squared distance of its input from its
 * centre, so that the smallest output wins. Weights `centres` [features, units]. Train it with the loss "rbf_mse" or
 * "rbf_map"; with "rbf_mse" and trainable centres all of them collapse into one point (section III.C of the paper).
 */
export function rbf(options: RbfOptions): Layer {
  checkOptions("[rbf]", options, ["centres", "units", "centresInitializer", "trainable", "name"]);
  const what = `[rbf${options.name ? ` "${options.name}"` : ""}]`;
  const { centres, trainable = false } = options;
  if (typeof trainable !== "boolean")
    throw new InputError(`${what} trainable: expected true or false, got ${shown(trainable)}`);
  if (centres && options.centresInitializer !== undefined)
    throw new InputError(
      `${what} centresInitializer: expected without centres, which are numbers already; leave out one`,
    );
  if (centres) checkCentres(what, centres, options.units);
  const initializer = checkInitializer(
    `${what} centresInitializer`,
    options.centresInitializer ?? { uniform: [-1, 1] },
  );
  const units = centres?.length ?? wholeNumber(`${what} units`, options.units ?? Number.NaN);
  const config = { units, trainable, ...(centres ? { centres } : { centresInitializer: initializer }) };
  return defineLayer("rbf", options, config, (shapes, complain) => {
    const shape = single(shapes, complain);
    if (shape.length !== 1)
      complain(`expected a vector input [N, features], got [N, ${shape.join(", ")}]: put flatten() before it`);
    const features = shape[0]!;
    if (centres && centres[0]!.length !== features)
      complain(`expected ${centres[0]!.length} features, as the centres have, got ${features}`);
    const values =
      centres && Array.from({ length: features * units }, (_, i) => centres[i % units]![Math.floor(i / units)]!);
    return {
      outputShape: [units],
      weights: [
        {
          name: "centres",
          shape: [features, units],
          initializer: values ? { values } : initializer,
          fans: { in: features, out: units },
          trainable,
        },
      ],
      connections: features * units,
      macs: features * units,
      smallestWins: true,
      emit: (tape, [x], weights) => distances(tape, x!, weights("centres"), units),
    };
  });
}

function checkCentres(what: string, centres: readonly (readonly number[])[], units: number | undefined): void {
  const [first] = centres;
  const isTable =
    Array.isArray(first) && centres.every((row) => row.length === first.length && row.every(Number.isFinite));
  if (!isTable || first.length === 0)
    throw new InputError(`${what} centres: expected rows of as many finite numbers each, one row for each unit`);
  if (units !== undefined && units !== centres.length)
    throw new InputError(`${what} units: expected ${centres.length}, as many as centres, got ${units}`);
}
