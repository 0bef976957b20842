/** Layers that compute a number from the one at the same place. */
import type { Explanation } from "./explanation.ts";
import type { Given } from "./given.ts";
import { start } from "./normalization.ts";
import { curved, shared, squashed } from "./squashing.ts";

export function activated(given: Given): Explanation {
  return squashed(given, [start(given)], (channel) => numberAt(given, channel));
}

export function softmaxed(given: Given): Explanation {
  return shared(given, [start(given)], (channel) => numberAt(given, channel), false);
}

/** min(x, most) where x is above the threshold, else slope (x - threshold). */
export function rectified(given: Given): Explanation {
  const { maxValue, negativeSlope = 0, threshold = 0 } = given.config as Readonly<Record<string, number | undefined>>;
  const most = maxValue ?? Number.POSITIVE_INFINITY;
  const below = threshold === 0 ? `${negativeSlope}x` : `${negativeSlope}(x − ${threshold})`;
  const above = maxValue === undefined ? "x" : `min(x, ${maxValue})`;
  return curved([start(given)], {
    name: "rectifier",
    formula: `${above} above ${threshold}, else ${negativeSlope === 0 ? "0" : below}`,
    x: numberAt(given),
    f: (x) => (x > threshold ? Math.min(x, most) : negativeSlope * (x - threshold)),
  });
}

export function exponentialBelow(given: Given): Explanation {
  const alpha = given.config.alpha as number;
  return curved([start(given)], {
    name: "ELU",
    formula: `x, or ${alpha}(eˣ − 1) below 0`,
    x: numberAt(given),
    f: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
  });
}

/** The slope below 0 is a weight; axes of size 1 are shared. */
export function parametric(given: Given): Explanation {
  const alpha = given.weight("alpha")!;
  const axes = given.layer.outputShape.length;
  const place = given.place.slice(3 - axes);
  const index = place.reduce((at, axisPlace, axis) => {
    const size = alpha.shape[axis]!;
    return at * size + (size === 1 ? 0 : axisPlace);
  }, 0);
  const slope = alpha.data[index]!;
  return curved([start(given), { type: "line", text: "The slope below 0 is learned", result: slope }], {
    name: "PReLU",
    formula: "x, or the slope times x below 0",
    x: numberAt(given),
    f: (x) => (x > 0 ? x : slope * x),
  });
}

export function rescaled(given: Given): Explanation {
  const { scale, offset } = given.config as { scale: number; offset: number };
  const scaled = numberAt(given) * scale;
  return {
    parts: [
      start(given),
      { type: "line", text: "times the scale", operand: scale, result: scaled },
      { type: "line", text: "plus the offset", operand: offset, result: scaled + offset },
    ],
    value: scaled + offset,
  };
}

/** The number that comes in, of the unit's channel or another of its position. */
function numberAt({ sources, place }: Given, channel = place[2]): number {
  const source = sources[0]!;
  return source.values[source.index([place[0], place[1], channel])]!;
}
