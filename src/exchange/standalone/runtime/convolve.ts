import { imageShape, type Prepare } from "./value.ts";

/** So many filters are computed at once: each number that is loaded is used so often. */
const LANES = 4;

/**
 * A convolution, or a dense layer: the numbers under a window are copied next to each other, then multiplied with the
 * filters, four at a time. Their weights are interleaved when the network is made.
 */
export const convolve: Prepare<"convolve"> = (step, { inputs: [x], output, weights }) => {
  const { strides = [1, 1], dilation = [1, 1], before = [0, 0], groups = 1 } = step;
  const [rows, columns, channels] = imageShape(x!.shape);
  const [outputRows, outputColumns, filters] = imageShape(output.shape);
  const kernel = weights[step.kernel]!;
  const [height, width] = kernel.shape.length === 2 ? [1, 1] : (kernel.shape as [number, number]);
  const inner = channels / groups;
  const own = filters / groups;
  const taps = height * width * inner;
  const blocks = Math.ceil(own / LANES);
  const packed = new Float32Array(groups * blocks * LANES * taps);
  for (let filter = 0; filter < filters; filter++) {
    const [group, at] = [Math.floor(filter / own), filter % own];
    const start = (group * blocks + Math.floor(at / LANES)) * taps * LANES + (at % LANES);
    for (let tap = 0; tap < taps; tap++) packed[start + tap * LANES] = kernel.data[tap * filters + filter]!;
  }
  const bias = new Float32Array(filters);
  if (step.bias !== undefined) bias.set(weights[step.bias]!.data);
  // Where a tap is from the first one: rows, columns, and numbers.
  const [down, right, away] = [new Int32Array(taps), new Int32Array(taps), new Int32Array(taps)];
  for (let tap = 0; tap < taps; tap++) {
    const position = Math.floor(tap / inner);
    down[tap] = Math.floor(position / width) * dilation[0];
    right[tap] = (position % width) * dilation[1];
    away[tap] = (down[tap]! * columns + right[tap]!) * channels + (tap % inner);
  }
  const [lastDown, lastRight] = [(height - 1) * dilation[0], (width - 1) * dilation[1]];
  const window = new Float32Array(taps);
  const [input, result] = [x!.data, output.data];

  function multiply(group: number, to: number): void {
    let w = group * blocks * LANES * taps;
    const end = to + own;
    for (let at = to, filter = group * own; at < end; at += LANES, filter += LANES) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let tap = 0; tap < taps; tap++, w += LANES) {
        const value = window[tap]!;
        a += value * packed[w]!;
        b += value * packed[w + 1]!;
        c += value * packed[w + 2]!;
        d += value * packed[w + 3]!;
      }
      result[at] = a + bias[filter]!;
      if (at + 1 < end) result[at + 1] = b + bias[filter + 1]!;
      if (at + 2 < end) result[at + 2] = c + bias[filter + 2]!;
      if (at + 3 < end) result[at + 3] = d + bias[filter + 3]!;
    }
  }

  return () => {
    for (let outputRow = 0, to = 0; outputRow < outputRows; outputRow++) {
      const row = outputRow * strides[0] - before[0];
      for (let outputColumn = 0; outputColumn < outputColumns; outputColumn++, to += filters) {
        const column = outputColumn * strides[1] - before[1];
        const isInside = row >= 0 && column >= 0 && row + lastDown < rows && column + lastRight < columns;
        for (let group = 0; group < groups; group++) {
          const from = (row * columns + column) * channels + group * inner;
          if (isInside) for (let tap = 0; tap < taps; tap++) window[tap] = input[from + away[tap]!]!;
          else {
            for (let tap = 0; tap < taps; tap++) {
              const [y, x] = [row + down[tap]!, column + right[tap]!];
              window[tap] = y >= 0 && x >= 0 && y < rows && x < columns ? input[from + away[tap]!]! : 0;
            }
          }
          multiply(group, to + group * own);
        }
      }
    }
  };
};
