import { checkOptions } from "../core/errors.ts";
import { add as sum } from "../ops/add.ts";
import { defineLayer, type Layer, type LayerOptions } from "./layer.ts";

/** The sum of inputs of one shape. https://keras.io/api/layers/merging_layers/add/ */
export function add(options: LayerOptions = {}): Layer {
  checkOptions("[add]", options, ["name"]);
  return defineLayer("add", options, {}, (shapes, complain) => {
    if (shapes.length < 2) complain(`expected at least two input tensors, got ${shapes.length}`);
    if (shapes.some((shape) => shape.join() !== shapes[0]!.join())) {
      complain(`expected inputs of one shape, got ${shapes.map((s) => `[N, ${s.join(", ")}]`).join(" and ")}`);
    }
    return {
      outputShape: shapes[0]!,
      weights: [],
      connections: 0,
      macs: 0,
      emit: (tape, inputs) => sum(tape, inputs),
    };
  });
}
