import { imageShape, type Prepare } from "./value.ts";

/** Steps that only move numbers: each takes the number at a place of its input, or 0. */
function moved(
  { inputs: [x], output }: Parameters<Prepare<"cut">>[1],
  placeOf: (row: number, column: number, channel: number) => number,
): () => void {
  const [rows, columns, channels] = imageShape(output.shape);
  const places = new Int32Array(output.data.length);
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let channel = 0; channel < channels; channel++, to++) places[to] = placeOf(row, column, channel);
    }
  }
  const [input, result] = [x!.data, output.data];
  return () => {
    for (let to = 0; to < result.length; to++) result[to] = places[to]! < 0 ? 0 : input[places[to]!]!;
  };
}

export const cut: Prepare<"cut"> = ({ start }, values) => {
  const [rows, columns, channels] = imageShape(values.inputs[0]!.shape);
  return moved(values, (row, column, channel) => {
    const [y, x] = [row + start[0], column + start[1]];
    const isInside = y >= 0 && x >= 0 && y < rows && x < columns;
    return isInside ? (y * columns + x) * channels + channel + start[2] : -1;
  });
};

export const permute: Prepare<"permute"> = ({ axes }, values) => {
  const { shape } = values.inputs[0]!;
  const steps = axes.map((axis) => shape.slice(axis).reduce((product, size) => product * size, 1));
  return moved(values, (...place) =>
    place.slice(3 - axes.length).reduce((sum, index, axis) => sum + index * steps[axis]!, 0),
  );
};

export const repeat: Prepare<"repeat"> = ({ size }, values) => {
  const [, columns, channels] = imageShape(values.inputs[0]!.shape);
  return moved(
    values,
    (row, column, channel) => (Math.floor(row / size[0]) * columns + Math.floor(column / size[1])) * channels + channel,
  );
};

export const reshape: Prepare<"reshape"> = (_, { inputs: [x], output }) => {
  return () => output.data.set(x!.data);
};

export const concatenate: Prepare<"concatenate"> = (_, { inputs, output }) => {
  const channels = output.shape.at(-1)!;
  return () => {
    let start = 0;
    for (const { shape, data } of inputs) {
      const own = shape.at(-1)!;
      for (let from = 0, to = start; from < data.length; from += own, to += channels)
        output.data.set(data.subarray(from, from + own), to);
      start += own;
    }
  };
};

/** Between the four nearest positions, whose middles count; beyond the outermost ones, their value. */
export const interpolate: Prepare<"interpolate"> = ({ size }, { inputs: [x], output }) => {
  const [rows, columns, channels] = imageShape(x!.shape);
  const [outputRows, outputColumns] = imageShape(output.shape);
  const input = x!.data;
  const between = (at: number, factor: number, count: number) => {
    const middle = Math.min(Math.max((at + 0.5) / factor - 0.5, 0), count - 1);
    const low = Math.floor(middle);
    return [low, Math.min(low + 1, count - 1), middle - low] as const;
  };
  return () => {
    for (let row = 0, to = 0; row < outputRows; row++) {
      const [top, bottom, down] = between(row, size[0], rows);
      for (let column = 0; column < outputColumns; column++) {
        const [left, right, along] = between(column, size[1], columns);
        for (let channel = 0; channel < channels; channel++, to++) {
          const line = (y: number) =>
            (1 - along) * input[(y * columns + left) * channels + channel]! +
            along * input[(y * columns + right) * channels + channel]!;
          output.data[to] = (1 - down) * line(top) + down * line(bottom);
        }
      }
    }
  };
};
