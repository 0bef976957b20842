import { checkOptions } from "../core/errors.ts";
import { concatenate as join } from "../ops/concatenate.ts";
import { defineLayer, type Layer, type LayerOptions } from "./layer.ts";

/** Inputs of equal rows and columns, one's channels after the other's. https://keras.io/api/layers/merging_layers/concatenate/ */
export function concatenate(options: LayerOptions = {}): Layer {
  checkOptions("[concatenate]", options, ["name"]);
  return defineLayer("concatenate", options, {}, (shapes, complain) => {
    if (shapes.length < 2) complain(`expected at least two input tensors, got ${shapes.length}`);
    const front = shapes[0]!.slice(0, -1);
    for (const shape of shapes) {
      if (shape.length !== shapes[0]!.length || front.some((size, axis) => shape[axis] !== size)) {
        complain(
          `expected inputs that differ in the last axis only, got ${shapes.map((s) => `[N, ${s.join(", ")}]`).join(" and ")}`,
        );
      }
    }
    return {
      outputShape: [...front, shapes.reduce((sum, shape) => sum + shape[shape.length - 1]!, 0)],
      weights: [],
      connections: 0,
      macs: 0,
      emit: (tape, inputs) => join(tape, inputs),
    };
  });
}
