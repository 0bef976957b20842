import { InputError } from "../../../core/errors.ts";
import { jsonFrom } from "../../../core/json.ts";
import { checkedOptions } from "../../../core/options.ts";
import { type Hdf5Group, readHdf5 } from "../../../formats/hdf5/read.ts";
import { readZip, weightsReader } from "../../../formats/zip.ts";
import { factsIn, TEST_VECTOR, takeFacts } from "../../facts.ts";
import { type GivenFile, type ModelFile, opened } from "../../given-file.ts";
import type { Imported } from "../../imported.ts";
import { majorOf, type Written } from "./age.ts";
import { isObject, property } from "./json.ts";
import { imported, modelOf, type ReadModel } from "./model.ts";
import { intoNetwork } from "./network.ts";
import { type ImportKerasOptions, importKerasOptions } from "./options.ts";
import { topologyOf } from "./topology.ts";
import { restoreTraining, type SavedTraining } from "./training.ts";
import { foundInFile, variablesOf } from "./weight-files.ts";

/** A model from a file of Keras: see `importKeras` of `exchange.ts`. */
export async function importKeras(given: ModelFile, givenOptions: ImportKerasOptions): Promise<Imported> {
  const options = checkedOptions("importKeras", importKerasOptions, givenOptions);
  const file = await opened("importKeras", given);
  if (startsWith(file.bytes, "PK")) return fromArchive(file, options);
  if (startsWith(file.bytes, "\x89HDF")) return fromHdf5(file, options);
  return fromJson(file, options);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && [...text].every((character, i) => bytes[i] === character.charCodeAt(0));
}

/** A .keras file: a zip file of config.json, metadata.json and model.weights.h5. */
async function fromArchive({ name, bytes }: GivenFile, options: ImportKerasOptions): Promise<Imported> {
  refuse(name, options, ["weights", "architecture", "network"]);
  const entries = new Map(readZip(bytes, name).map((entry) => [entry.name, entry]));
  const read = weightsReader(bytes, name);
  const content = async (part: string) => {
    const entry = entries.get(part);
    if (!entry) throw new InputError(`${name}: expected a .keras file with a ${part}, got a zip file without it`);
    return read(entry);
  };
  const config = jsonFrom(await content("config.json"), `${name}: config.json`);
  const metadata = entries.has("metadata.json")
    ? jsonFrom(await content("metadata.json"), `${name}: metadata.json`)
    : {};
  const weights = await readHdf5(await content("model.weights.h5"), `${name}: model.weights.h5`);
  const version = property(metadata, "keras_version");
  const written = { version: typeof version === "string" ? version : "3.0", backend: undefined };
  const made = readWith(name, config, weights, written, options);
  const saved = property(config, "compile_config");
  if (isObject(saved) && Object.keys(saved).length > 0)
    restore(made, options, { config: saved, variables: variablesOf(weights) });
  const facts = factsIn(metadata);
  if (options.output !== undefined) facts.delete(TEST_VECTOR); // it is that of all outputs
  await takeFacts(name, made.model, facts);
  return imported(`Keras ${written.version} (.keras)`, made);
}

/** Compiles a model as it was, if it has all outputs for which it was compiled. */
function restore(made: ReadModel, { output }: ImportKerasOptions, saved: SavedTraining): void {
  if (output === undefined) restoreTraining(made.model, saved, made);
  else
    made.notes.add("Optimizer and loss of the file were left out, which are for all its outputs: compile the model.");
}

/** A whole model, or weights alone. */
async function fromHdf5(file: GivenFile, options: ImportKerasOptions): Promise<Imported> {
  const root = await readHdf5(file.bytes, file.name);
  const written = writtenBy(root, {});
  const source = `Keras${written.version === undefined ? "" : ` ${written.version}`}`;
  const config = root.attributes.get("model_config");
  if (typeof config === "string" && !options.network && !options.architecture) {
    refuse(file.name, options, ["weights"]);
    const description = jsonFrom(config, `${file.name}: model_config`);
    const made = readWith(file.name, description, root, written, options);
    const training = root.attributes.get("training_config");
    if (typeof training === "string") {
      const saved = jsonFrom(training, `${file.name}: training_config`);
      restore(made, options, { config: saved, variables: variablesOf(root) });
    }
    return imported(`${source} (.h5)`, made);
  }
  refuse(file.name, options, ["weights"]);
  const { network, backend } = options;
  if (network) refuse(file.name, options, ["output"]);
  if (network) return imported(`${source} (weights)`, intoNetwork(file.name, root, written, { network, backend }));
  const architecture = options.architecture
    ? await opened("importKeras architecture", options.architecture)
    : await besideOf(file, [".json"]);
  if (!architecture) {
    throw new InputError(
      `${file.name}: it has weights, but does not say its layers: give the .json file of the architecture with the option architecture, or a network with the option network`,
    );
  }
  return described(architecture, file.name, root, options);
}

