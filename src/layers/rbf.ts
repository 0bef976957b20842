import { InputError, isFiniteSingle } from "../core/errors.ts";
import { type ConfigOf, flag, type OptionsOf, optional, whole } from "../core/options.ts";
import { rbf as distances } from "../ops/rbf.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleVector } from "./define-layer.ts";
import { type Initializer, initializer } from "./initializers.ts";

const DEFAULT_CENTRES: Initializer = { uniform: [-1, 1] };

type Centres = readonly (readonly number[])[];

const options = {
  /** The centre of each unit, [units][features], such as the `bitmaps` of characters. */
  centres: optional(centreRows, undefined),
  /** Number of units; needed where no centres are given. */
  units: optional(whole(), undefined),
  /** Initial centres, where none are given; default `{ uniform: [-1, 1] }`. */
  centresInitializer: optional(initializer, undefined),
  /** Whether the centres learn; default false, as in 1998. */
  trainable: optional(flag, false),
};

/** Options of {@link rbf}. */
export interface RbfOptions extends LayerOptions, OptionsOf<typeof options> {}

interface RbfConfig {
  readonly units: number;
  readonly centres?: Centres;
  readonly centresInitializer?: Initializer;
}

/**
 * Euclidean radial basis function units (LeCun et al. 1998, eq. 7): each computes the squared distance of its input
 * from its centre; the smallest distance is the prediction. Input: `[N, features]`; output: `[N, units]`. Weights:
 * `centres` [features, units]. Train it with the loss "rbf_mse" or "rbf_map"; with "rbf_mse" and trainable centres, all
 * centres collapse into one point (section III.C of the paper).
 * @throws InputError for centres that are no table of numbers or do not fit the input, for centres together with
 *   `centresInitializer` or other `units`, and for neither centres nor units
 */
export const rbf: LayerMaker<RbfOptions> = defineLayer(
  "rbf",
  options,
  ({ units, centres, centresInitializer = DEFAULT_CENTRES }, inputs, complain) => {
    const features = singleVector(inputs, complain);
    if (centres && centres[0]!.length !== features) {
      complain(`expected ${centres[0]!.length} features, as the centres have, got ${features}`);
    }
    const values =
      centres && Array.from({ length: features * units }, (_, i) => centres[i % units]![Math.floor(i / units)]!);
    return {
      outputShape: [units],
      weights: [
        {
          name: "centres",
          shape: [features, units],
          initializer: values ? { values } : centresInitializer,
          fans: { in: features, out: units },
        },
      ],
      connections: features * units,
      macs: features * units,
      outputsDistances: true,
      emit: (tape, [x], weights) => distances(tape, x!, weights("centres"), units),
    };
  },
  withUnits,
);

/** Counts the units of given centres, or takes an initializer for those that are not given. */
function withUnits({ centres, units, centresInitializer }: ConfigOf<typeof options>, what: string): RbfConfig {
  if (!centres) {
    const count = whole()(`${what} units`, units ?? Number.NaN);
    return { units: count, centresInitializer: centresInitializer ?? DEFAULT_CENTRES };
  }
  if (centresInitializer !== undefined) {
    throw new InputError(`${what} centresInitializer: expected none beside centres, which are initial values already`);
  }
  if (units !== undefined && units !== centres.length) {
    throw new InputError(`${what} units: expected ${centres.length}, as many as centres, got ${units}`);
  }
  return { units: centres.length, centres };
}

function centreRows(what: string, centres: Centres): Centres {
  const isTable =
    Array.isArray(centres) &&
    Array.isArray(centres[0]) &&
    centres[0].length > 0 &&
    centres.every((row) => Array.isArray(row) && row.length === centres[0].length && row.every(isFiniteSingle));
  if (!isTable) {
    throw new InputError(`${what}: expected a row of finite numbers for each unit, all rows of one length`);
  }
  return centres;
}
