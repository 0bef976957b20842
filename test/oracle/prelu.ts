import { type OracleOp, tensor } from "./tensor.ts";

/** x above 0, alpha x below. alpha has the shape of x without the batch, with 1 for axes that share a slope. */
export function prelu(): OracleOp {
  return {
    forward([x], [alpha]) {
      const size = x.data.length / x.shape[0];
      /** The index of the slope of an element: its place on each axis, or 0 on a shared one. */
      const slopeOf = (i: number): number => {
        let rest = i % size;
        let inner = size;
        return alpha.shape.reduce((index, length, axis) => {
          inner /= x.shape[axis + 1];
          const place = Math.floor(rest / inner);
          rest %= inner;
          return index * length + (length === 1 ? 0 : place);
        }, 0);
      };
      const output = tensor(
        x.shape,
        x.data.map((v, i) => (v > 0 ? v : alpha.data[slopeOf(i)] * v)),
      );
      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          const dAlpha = tensor(alpha.shape);
          for (const [i, d] of dOutput.data.entries()) {
            const v = x.data[i];
            // In TensorFlow, the slope at 0 is 0.
            dX.data[i] = v > 0 ? d : v < 0 ? d * alpha.data[slopeOf(i)] : 0;
            if (v < 0) dAlpha.data[slopeOf(i)] += d * v;
          }
          return { inputs: [dX], weights: [dAlpha] };
        },
      };
    },
  };
}
