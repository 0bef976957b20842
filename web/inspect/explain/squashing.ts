/** What follows the sum of a layer: a function of the number itself, or a softmax over all channels of its position. */
import type { ActivationName } from "lenet5";
import { unitAt } from "../../state/units.ts";
import { type Explanation, type Part, sumOf } from "./explanation.ts";
import { squashings } from "./functions.ts";
import type { Given } from "./given.ts";

/** Adds the activation that the layer's options name. `x` gives the number before it for each channel of the position. */
export function squashed(given: Given, parts: readonly Part[], x: (channel: number) => number): Explanation {
  const name = (given.config.activation ?? "linear") as ActivationName;
  const own = x(given.place[2]);
  if (name === "softmax" || name === "log_softmax") return shared(given, parts, x, name === "log_softmax");
  if (name === "linear") return { parts, value: own };
  const { formula, f } = squashings[name];
  return curved(parts, { name: name.replaceAll("_", " "), formula, x: own, f });
}

/** A function with its graph. */
export function curved(
  parts: readonly Part[],
  given: { readonly name: string; readonly formula: string; readonly x: number; f(x: number): number },
): Explanation {
  const y = given.f(given.x);
  return { parts: [...parts, { type: "curve", ...given, y }], value: y };
}

/** A softmax over the channels of the unit's position. */
export function shared(
  { layer, place, size }: Given,
  parts: readonly Part[],
  x: (channel: number) => number,
  isLog: boolean,
): Explanation {
  const [row, column, own] = place;
  const numbers = Array.from({ length: size[2] }, (_, channel) => x(channel));
  // Where an exponential would be infinite, all are divided by the same number: the shares stay the same.
  const highest = Math.max(...numbers);
  const shift = highest > 80 ? highest : 0;
  const exponentials = numbers.map((number) => Math.exp(number - shift));
  const sum = sumOf(exponentials);
  const shares = numbers.map((number, channel) => ({
    unit: unitAt(layer.name, layer.outputShape, (row * size[1] + column) * size[2] + channel),
    x: number - shift,
    exponential: exponentials[channel]!,
  }));
  const note: Part[] = shift
    ? [{ type: "note", text: "The largest number is taken off all of them first, so that no exponential is infinite." }]
    : [];
  const value = isLog ? numbers[own]! - shift - Math.log(sum) : exponentials[own]! / sum;
  return { parts: [...parts, ...note, { type: "shares", shares, sum, own, isLog }], value };
}
