import { imageShape, type Prepare } from "./value.ts";

/** The largest number or the mean of each window, of the positions inside the image only. */
export const pool: Prepare<"pool"> = ({ take, size, strides, before }, { inputs: [x], output }) => {
  const [rows, columns, channels] = imageShape(x!.shape);
  const [outputRows, outputColumns] = imageShape(output.shape);
  const [input, result] = [x!.data, output.data];
  const isMax = take === "max";
  return () => {
    for (let outputRow = 0, to = 0; outputRow < outputRows; outputRow++) {
      const top = outputRow * strides[0] - before[0];
      const [firstRow, endRow] = [Math.max(top, 0), Math.min(top + size[0], rows)];
      for (let outputColumn = 0; outputColumn < outputColumns; outputColumn++) {
        const left = outputColumn * strides[1] - before[1];
        const [first, end] = [Math.max(left, 0), Math.min(left + size[1], columns)];
        const share = 1 / ((endRow - firstRow) * (end - first));
        for (let channel = 0; channel < channels; channel++, to++) {
          let most = Number.NEGATIVE_INFINITY;
          let sum = 0;
          for (let row = firstRow; row < endRow; row++) {
            const stop = (row * columns + end) * channels + channel;
            for (let at = (row * columns + first) * channels + channel; at < stop; at += channels) {
              const value = input[at]!;
              sum += value;
              if (value > most) most = value;
            }
          }
          result[to] = isMax ? most : sum * share;
        }
      }
    }
  };
};
