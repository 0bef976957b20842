/**
 * Options that Python has to see as floats: where it tests for them, 0 is none. JavaScript writes whole numbers without a
 * point.
 */
const floats: ReadonlySet<string> = new Set([
  ...["learning_rate", "initial_learning_rate", "end_learning_rate", "warmup_target", "decay_rate", "values", "power"],
  ...["momentum", "rho", "epsilon", "beta_1", "beta_2", "initial_accumulator_value", "ema_momentum", "weight_decay"],
  ...["clipnorm", "clipvalue", "global_clipnorm", "alpha", "t_mul", "m_mul", "label_smoothing", "gamma"],
  ...["delta", "threshold", "thresholds", "rate", "stddev", "mean", "minval", "maxval", "gain", "limits", "l1", "l2"],
  ...["max_value", "min_value", "negative_slope", "scale", "offset", "factor", "height_factor", "width_factor"],
  ...["fill_value", "j"],
]);

const MARK = "\u0001float ";

/** A config as JSON text. */
export function jsonText(config: unknown): string {
  const text = JSON.stringify(config, (key, value) => (floats.has(key) ? marked(value) : value));
  return text.replaceAll(/"\\u0001float (-?\d+)"/g, "$1.0");
}

function marked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(marked);
  return Number.isSafeInteger(value) ? MARK + value : value;
}
