import { InputError, shown } from "../../core/errors.ts";
import { type Check, type ConfigOf, checkedOptions, type OptionsOf, required } from "../../core/options.ts";
import { everySchedule, rate, type ScheduleDefinition } from "./schedule.ts";

const rising: Check<readonly number[]> = (what, boundaries) => {
  const isRising =
    Array.isArray(boundaries) &&
    boundaries.every((at, i) => Number.isSafeInteger(at) && at >= 0 && (i === 0 || at > boundaries[i - 1]!));
  if (isRising) return [...boundaries];
  const got = Array.isArray(boundaries) ? `[${boundaries.join(", ")}]` : shown(boundaries);
  throw new InputError(`${what}: expected rising whole numbers, got ${got}`);
};

const someRates: Check<readonly number[]> = (what, rates) => {
  if (!Array.isArray(rates)) throw new InputError(`${what}: expected a list of learning rates, got ${shown(rates)}`);
  return rates.map((one) => rate(what, one));
};

const options = {
  /** The last batch of each rate but the last one, counted from 0; rising whole numbers, possibly none. Required. */
  boundaries: required(rising),
  /** The rates in order, each at least 0; one more than `boundaries`. Required. */
  rates: required(someRates),
  ...everySchedule,
};

/** Options of {@link piecewiseConstantDecay}. */
export interface PiecewiseConstantDecayOptions extends OptionsOf<typeof options> {}

/** {@link piecewiseConstantDecay} as it is saved. */
export interface PiecewiseConstantDecay extends ConfigOf<typeof options> {
  /** The schedule's name. */
  readonly type: "piecewiseConstantDecay";
}

/**
 * `rates[0]` up to and with batch `boundaries[0]` (counted from 0), then `rates[1]`, and so on.
 * https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay/
 * @throws InputError for options that are unknown, missing or out of range, or whose lengths do not fit together
 */
export function piecewiseConstantDecay(given: PiecewiseConstantDecayOptions): PiecewiseConstantDecay {
  const config = checkedOptions("piecewiseConstantDecay", options, given);
  const { boundaries, rates } = config;
  if (rates.length !== boundaries.length + 1) {
    throw new InputError(
      `piecewiseConstantDecay rates: expected ${boundaries.length + 1}, one more than boundaries, got ${rates.length}`,
    );
  }
  return { type: "piecewiseConstantDecay", ...config };
}

export const piecewiseConstantDecaySchedule: ScheduleDefinition<PiecewiseConstantDecay> = {
  create: piecewiseConstantDecay,
  rateAt({ boundaries, rates }, step) {
    const passed = boundaries.findIndex((boundary) => step <= boundary);
    return rates[passed < 0 ? boundaries.length : passed]!;
  },
};
