import { imageShape, type Prepare } from "./value.ts";

/** So many filters are computed at once: each number that is loaded is used so often. */
const LANES = 8;

/**
 * A convolution, or a dense layer: the numbers under a window are copied next to each other, then multiplied with the
 * filters, eight at a time. Their weights are interleaved when the network is made.
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
  const packed = new Float64Array(groups * blocks * LANES * taps);
  for (let filter = 0; filter < filters; filter++) {
    const [group, at] = [Math.floor(filter / own), filter % own];
    const start = (group * blocks + Math.floor(at / LANES)) * taps * LANES + (at % LANES);
    for (let tap = 0; tap < taps; tap++) packed[start + tap * LANES] = kernel.data[tap * filters + filter]!;
  }
  const bias = new Float64Array(groups * blocks * LANES);
  for (let filter = 0; filter < filters; filter++) {
    const at = Math.floor(filter / own) * blocks * LANES + (filter % own);
    bias[at] = step.bias === undefined ? 0 : weights[step.bias]!.data[filter]!;
  }
  // Taps next to each other are copied together: a row of the window, or the channels of one of its positions.
  const run = groups === 1 && dilation[1] === 1 ? width * inner : inner;
  const parts = taps / run;
  const [down, right] = [new Int32Array(parts), new Int32Array(parts)];
  for (let part = 0; part < parts; part++) {
    const position = Math.floor((part * run) / inner);
    down[part] = Math.floor(position / width) * dilation[0];
    right[part] = (position % width) * dilation[1];
  }
  const reach = run / inner;
  const window = new Float64Array(taps);
  const [input, result] = [x!.data, output.data];

  /** Copies what is under a window; beside the image are zeros. */
  function look(row: number, column: number, group: number): void {
    for (let part = 0, to = 0; part < parts; part++) {
      const y = row + down[part]!;
      const x = column + right[part]!;
      let from = (y * columns + x) * channels + group * inner;
      const end = to + run;
      if (y >= 0 && y < rows && x >= 0 && x + reach <= columns) while (to < end) window[to++] = input[from++]!;
      else {
        const isRow = y >= 0 && y < rows;
        for (let i = 0; i < reach; i++) {
          for (let channel = 0; channel < inner; channel++)
            window[to++] = isRow && x + i >= 0 && x + i < columns ? input[from + i * channels + channel]! : 0;
        }
      }
    }
  }

  function multiply(to: number, filter: number): void {
    // Names of the function's own: reading those around it takes an eighth of the time.
    const numbers = window;
    const factors = packed;
    const terms = bias;
    const sums = result;
    const count = taps;
    const end = to + own;
    for (let at = filter, w = filter * count; to < end; at += LANES, to += LANES) {
      let a = terms[at]!;
      let b = terms[at + 1]!;
      let c = terms[at + 2]!;
      let d = terms[at + 3]!;
      let e = terms[at + 4]!;
      let f = terms[at + 5]!;
      let g = terms[at + 6]!;
      let h = terms[at + 7]!;
      for (let tap = 0; tap < count; tap++, w += LANES) {
        const value = numbers[tap]!;
        a += value * factors[w]!;
        b += value * factors[w + 1]!;
        c += value * factors[w + 2]!;
        d += value * factors[w + 3]!;
        e += value * factors[w + 4]!;
        f += value * factors[w + 5]!;
        g += value * factors[w + 6]!;
        h += value * factors[w + 7]!;
      }
      sums[to] = a;
      if (to + 1 < end) sums[to + 1] = b;
      if (to + 2 < end) sums[to + 2] = c;
      if (to + 3 < end) sums[to + 3] = d;
      if (to + 4 < end) sums[to + 4] = e;
      if (to + 5 < end) sums[to + 5] = f;
      if (to + 6 < end) sums[to + 6] = g;
      if (to + 7 < end) sums[to + 7] = h;
    }
  }

  return () => {
    for (let outputRow = 0, to = 0; outputRow < outputRows; outputRow++) {
      for (let outputColumn = 0; outputColumn < outputColumns; outputColumn++) {
        for (let group = 0; group < groups; group++, to += own) {
          look(outputRow * strides[0] - before[0], outputColumn * strides[1] - before[1], group);
          multiply(to, group * blocks * LANES);
        }
      }
    }
  };
};
