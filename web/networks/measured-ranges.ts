/** The range of each layer's values, where squashing does not bound them: over digits that are always the same. */
import { digits, type Model, type Tensor } from "lenet5";
import { roundRange } from "./ranges.ts";

const IMAGES = 256;
/** Images computed without a break: a stroke that waits is answered in between. */
const SLICE = 16;
/** Values of a layer that are looked at. */
const VALUES = 1 << 18;
/** Rarer values have the colour of the end of the range. */
const SHARE = 0.995;

let drawn: Tensor<Uint8Array> | undefined;

/** By layer: the 99.5th percentile of the size of its values over 256 built-in digits, rounded up to 1, 2, 5. */
export async function measuredRanges(model: Model): Promise<Map<string, number>> {
  const shape = model.inputs.shape;
  if (shape.length !== 3) return new Map();
  drawn ??= digits({ train: IMAGES, test: 0, seed: 0 }).train.images as Tensor<Uint8Array>;
  const sizes = new Map<
    string,
    { readonly values: Float32Array; readonly step: number; next: number; count: number }
  >();
  for (let i = 0; i < IMAGES; i++) {
    const { layers } = await model.layerOutputs(imageOf(drawn, i, shape));
    for (const { name, values } of layers) {
      let kept = sizes.get(name);
      if (!kept) {
        const step = Math.max(1, Math.ceil((values.length * IMAGES) / VALUES));
        kept = { values: new Float32Array(Math.ceil((values.length * IMAGES) / step)), step, next: 0, count: 0 };
        sizes.set(name, kept);
      }
      for (; kept.next < values.length; kept.next += kept.step)
        kept.values[kept.count++] = Math.abs(values[kept.next]!);
      kept.next -= values.length;
    }
    if (i % SLICE === SLICE - 1) await new Promise((resolve) => setTimeout(resolve));
  }
  return new Map(
    [...sizes].map(([name, { values, count }]) => {
      const sorted = values.subarray(0, count).sort();
      return [name, roundRange(sorted[Math.min(count - 1, Math.floor(SHARE * count))]!)];
    }),
  );
}

/** A digit in the size of the network's images, in all its channels. */
function imageOf({ shape, data, scale }: Tensor<Uint8Array>, i: number, to: readonly number[]): Tensor<Uint8Array> {
  const [, side, width] = shape as [number, number, number, number];
  const [rows, columns, channels] = to as [number, number, number];
  const made = new Uint8Array(rows * columns * channels);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const from = (i * side + Math.floor((row * side) / rows)) * width + Math.floor((column * width) / columns);
      made.fill(data[from]!, (row * columns + column) * channels, (row * columns + column + 1) * channels);
    }
  return { shape: [rows, columns, channels], data: made, ...(scale !== undefined && { scale }) };
}
