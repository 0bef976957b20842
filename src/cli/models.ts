import { joinPath, pathInfo } from "#platform";
import { missingObjectIn } from "../core/missing-object.ts";
import { isPictureName } from "../data/sources/picture-names.ts";
import { isModelName } from "../exchange/import-model.ts";
import { type EngineOptions, InputError, loadModel, type Model, openRun, pretrained, type Run } from "../index.ts";
import { quoted } from "../platform/node/quoted.ts";
import {
  type ForeignModel,
  foreignFile,
  foreignModel,
  isOwnFile,
  printAssumption,
  refuseBareWeights,
} from "./imported.ts";
import { type InputOptions, refuseInputOptions } from "./input-options.ts";
import { modelOfRun } from "./networks/custom-objects.ts";
import type { ShippedName } from "./networks/network.ts";
import { defaultNetwork } from "./networks/networks.ts";

export interface OpenedModel {
  readonly model: Model;
  /** Its name in messages. */
  readonly name: string;
  /** The run that it belongs to; absent for a file, and for a network that ships with the package. */
  readonly run?: Run;
  /** What is known of the file of another program that it was read from; absent for a model of this library. */
  readonly foreign?: ForeignModel;
}

/** How a command opens a model. */
interface OpenOptions extends EngineOptions {
  readonly network?: ShippedName;
  /** How the network of another program's file takes images; refused for other models. */
  readonly input?: InputOptions | undefined;
  /** Whether the network of such a file takes light and dark exchanged; for other models this is the command's affair. */
  readonly invert?: boolean | undefined;
  /** Whether the network of such a file takes what it takes there, unless `input` says otherwise. */
  readonly asIs?: boolean;
  /** Whether nothing is printed about what is assumed of such a file. */
  readonly isQuiet?: boolean;
}

/**
 * The model of a file, also of another program, or of a run folder; without a path a network that ships with the package, by default the
 * article's.
 * @throws InputError for a path without a model, and for a model that does not give one score for each class
 */
export async function openModel(
  path: string | undefined,
  { network, input, invert, asIs = false, isQuiet = false, ...engine }: OpenOptions = {},
): Promise<OpenedModel> {
  if (path !== undefined && network !== undefined)
    throw new InputError(`expected a model or --network, got both: "${path}" and "${network}"`);
  const opened =
    path === undefined
      ? await shipped(network, engine)
      : await openPath(path, engine, { input: invert ? { ...input, invert } : input, asIs, isQuiet });
  if (!opened.foreign) refuseInputOptions(input, opened.name);
  checkParts(opened);
  return opened;
}

/** @throws InputError for a model that does not give one score for each class of one image */
export function checkParts({ model: { inputs, outputs }, name }: OpenedModel): void {
  if (Array.isArray(inputs))
    throw new InputError(
      `${name}: expected a model with one input, got ${inputs.length} inputs: use the library for it`,
    );
  if (Array.isArray(outputs) || outputs.shape.length !== 1)
    throw new InputError(`${name}: expected a model with one output [N, classes], got another: use the library for it`);
}

/** The model of a command, which is its argument or the option `--model`. @throws InputError for both */
export function modelArgument(argument: string | undefined, option: string | undefined): string | undefined {
  if (argument !== undefined && option !== undefined)
    throw new InputError(`expected a model or --model, got both: "${argument}" and "${option}"`);
  return argument ?? option;
}

/** Arguments of `predict`: pictures, and before them perhaps a model, which is a folder or a file of a known format. */
export async function modelBeforeImages(
  given: readonly string[],
): Promise<{ readonly model?: string; readonly images: readonly string[] }> {
  const [first = "", ...rest] = given;
  const found = await pathInfo(first);
  const isModel = isModelName(first) || found?.kind === "folder";
  if (!found && !isModel && !isPictureName(first)) {
    throw new InputError(
      `predict: expected a picture, a model file or the folder of a run, got "${first}": there is no such file or folder; check the path`,
    );
  }
  if (!isModel) return { images: given };
  if (rest.length === 0) {
    const folder = found?.kind === "folder" ? quoted(first) : "FOLDER";
    throw new InputError(
      `predict: expected pictures after the model "${first}", got none; for the pictures in a folder, give --bulk ${folder} --out answers.csv`,
    );
  }
  return { model: first, images: rest };
}

async function shipped(network: ShippedName = defaultNetwork, engine: EngineOptions): Promise<OpenedModel> {
  const name = `the network ${network} that ships with lenet5`;
  return { model: await pretrained({ ...engine, network }), name };
}

async function openPath(
  path: string,
  engine: EngineOptions,
  { input, asIs, isQuiet }: Pick<OpenOptions, "input" | "asIs"> & { readonly isQuiet: boolean },
): Promise<OpenedModel> {
  const { file, run } = await findModel(path);
  if (run) return { model: await modelOfRun(run, engine), name: path, run };
  if (await isOwnFile(file)) return { model: await modelOfFile(file, engine), name: path };
  await refuseBareWeights(file);
  const foreign = await foreignModel(file, engine, { input, asIs });
  if (!isQuiet) printAssumption(file, foreign);
  return { model: foreign.model, name: path, foreign };
}

/** The model file of a path, and the run that it belongs to. @throws InputError for a path without a model */
export async function findModel(path: string): Promise<{ readonly file: string; readonly run?: Run }> {
  const found = await pathInfo(path);
  if (!found)
    throw new InputError(`model "${path}": there is no such file or folder; give a model file or the folder of a run`);
  if (found.kind !== "folder") return { file: path };
  const file = joinPath(path, "model.safetensors");
  const foreign = await foreignFile(path);
  if (foreign !== undefined) return { file: foreign };
  if (!(await pathInfo(file))) {
    // Loaded for this error only.
    const { runsWithin } = await import("./runs-within.ts");
    const instead = (await runsWithin(path)) ?? "the folder of a run";
    throw new InputError(`model "${path}": the folder has no model.safetensors; give ${instead}`);
  }
  if (!(await pathInfo(joinPath(path, "config.json")))) return { file };
  return { file, run: await openRun(path) };
}

async function modelOfFile(file: string, engine: EngineOptions): Promise<Model> {
  try {
    return await loadModel(file, engine);
  } catch (error) {
    const missing = missingObjectIn(error);
    if (missing === undefined) throw error;
    throw new InputError(
      `${file}: its network has the ${missing}, which a file does not hold: give the folder of its run, or use loadModel with customObjects`,
      { cause: error },
    );
  }
}
