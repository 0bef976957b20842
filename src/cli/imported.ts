import { joinPath, pathInfo, readBytes, writeError } from "#platform";
import { InputError, listed } from "../core/errors.ts";
import { formatOf } from "../exchange/import-model.ts";
import { UNKNOWN_SCALE } from "../exchange/imported.ts";
import { type Imported, type ImportOptions, importModel, withPreparation } from "../exchange.ts";
import type { Model, Preparation } from "../index.ts";
import { flagOf } from "./data-options.ts";
import type { InputOptions } from "./input-options.ts";
import { throwForCommand } from "./library-errors.ts";

/** A model of another program's file, ready for this library's images. */
export interface ForeignModel {
  readonly model: Model;
  /** What was read: `ONNX (PyTorch 2.9, opset 18)`. */
  readonly source: string;
  readonly notes: readonly string[];
  /** Where each tensor went, of a file that names no layers. */
  readonly mapping?: Imported["mapping"];
  /** Where the file does not say how its network takes images: what was assumed. */
  readonly assumed?: string;
}

/** The file to read at a path: of a folder with a model in several files, the one that names the others. */
export async function foreignFile(path: string): Promise<string | undefined> {
  if ((await pathInfo(path))?.kind !== "folder") return path;
  const file = joinPath(path, "model.json");
  return (await pathInfo(file)) ? file : undefined;
}

/** Whether a file is one of this library, or looks so by its name only. */
export async function isOwnFile(path: string): Promise<boolean> {
  return formatOf({ name: path, bytes: await readBytes(path) }).isOwn === true;
}

/**
 * The model of another program's file, behind layers that make its images from this library's.
 * @param asIs without such layers, unless `input` says how it takes images
 * @throws InputError for a file without a network where none is given, and for one of several inputs or outputs
 */
export async function foreignModel(
  path: string,
  options: ImportOptions,
  { input, asIs = false }: { readonly input?: InputOptions | undefined; readonly asIs?: boolean } = {},
): Promise<ForeignModel> {
  const {
    model,
    source,
    notes: all,
    mapping,
  } = await importModel(path, options).catch((error) => throwWithFlags(path, error));
  const notes = all.filter((note) => note !== UNKNOWN_SCALE);
  if (Array.isArray(model.inputs))
    throw new InputError(`${path}: expected a model with one input, got several: use the library for it`);
  if (Array.isArray(model.outputs)) {
    const what = `${path}: expected a model with one output, got several`;
    const file = (await foreignFile(path)) ?? path;
    const takes: readonly string[] = formatOf({ name: file, bytes: await readBytes(file) }).takes;
    if (!takes.includes("output")) throw new InputError(`${what}: use the library for it`);
    const names = listed(model.outputs.map(({ layer }) => layer.name));
    throw new InputError(`${what}: choose one with --output (of lenet5 import), ${names}`);
  }
  const of = model as Model;
  const read = { source, notes, ...(mapping && { mapping }) };
  if (!input && asIs) return { model: of, ...read };
  // The file says itself how it takes images.
  const known = of.reading?.preparation;
  if (!input && known) {
    const scale = known.scale * 255;
    return { model: Math.abs(scale - 1) < 1e-6 ? of : await withPreparation(of, { scale }), ...read };
  }
  if (input) return { model: await prepared(path, of, input), ...read };
  const scale = dividesBytes(of) ? 255 : 1;
  const made = await prepared(path, of, { scale });
  const takes = scale === 255 ? "0 to 255, as its network divides them" : "0 to 1";
  const assumed = `pixels from ${takes}; light ink on dark${framed(made.reading?.preparation)}`;
  return { model: made, ...read, assumed };
}

async function prepared(path: string, model: Model, { grey, ...preparation }: InputOptions): Promise<Model> {
  const { pad = 0, padAfter = 0 } = preparation;
  const [rows = 0, columns = 0, channels] = model.inputs.shape;
  const border = 2 * (pad + padAfter);
  if (!grey) return withPreparation(model, preparation).catch((error) => throwForCommand(path, error));
  if (channels !== 3)
    throw new InputError("--grey: expected with a network of colour, got one of grey images; leave it out");
  const image = [rows - border, columns - border, 1] as const;
  return withPreparation(model, { ...preparation, image }).catch((error) => throwForCommand(path, error));
}

function framed(preparation: Preparation | undefined): string {
  return preparation?.framing === "mnist" ? "; digits, framed as in MNIST" : "";
}

/** Whether a network divides what it gets by 127 or more before it computes anything: it learned from bytes. */
function dividesBytes({ layers }: Model): boolean {
  const first = layers.findIndex(({ built }) => built.weights.length > 0);
  return layers
    .slice(0, Math.max(first, 0))
    .some(({ type, config }) => type === "rescaling" && Math.abs(Number(config.scale)) <= 1 / 127);
}

/** Throws an error that names options of the library as one that names those of `lenet5 import`. */
function throwWithFlags(path: string, error: unknown): never {
  if (!(error instanceof InputError)) throw error;
  if (/^import[A-Z]/.test(error.message)) {
    const [problem, takes] = error.message.split("; it takes ") as [string, string?];
    const those = (takes?.match(/\w+(?=")/g) ?? []).filter((name) => name !== "numerics" && name !== "customObjects");
    const ours = those.map((name) => (name === "inputShape" ? "--size" : flagOf(name)));
    const text = takes === undefined ? problem : `${problem}; it takes ${ours.join(", ")}`;
    throwForCommand(path, new InputError(text, { cause: error }));
  }
  const message = error.message
    .replace(/the option inputShape, such as \[28, 28, 1\]/, "--size, such as --size 28")
    .replaceAll(/the option (\w+)/g, (_, name: string) => flagOf(name));
  throw message === error.message ? error : new InputError(`${message} (of lenet5 import)`, { cause: error });
}

/** @throws InputError for a file of weights alone, whose network other commands than `import` cannot take */
export async function refuseBareWeights(file: string): Promise<void> {
  if (!formatOf({ name: file, bytes: await readBytes(file) }).needsNetwork) return;
  throw new InputError(
    `${file}: expected a file with a network, got weights alone: name their network once with lenet5 import ${file} --network ./network.ts -o model.safetensors`,
  );
}

/** One line for people about what a command assumes of a file. */
export function assumption(path: string, { assumed }: ForeignModel): string | undefined {
  return (
    assumed &&
    `Note: ${path} does not say how it takes images; assumed: ${assumed}. lenet5 import --check DATA finds it out`
  );
}

/** Prints what a command assumes of a file, and what its reader noted, on standard error. */
export function printAssumption(path: string, foreign: ForeignModel): void {
  const lines = [...foreign.notes.map((note) => `Note: ${note}`), assumption(path, foreign) ?? []].flat();
  for (const line of lines) writeError(`${line}\n`);
}
