import { listed } from "../../../core/errors.ts";
import { isLayerType } from "../../../layers/registry.ts";
import type { Model } from "../../../model/model.ts";
import type { OneOrMore } from "../../../model/model-options.ts";
import { outsideText, preparationNote } from "../../preparation-note.ts";
import type { Layout } from "./graph.ts";
import { doesNothing } from "./rules.ts";

/** What the file does not have that the model has: a sentence each. */
export function notesOf(
  model: Model<OneOrMore, OneOrMore>,
  { layout, withPreparation }: { readonly layout: Layout; readonly withPreparation: boolean },
): string[] {
  const { layers, training, reading } = model;
  const idle = layers.filter(({ type }) => isLayerType(type) && doesNothing(type)).map(({ name }) => name);
  const isRuled = (name: string) => name.endsWith("Regularizer") || name.endsWith("Constraint");
  const ruled = layers.filter(({ config }) => Object.keys(config).some(isRuled)).map(({ name }) => name);
  const preparation = reading?.preparation;
  return [
    ...(layout === "nchw" && layers.some(({ type, built }) => type === "input" && built.outputShape.length === 3)
      ? ["Images have their channels first in the file: [N, channels, rows, columns]."]
      : []),
    ...(training
      ? ["The optimizer with its state, losses and metrics stay behind: an ONNX file is for inference."]
      : []),
    ...(idle.length > 0 ? [`Left out, since they pass their input in inference: ${listed(idle, "and")}.`] : []),
    ...(ruled.length > 0 ? [`Penalties and constraints stay behind, of ${listed(ruled, "and")}.`] : []),
    ...(preparation && withPreparation
      ? [
          `The file takes bytes of ${preparation.size.join("x")} pixels, scales and pads them. ${outsideText(preparation)}.`,
        ]
      : []),
    ...(preparation && !withPreparation ? [preparationNote(preparation, true)] : []),
  ];
}
