/** The range of values that a layer's colours stand for. It belongs to the network, and never to the picture. */
import type { Summary } from "lenet5";

/** Where squashing ends. */
const bounds: Readonly<Record<string, number>> = {
  tanh: 1,
  scaled_tanh: 1.7159,
  sigmoid: 1,
  softmax: 1,
  softsign: 1,
  hard_sigmoid: 1,
};

/** These give no value beyond the largest that they read. */
const keeping: ReadonlySet<string> = new Set([
  "averagePooling2d",
  "maxPooling2d",
  "globalAveragePooling2d",
  "globalMaxPooling2d",
  "flatten",
  "reshape",
  "permute",
  "dropout",
  "spatialDropout2d",
  "cropping2d",
  "zeroPadding2d",
  "upSampling2d",
]);

/** The bounds of those layers whose values squashing bounds, by name. */
export function boundedRanges({ layers }: Summary): Map<string, number> {
  const ranges = new Map<string, number>();
  for (const { name, type, config, connectedTo } of layers) {
    const own = type === "softmax" ? 1 : bounds[String(config.activation)];
    const read = ranges.get(connectedTo[0] ?? "");
    if (type === "input") ranges.set(name, 1);
    else if (own !== undefined) ranges.set(name, own);
    else if (keeping.has(type) && read !== undefined) ranges.set(name, read);
  }
  return ranges;
}

/** The next of 1, 2, 5, 10, 20... that is not below a value; 1 where the value is 0. */
export function roundRange(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((one) => one * power >= value * (1 - 1e-9))!;
  return Number((step * power).toPrecision(1));
}

/** The widest range of each layer: networks side by side share them. */
export function widest(all: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const made = new Map<string, number>();
  for (const ranges of all) for (const [layer, range] of ranges) made.set(layer, Math.max(range, made.get(layer) ?? 0));
  return made;
}
