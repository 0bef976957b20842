import { imageShape, type Prepare } from "./value.ts";

export const normalize: Prepare<"normalize"> = (step, { inputs: [x], output: { shape, data }, weights }) => {
  const [rows, columns, channels] = imageShape(shape);
  const { groups, epsilon } = step;
  const factors = step.gamma === undefined ? new Float32Array(channels).fill(1) : weights[step.gamma]!.data;
  const terms = step.beta === undefined ? new Float32Array(channels) : weights[step.beta]!.data;
  const positions = rows * columns;
  const own = channels / (groups ?? 1);
  const input = x!.data;

  /** Channels from one on, at some positions. */
  function normalizeSet(first: number, start: number, end: number): void {
    const each = (visit: (at: number, channel: number) => void) => {
      for (let position = start; position < end; position++) {
        for (let channel = first; channel < first + own; channel++) visit(position * channels + channel, channel);
      }
    };
    const count = (end - start) * own;
    let [sum, squares] = [0, 0];
    each((at) => {
      sum += input[at]!;
    });
    const mean = sum / count;
    each((at) => {
      squares += (input[at]! - mean) ** 2;
    });
    const unit = 1 / Math.sqrt(squares / count + epsilon);
    each((at, channel) => {
      data[at] = (input[at]! - mean) * unit * factors[channel]! + terms[channel]!;
    });
  }

  return () => {
    if (groups === undefined) for (let at = 0; at < positions; at++) normalizeSet(0, at, at + 1);
    else for (let group = 0; group < groups; group++) normalizeSet(group * own, 0, positions);
  };
};

export const normalizeLength: Prepare<"normalizeLength"> = (_, { inputs: [x], output: { shape, data } }) => {
  const channels = shape.at(-1)!;
  return () => {
    for (let start = 0; start < data.length; start += channels) {
      const row = x!.data.subarray(start, start + channels);
      const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
      for (let k = 0; k < channels; k++) data[start + k] = row[k]! / Math.max(length, 1e-12);
    }
  };
};
