/** Normalizations: the mean taken off, divided by the deviation, times gamma, plus beta. */
import { type Explanation, type Line, type Part, sumOf } from "./explanation.ts";
import { axesOf, type Given } from "./given.ts";

/** By the moving mean and variance that training left. */
export function batchNormalized(given: Given): Explanation {
  const channel = given.place[2];
  const mean = given.weight("moving_mean")!.data[channel]!;
  const variance = given.weight("moving_variance")!.data[channel]!;
  return normalized(given, { mean, variance, which: "the map’s moving mean, kept from training" });
}

/** By the mean and variance of the numbers that the unit's own is normalized with. */
export function setNormalized(given: Given): Explanation {
  const values = valuesSeen(given);
  const mean = sumOf(values) / values.length;
  const variance = sumOf(values.map((value) => (value - mean) ** 2)) / values.length;
  return normalized(given, { mean, variance, which: `the mean of ${values.length} numbers` });
}

function normalized(
  given: Given,
  { mean, variance, which }: { mean: number; variance: number; which: string },
): Explanation {
  const lines: Line[] = [];
  const source = given.sources[0]!;
  const x = source.values[source.index(given.place)]!;
  const deviation = Math.sqrt(variance + (given.config.epsilon as number));
  let value = x - mean;
  lines.push({ type: "line", text: `minus ${which}`, operand: mean, result: value });
  value /= deviation;
  lines.push({ type: "line", text: "divided by their standard deviation", operand: deviation, result: value });
  const [gamma, beta] = ["gamma", "beta"].map((name) => given.weight(name)?.data[given.place[2]]);
  if (gamma !== undefined) {
    value *= gamma;
    lines.push({ type: "line", text: "times gamma", operand: gamma, result: value });
  }
  if (beta !== undefined) {
    value += beta;
    lines.push({ type: "line", text: "plus beta", operand: beta, result: value });
  }
  return { parts: [start(given), ...lines], value };
}

/** Divided by the length of the vector of channels. */
export function unitNormalized(given: Given): Explanation {
  const source = given.sources[0]!;
  const x = source.values[source.index(given.place)]!;
  const length = Math.max(Math.hypot(...valuesSeen(given)), 1e-12);
  const value = x / length;
  const text = `divided by the length of the ${given.size[2]} numbers of its position`;
  return { parts: [start(given), { type: "line", text, operand: length, result: value }], value };
}

/** The number that comes in. */
export function start({ sources, place }: Given): Part {
  const source = sources[0]!;
  const index = source.index(place);
  return { type: "copy", unit: source.unit(index), text: "It starts from", value: source.values[index]! };
}

function valuesSeen({ sources, place }: Given): number[] {
  const source = sources[0]!;
  const [rows, columns, channels] = axesOf(source);
  const values: number[] = [];
  for (const row of rows(place[0]))
    for (const column of columns(place[1]))
      for (const channel of channels(place[2])) values.push(source.values[source.index([row, column, channel])]!);
  return values;
}
