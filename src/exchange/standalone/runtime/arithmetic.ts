import { imageShape, type Prepare, type Value } from "./value.ts";

export const scale: Prepare<"scale"> = (step, { inputs: [x], output: { shape, data } }) => {
  const channels = shape.at(-1)!;
  const list = (given: number | readonly number[]) =>
    typeof given === "number" ? new Float64Array(channels).fill(given) : Float64Array.from(given);
  const [factors, terms] = [list(step.scale), list(step.shift)];
  const input = x!.data;
  return () => {
    for (let at = 0; at < data.length; ) {
      for (let channel = 0; channel < channels; channel++, at++)
        data[at] = input[at]! * factors[channel]! + terms[channel]!;
    }
  };
};

/** For each number of a shape, the place of the one that stands there in a value whose axes are equal, missing or 1. */
function placesIn({ shape }: Value, [rows, columns, channels]: readonly [number, number, number]): Int32Array {
  const own = imageShape(shape);
  const steps = [own[1] * own[2], own[2], 1].map((step, axis) => (own[axis] === 1 ? 0 : step));
  const places = new Int32Array(rows * columns * channels);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let channel = 0; channel < channels; channel++, at++)
        places[at] = row * steps[0]! + column * steps[1]! + channel * steps[2]!;
    }
  }
  return places;
}

export const prelu: Prepare<"prelu"> = ({ alpha }, { inputs: [x], output: { shape, data }, weights }) => {
  const slopes = weights[alpha]!;
  const places = placesIn(slopes, imageShape(shape));
  return () => {
    for (let i = 0; i < data.length; i++) {
      const value = x!.data[i]!;
      data[i] = value > 0 ? value : slopes.data[places[i]!]! * value;
    }
  };
};

const operations = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  maximum: Math.max,
  minimum: Math.min,
};

export const merge: Prepare<"merge"> = ({ by }, { inputs, output: { shape, data } }) => {
  const operation = operations[by];
  const places = inputs.map((input) => placesIn(input, imageShape(shape)));
  return () => {
    for (let i = 0; i < data.length; i++) {
      let joined = inputs[0]!.data[places[0]![i]!]!;
      for (let k = 1; k < inputs.length; k++) joined = operation(joined, inputs[k]!.data[places[k]![i]!]!);
      data[i] = joined;
    }
  };
};

export const distances: Prepare<"distances"> = ({ centres }, { inputs: [x], output: { data }, weights }) => {
  const { data: places } = weights[centres]!;
  return () => {
    for (let unit = 0; unit < data.length; unit++) {
      let sum = 0;
      for (let i = 0; i < x!.data.length; i++) sum += (x!.data[i]! - places[i * data.length + unit]!) ** 2;
      data[unit] = sum;
    }
  };
};
