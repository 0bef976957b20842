import { type OracleOp, tensor } from "./tensor.ts";

/** Any number of inputs, side by side on the last axis. */
export function concatenate(): OracleOp {
  return {
    forward(inputs) {
      const channels = inputs.map(({ shape }) => shape.at(-1)!);
      const C = channels.reduce((a, b) => a + b);
      const positions = inputs[0].data.length / channels[0];
      const output = tensor([...inputs[0].shape.slice(0, -1), C]);
      /** Visits every element with the index of its input, its index there, and its index in the output. */
      function eachElement(visit: (input: number, i: number, o: number) => void): void {
        for (let position = 0; position < positions; position++) {
          let o = position * C;
          for (const [input, count] of channels.entries())
            for (let c = 0; c < count; c++) visit(input, position * count + c, o++);
        }
      }
      eachElement((input, i, o) => {
        output.data[o] = inputs[input].data[i];
      });
      return {
        output,
        backward(dOutput) {
          const dInputs = inputs.map(({ shape }) => tensor(shape));
          // output[o] = inputs[input][i]
          eachElement((input, i, o) => {
            dInputs[input].data[i] += dOutput.data[o];
          });
          return { inputs: dInputs, weights: [] };
        },
      };
    },
  };
}
