import { imageShape, type Prepare } from "./value.ts";

/** Each channel by itself: a depthwise convolution. */
export const convolveChannels: Prepare<"convolveChannels"> = (step, { inputs: [x], output, weights }) => {
  const { strides, dilation, before } = step;
  const [rows, columns, channels] = imageShape(x!.shape);
  const [outputRows, outputColumns, filters] = imageShape(output.shape);
  const { shape, data: kernel } = weights[step.kernel]!;
  const [height, width] = shape as [number, number];
  const multiplier = filters / channels;
  const bias = new Float32Array(filters);
  if (step.bias !== undefined) bias.set(weights[step.bias]!.data);
  const [input, result] = [x!.data, output.data];
  return () => {
    for (let outputRow = 0, to = 0; outputRow < outputRows; outputRow++) {
      for (let outputColumn = 0; outputColumn < outputColumns; outputColumn++, to += filters) {
        result.set(bias, to);
        for (let tap = 0; tap < height * width; tap++) {
          const row = outputRow * strides[0] - before[0] + Math.floor(tap / width) * dilation[0];
          const column = outputColumn * strides[1] - before[1] + (tap % width) * dilation[1];
          if (row < 0 || column < 0 || row >= rows || column >= columns) continue;
          const from = (row * columns + column) * channels;
          for (let channel = 0, filter = 0; channel < channels; channel++) {
            for (let times = 0; times < multiplier; times++, filter++)
              result[to + filter]! += input[from + channel]! * kernel[tap * filters + filter]!;
          }
        }
      }
    }
  };
};

/** Each position adds its kernel to a window of the output: a transposed convolution. */
export const spread: Prepare<"spread"> = (step, { inputs: [x], output, weights }) => {
  const { strides, dilation, before } = step;
  const [rows, columns, channels] = imageShape(x!.shape);
  const [outputRows, outputColumns, filters] = imageShape(output.shape);
  const { shape, data: kernel } = weights[step.kernel]!;
  const [height, width] = shape as [number, number];
  const bias = step.bias === undefined ? new Float32Array(filters) : weights[step.bias]!.data;
  const [input, result] = [x!.data, output.data];
  return () => {
    for (let at = 0; at < result.length; at += filters) result.set(bias, at);
    for (let row = 0, from = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, from += channels) {
        for (let tap = 0; tap < height * width; tap++) {
          const outputRow = row * strides[0] - before[0] + Math.floor(tap / width) * dilation[0];
          const outputColumn = column * strides[1] - before[1] + (tap % width) * dilation[1];
          if (outputRow < 0 || outputColumn < 0 || outputRow >= outputRows || outputColumn >= outputColumns) continue;
          const to = (outputRow * outputColumns + outputColumn) * filters;
          for (let filter = 0, w = tap * filters * channels; filter < filters; filter++) {
            let sum = 0;
            for (let channel = 0; channel < channels; channel++, w++) sum += input[from + channel]! * kernel[w]!;
            result[to + filter]! += sum;
          }
        }
      }
    }
  };
};
