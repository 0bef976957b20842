import { InputError } from "../../core/errors.ts";
import { sizeOf } from "../../core/tensor.ts";
import type { Graph } from "../../model/graph.ts";
import type { Preparation } from "../../pictures/preparation.ts";
import { type Front, type FunctionalLayer, type History, inboundNode } from "./functional.ts";
import { kerasObject } from "./object.ts";
import { groupName } from "./weight-file.ts";

/**
 * Layers that prepare pixels, 0 to 255, as the model's own pictures were prepared, and what they cannot do.
 * @throws InputError for a model that has several inputs or does not know its preparation
 */
export function frontLayers(
  graph: Graph,
  preparation: Preparation | undefined,
): { readonly front: Front; readonly notes: readonly string[] } {
  const [input] = graph.inputs as [(typeof graph.inputs)[0]];
  if (graph.inputs.length > 1)
    throw new InputError("exportKeras withPreparation: expected a model with one input, got several: leave it out");
  if (!preparation)
    throw new InputError(
      "exportKeras withPreparation: expected a model that knows how its pictures are prepared, got one that does not: set model.reading, or leave it out",
    );
  const { size, padding, channels, framing, scale } = preparation;
  const image = [size[0] + 2 * padding, size[1] + 2 * padding, channels];
  if (sizeOf(image) !== sizeOf(input.shape))
    throw new InputError(
      `exportKeras withPreparation: expected a preparation to the model's input [${input.shape.join(", ")}], got one to [${image.join(", ")}]: correct model.reading`,
    );
  const taken = new Set(graph.layers.map(({ name }) => name));
  const unique = (name: string) => {
    let free = name;
    for (let i = 1; taken.has(free); i++) free = `${name}_${i}`;
    taken.add(free);
    return free;
  };
  const layers: FunctionalLayer[] = [];
  let shape: readonly (number | null)[] = framing === "mnist" ? [...size, channels] : [null, null, channels];
  const place = (): History => [layers.at(-1)!.name, 0, 0];
  const add = (className: string, config: Readonly<Record<string, unknown>>, output: readonly (number | null)[]) => {
    const name = unique(className === "InputLayer" ? "pixels" : groupName(className));
    const inbound_nodes = layers.length === 0 ? [] : [inboundNode([[shape, place()]])];
    layers.push({ ...kerasObject("layers", className, { name, dtype: "float32", ...config }), name, inbound_nodes });
    shape = output;
  };
  add("InputLayer", { batch_shape: [null, ...shape], sparse: false }, shape);
  if (framing === "none") add("Resizing", resizing(preparation), [...size, channels]);
  if (scale !== 1) add("Rescaling", { scale, offset: 0 }, shape);
  if (padding > 0)
    add(
      "ZeroPadding2D",
      {
        padding: [
          [padding, padding],
          [padding, padding],
        ],
      },
      image,
    );
  if (input.shape.length === 1) add("Flatten", {}, input.shape);
  const front = { layers, input: [layers[0]!.name, 0, 0] as const, output: place() };
  return { front, notes: notesOf(preparation) };
}

function resizing({ size, fit, ink }: Preparation): Readonly<Record<string, unknown>> {
  const [height, width] = size;
  const common = { height, width, interpolation: "bilinear" };
  if (fit === "stretch") return common;
  if (fit === "crop") return { ...common, crop_to_aspect_ratio: true };
  return { ...common, pad_to_aspect_ratio: true, fill_mode: "constant", fill_value: ink === "light" ? 0 : 255 };
}

function notesOf({ size, framing, channels, ink }: Preparation): string[] {
  const pixels = `${size.join("x")} pixels of ${channels === 1 ? "grey" : `${channels} channels`}, 0 to 255`;
  return framing === "mnist"
    ? [
        `The Keras model takes ${pixels}, ${ink} ink: Keras has no layer that finds and centres a digit as MNIST's were, so frame pictures before.`,
      ]
    : [
        `The Keras model takes pictures of any size; Keras's Resizing reads four pixels where lenet5 takes the mean of all.`,
      ];
}
