import { pathInfo } from "#platform";
import { type EngineOptions, InputError, loadModel, type Model, pretrained } from "../index.ts";
import type { ShippedNetwork } from "./recipe.ts";
import { readConfig, runFile } from "./run-folder.ts";
import type { RunConfig } from "./run-schemas.ts";

export interface OpenedModel {
  readonly model: Model;
  /** How words for people call it. */
  readonly name: string;
  /** Of a run folder. */
  readonly config?: RunConfig;
}

/**
 * The network of a model file or a run folder; without a path one that ships with the package, by default the article's.
 * @throws InputError for a path without a model, and for a model that does not give one score for each class
 */
export async function openModel(
  path: string | undefined,
  { network, ...engine }: EngineOptions & { network?: ShippedNetwork } = {},
): Promise<OpenedModel> {
  if (path !== undefined && network !== undefined)
    throw new InputError(`expected a model or --network, got both: "${path}" and "${network}"`);
  const opened = path === undefined ? await shipped(network, engine) : await openPath(path, engine);
  const { outputs } = opened.model;
  // A file may hold a model of several outputs.
  if (Array.isArray(outputs) || outputs.shape.length !== 1) {
    throw new InputError(
      `${opened.name}: expected a model with one output [N, classes], got another: use the library for it`,
    );
  }
  return opened;
}

async function shipped(network: ShippedNetwork | undefined, engine: EngineOptions): Promise<OpenedModel> {
  const name = network === "1998" ? "the network of 1998 that ships with lenet5" : "the network that ships with lenet5";
  return { model: await pretrained({ ...engine, network }), name };
}

async function openPath(path: string, engine: EngineOptions): Promise<OpenedModel> {
  const found = await pathInfo(path);
  if (!found)
    throw new InputError(`model "${path}": there is no such file or folder; give a model file or the folder of a run`);
  if (found.kind !== "folder") return { model: await loadModel(path, engine), name: path };
  const file = runFile(path, "model.safetensors");
  if (!(await pathInfo(file)))
    throw new InputError(`model "${path}": the folder has no model.safetensors; give the folder of a run`);
  const model = await loadModel(file, engine);
  const config = (await pathInfo(runFile(path, "config.json"))) ? await readConfig(path) : undefined;
  return { model, name: path, config };
}
