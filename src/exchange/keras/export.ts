/**
 * A model as a `.keras` file, which Keras 3 loads: a zip file, its entries stored, with the network and what `compile` set
 * as `config.json`, and the weights and the optimizer's variables as `model.weights.h5`.
 * https://keras.io/api/models/model_saving_apis/model_saving_and_loading/
 */
import { zipSync } from "fflate";
import { checkedOptions, flag, type OptionsOf, optional } from "../../core/options.ts";
import { graphOf, listOf } from "../../model/graph.ts";
import type { Model } from "../../model/model.ts";
import type { OneOrMore } from "../../model/model-options.ts";
import { targetsOf } from "../../model/objectives.ts";
import type { Reading } from "../../model/reading.ts";
import type { Exported } from "../exported.ts";
import { factsOf, READING, TEST_VECTOR } from "../facts.ts";
import { preparationNote } from "../preparation-note.ts";
import { compileConfig } from "./compile-config.ts";
import { frontLayers } from "./front-layers.ts";
import { functionalOf } from "./functional.ts";
import { jsonText } from "./json-text.ts";
import { needsPython } from "./object.ts";
import { optimizerDatasets } from "./optimizer-state.ts";
import { PYTHON, PYTHON_NAME } from "./python-file.ts";
import { weightFile } from "./weight-file.ts";

const options = {
  /**
   * Whether the Keras model takes pixels, 0 to 255, and prepares them itself as the model says in `reading`: it begins
   * with Rescaling, after Resizing where pictures are only resized, and with ZeroPadding2D where they are padded. Default
   * false: it takes what the model takes.
   */
  withPreparation: optional(flag, false),
};

/** Options of {@link exportKeras}. */
export interface ExportKerasOptions extends OptionsOf<typeof options> {}

/** The earliest version that loads the file. */
const KERAS_VERSION = "3.0.0";

/** See `exportKeras` of `lenet5/exchange`. */
export async function exportKeras(
  model: Model<OneOrMore, OneOrMore>,
  given: ExportKerasOptions = {},
): Promise<Exported> {
  const { withPreparation } = checkedOptions("exportKeras", options, given);
  const graph = graphOf(listOf(model.inputs), listOf(model.outputs));
  const preparation = model.reading?.preparation;
  const prepared = withPreparation ? frontLayers(graph, preparation) : undefined;
  const { layers, inputs, outputs } = functionalOf(graph, prepared?.front);
  const { training } = model;
  const compiled = training && compileConfig(training, targetsOf(graph, training.objectives));
  const config = jsonText({
    module: "keras.src.models.functional",
    class_name: "Functional",
    config: {
      name: model.name,
      trainable: true,
      layers: layers.map(({ layer: _, ...saved }) => saved),
      input_layers: inputs,
      output_layers: outputs,
    },
    registered_name: "Functional",
    ...(compiled?.config && { compile_config: compiled.config }),
  });
  const trained = layers
    .flatMap(({ layer }) => [...(layer?.variables.values() ?? [])])
    .filter((each) => each.trainable);
  const optimizer = training &&
    compiled?.config && {
      name: training.optimizer.type.toLowerCase(),
      datasets: optimizerDatasets(training, trained, compiled.hasRate),
    };
  // Keras ignores what it does not know.
  const facts = prepared
    ? preparedFacts(await factsOf("exportKeras", model), model.reading!)
    : await factsOf("exportKeras", model);
  const metadata = { keras_version: KERAS_VERSION, date_saved: now(), ...facts };
  const hasOwn = needsPython(config);
  const encode = (text: string) => new TextEncoder().encode(text);
  const bytes = zipSync(
    {
      "metadata.json": encode(JSON.stringify(metadata)),
      "config.json": encode(config),
      "model.weights.h5": await weightFile(layers, optimizer, model.name),
    },
    { level: 0 },
  );
  return {
    bytes,
    beside: hasOwn ? { [PYTHON_NAME]: encode(PYTHON) } : {},
    notes: [
      ...(prepared?.notes ?? (preparation ? [preparationNote(preparation, true)] : [])),
      ...(compiled?.notes ?? []),
      ...(hasOwn
        ? [
            `Keras does not have every part of this network: put ${PYTHON_NAME} beside your program, and \`import lenet5_keras\` before load_model.`,
          ]
        : []),
    ],
  };
}

/** The facts of the network that takes pixels itself: no test vector, which is one of the model's own input. */
function preparedFacts({ [TEST_VECTOR]: _, ...facts }: Record<string, string>, reading: Reading) {
  const preparation = { ...reading.preparation, scale: 1, padding: 0 };
  return { ...facts, [READING]: JSON.stringify({ ...reading, preparation }) };
}

/** The time as Keras writes it: 2026-11-26@16:11:00. */
function now(): string {
  return new Date().toISOString().replace("T", "@").slice(0, 19);
}
