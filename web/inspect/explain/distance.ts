/** RBF units: the squared distance of the numbers from the unit's code. */
import { type Explanation, sumOf } from "./explanation.ts";
import type { Given } from "./given.ts";

export function squaredDistance(given: Given): Explanation {
  const source = given.sources[0]!;
  const centres = given.weight("centres")!;
  const units = centres.shape[1]!;
  const values = [...source.values];
  const code = values.map((_, i) => centres.data[i * units + given.place[2]]!);
  const squares = values.map((value, i) => (value - code[i]!) ** 2);
  const sum = sumOf(squares);
  return {
    parts: [{ type: "distance", units: values.map((_, i) => source.unit(i)), values, code, squares, sum }],
    value: sum,
  };
}
