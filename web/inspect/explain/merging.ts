/** Layers that join the numbers at one place of several inputs. */
import { type Explanation, sumOf, type Term, type Terms } from "./explanation.ts";
import { axesOf, type Given } from "./given.ts";

const results: { readonly [Kind in Terms["kind"]]: (values: readonly number[]) => number } = {
  sum: sumOf,
  difference: ([first = 0, ...others]) => first - sumOf(others),
  product: (values) => values.reduce((product, value) => product * value, 1),
  mean: (values) => sumOf(values) / values.length,
  largest: (values) => Math.max(...values),
  smallest: (values) => Math.min(...values),
};

export function merged(kind: Terms["kind"]): (given: Given) => Explanation {
  return ({ sources, place }) => {
    const terms = sources.map((source): Term => {
      const [rows, columns, channels] = axesOf(source);
      const index = source.index([rows(place[0])[0]!, columns(place[1])[0]!, channels(place[2])[0]!]);
      const value = source.values[index]!;
      return { unit: source.unit(index), value, product: value };
    });
    const result = results[kind](terms.map(({ value }) => value));
    return { parts: [{ type: "terms", kind, terms, result }], value: result };
  };
}
