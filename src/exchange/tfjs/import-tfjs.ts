import { InputError, shown } from "../../core/errors.ts";
import { jsonFrom } from "../../core/json.ts";
import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { type ManifestWeight, readManifest } from "../../formats/tfjs/weights-manifest.ts";
import { type EngineOptions, engineOptions } from "../../model/engine-options.ts";
import { factsIn, TEST_VECTOR, takeFacts } from "../facts.ts";
import { type ModelFile, opened } from "../given-file.ts";
import { tfjsOptions } from "../import-options.ts";
import type { Imported } from "../imported.ts";
import { property } from "../keras/import/json.ts";
import { imported, modelOf } from "../keras/import/model.ts";
import type { NeededLayer } from "../keras/import/needs.ts";
import { foundInGroups, type WeightGroup } from "../keras/import/weights.ts";

export const importTfjsOptions = { ...engineOptions, ...tfjsOptions };

/** Options of {@link importTfjs}. */
export interface ImportTfjsOptions extends OptionsOf<typeof importTfjsOptions> {}

/** A model of TensorFlow.js: see `importTfjs` of `exchange.ts`. */
export async function importTfjs(given: ModelFile, options: ImportTfjsOptions): Promise<Imported> {
  const { inputShape, output, ...engine } = checkedOptions("importTfjs", importTfjsOptions, options);
  const file = await opened("importTfjs", given);
  const json = jsonFrom(file.bytes, file.name);
  const topology = property(json, "modelTopology");
  const manifest = property(json, "weightsManifest");
  if (topology === undefined || topology === null || manifest === undefined)
    throw new InputError(
      `${file.name}: expected a TensorFlow.js model.json with modelTopology and weightsManifest, got ${shown(json)}`,
    );
  const weights = await readManifest(file.name, manifest, (name) => file.beside(name));
  const isOfGraph = isGraph(json, topology);
  if (isOfGraph && output !== undefined)
    throw new InputError(`${file.name}: the option output: expected with a model of layers, got a graph: leave it out`);
  const made = isOfGraph
    ? await fromGraph(file.name, { json, weights, inputShape, engine })
    : fromLayers(file.name, topology, { weights, inputShape, output, engine });
  const facts = factsIn(property(json, "userDefinedMetadata"));
  if (output !== undefined) facts.delete(TEST_VECTOR); // it is that of all outputs
  await takeFacts(file.name, made.model, facts);
  return imported(sourceOf(json, topology), made);
}

interface Parts {
  readonly weights: readonly ManifestWeight[];
  readonly inputShape: ImportTfjsOptions["inputShape"];
  readonly engine: EngineOptions;
}

function fromLayers(
  file: string,
  topology: unknown,
  { weights, inputShape, output, engine }: Parts & Pick<ImportTfjsOptions, "output">,
) {
  // The converter wraps what Keras wrote; tfjs itself writes the model at once.
  return modelOf(property(topology, "model_config") ?? topology, {
    file,
    written: { version: kerasVersion(topology), backend: "tensorflow.js" },
    inputShape,
    output,
    engine,
    weights: (needed, notes) => foundInGroups(file, needed, grouped(needed, weights), notes),
  });
}

async function fromGraph(file: string, parts: Parts & { readonly json: unknown }) {
  const { graphModel } = await import("./graph/import-graph.ts");
  const note =
    "A graph has operators and no layers: their names and options, and penalties and dropout, are not in it.";
  return { model: graphModel({ file, ...parts }), notes: new Set([note]) };
}

/** A graph model: by its format, or by TensorFlow's nodes, where an old file does not name its format. */
function isGraph(json: unknown, topology: unknown): boolean {
  return property(json, "format") === "graph-model" || Array.isArray(property(topology, "node"));
}

/** The version of Keras whose options the layers have; tfjs has those of Keras 2. */
function kerasVersion(topology: unknown): string {
  const version = property(topology, "keras_version");
  return typeof version === "string" && /^\d+\./.test(version) ? version : "2.0";
}

function sourceOf(json: unknown, topology: unknown): string {
  const names = [property(json, "generatedBy"), property(topology, "keras_version")]
    .filter((name): name is string => typeof name === "string")
    .map((name) => name.replaceAll(/[^\w .+-]/g, "").slice(0, 60));
  const [by] = names;
  if (by === undefined) return "TensorFlow.js";
  const library = isGraph(json, topology) ? "graph of TensorFlow" : "Keras";
  return /^\d/.test(by) ? `TensorFlow.js (${library} ${by})` : `TensorFlow.js (${by.replace(/^TensorFlow.js /, "")})`;
}

/**
 * The weights of each layer, or of each model within the model. Names are `conv2d/kernel`, also with the model's name in
 * front, and `inner/conv2d/kernel` for a model within.
 */
function grouped(needed: readonly NeededLayer[], weights: readonly ManifestWeight[]): WeightGroup[] {
  const units = new Map<string, string>();
  for (const { name, models } of needed) units.set(models[0]?.name ?? name, models[0]?.name ?? name);
  // A layer of the model itself comes before one of a model within.
  for (const { name, models } of needed) if (!units.has(name)) units.set(name, models[0]?.name ?? name);
  const groups = new Map<string, ManifestWeight[]>();
  for (const weight of weights) {
    const folders = weight.name.split("/").slice(0, -1);
    const known = folders.find((folder) => units.has(folder));
    const name = known === undefined ? folders.join("/") : units.get(known)!;
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    group.push(weight);
  }
  return [...groups].map(([name, each]) => ({ name, weights: each }));
}