/** A description of the layers, with weights in another file. */
async function fromJson(file: GivenFile, options: ImportKerasOptions): Promise<Imported> {
  if (!/^[\s\uFEFF]*[{[]/.test(new TextDecoder().decode(file.bytes.subarray(0, 100))))
    throw new InputError(
      `${file.name}: expected a zip file (.keras), an HDF5 file (.h5) or JSON of Keras, got ${startOf(file.bytes)}: is it damaged or encrypted?`,
    );
  refuse(file.name, options, ["architecture", "network"]);
  const weights = options.weights
    ? await opened("importKeras weights", options.weights)
    : await besideOf(file, [".weights.h5", ".h5", ".hdf5", "_weights.h5"]);
  const description = jsonFrom(file.bytes, file.name);
  topologyOf(file.name, description);
  if (!weights) {
    throw new InputError(
      `${file.name}: it describes layers without their weights: give the .h5 file of the weights with the option weights`,
    );
  }
  return described(file, weights.name, await readHdf5(weights.bytes, weights.name), options);
}

function described(architecture: GivenFile, name: string, root: Hdf5Group, options: ImportKerasOptions): Imported {
  const description = jsonFrom(architecture.bytes, architecture.name);
  const written = writtenBy(root, description);
  const source = `Keras${written.version === undefined ? "" : ` ${written.version}`} (architecture and weights)`;
  const made = readWith(architecture.name, description, root, written, options, name);
  return imported(source, made);
}

/** The file of the same name with another ending, if there is one. */
async function besideOf({ name, beside }: GivenFile, endings: readonly string[]): Promise<GivenFile | undefined> {
  const base = name.replace(/^.*[/\\]/, "").replace(/(\.weights)?\.[^.]*$/, "");
  for (const ending of endings) {
    const other = base + ending;
    try {
      return { name: other, bytes: await beside(other), beside };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return undefined;
}

function readWith(
  file: string,
  description: unknown,
  root: Hdf5Group,
  written: Written,
  { backend, inputShape, output, ...options }: ImportKerasOptions,
  weightsFile = file,
): ReadModel {
  const engine = { threads: options.threads, numerics: options.numerics };
  return modelOf(description, {
    file,
    written,
    backend,
    inputShape,
    output,
    engine,
    weightsFile,
    weights: (needed, notes) => foundInFile(weightsFile, root, needed, notes),
  });
}

/** Version and backend of Keras by an HDF5 file's attributes, else by the description. */
function writtenBy(root: Hdf5Group, description: unknown): Written {
  const text = (name: string): string | undefined => {
    const values = [
      root.attributes.get(name),
      root.groups.get("model_weights")?.attributes.get(name),
      property(description, name),
    ];
    return values.find((value): value is string => typeof value === "string");
  };
  const weights = root.groups.get("model_weights") ?? root;
  const isOldest = weights.attributes.has("nb_layers");
  const version = text("keras_version") ?? (isOldest ? "0.x" : undefined);
  return { version: majorOf(version) === undefined && isOldest ? "0.x" : version, backend: text("backend") };
}

/** @throws InputError for an option that a file has no use for */
function refuse(file: string, options: ImportKerasOptions, names: readonly (keyof ImportKerasOptions)[]): void {
  const name = names.find((each) => options[each] !== undefined);
  if (name !== undefined) throw new InputError(`importKeras ${name}: ${file} has no use for it: leave it out`);
}

/** How a file starts that is of no known kind. */
function startOf(bytes: Uint8Array): string {
  const first = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0"));
  return first.length === 0 ? "an empty file" : `a file that starts with the bytes ${first.join(" ")}`;
}
