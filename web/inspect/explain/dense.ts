/** Dense layers: every number times a weight, the bias, and the activation. */
import { biasLine } from "./convolution.ts";
import { type Explanation, type Part, sumOf, type Term } from "./explanation.ts";
import type { Given } from "./given.ts";
import { squashed } from "./squashing.ts";

export function denseUnit(given: Given): Explanation {
  const source = given.sources[0]!;
  const kernel = given.weight("kernel")!;
  const [features, units] = kernel.shape as readonly [number, number];
  const own = given.place[2];
  const sumFor = (unit: number) => {
    let sum = 0;
    for (let i = 0; i < features; i++) sum += source.values[i]! * kernel.data[i * units + unit]!;
    return sum;
  };
  const terms = Array.from({ length: features }, (_, i): Term => {
    const [value, weight] = [source.values[i]!, kernel.data[i * units + own]!];
    return { unit: source.unit(i), value, weight, product: value * weight };
  });
  const sum = sumOf(terms.map(({ product }) => product));
  const parts: Part[] = [{ type: "terms", kind: "sum", terms, result: sum }, ...biasLine(given, sum, own)];
  return squashed(given, parts, (unit) => sumFor(unit) + (given.weight("bias")?.data[unit] ?? 0));
}
