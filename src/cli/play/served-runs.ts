import { basename, resolve } from "node:path";
import { InputError } from "../../core/errors.ts";
import { missingObjectIn } from "../../core/missing-object.ts";
import { loadModel, type Model, openRun } from "../../index.ts";
import { foreignModel, isOwnFile, printAssumption, refuseBareWeights } from "../imported.ts";
import { checkParts, findModel } from "../models.ts";
import { shippedNames } from "../networks/networks.ts";
import { bytesResource, fileResource, jsonResource, type Resource } from "./resource.ts";

/** A network in the page's `served.json`; its addresses are relative to the page's. */
export interface ServedRun {
  /** Its name in the page's address. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly model: string;
  /** The history of its training; null for a model file. */
  readonly history: string | null;
}

export interface ServedRuns {
  readonly runs: readonly ServedRun[];
  readonly resources: ReadonlyMap<string, Resource>;
}

/**
 * The networks of runs and model files.
 * @throws InputError for a path without a model, and for a model that the page cannot show
 */
export async function servedRuns(paths: readonly string[]): Promise<ServedRuns> {
  const runs: ServedRun[] = [];
  const resources = new Map<string, Resource>();
  for (const path of paths) {
    const { file, run } = await findModel(path);
    const converted = (await isOwnFile(file)) ? undefined : await foreignFileAsOwn(file);
    await checkModel(converted ?? file, path);
    const at = `runs/${runs.length + 1}`;
    const served = {
      name: unusedName(path, runs),
      title: run ? run.config.title : basename(file),
      model: `${at}/model.safetensors`,
      history: run ? `${at}/history.json` : null,
    };
    resources.set(`/${served.model}`, converted ? bytesResource(converted) : fileResource(file));
    if (run)
      resources.set(
        `/${served.history}`,
        jsonResource(async () => (await openRun(run.folder)).history()),
      );
    runs.push(served);
  }
  return { runs, resources };
}

/** A model of another program as a model file of this library. */
async function foreignFileAsOwn(file: string): Promise<Uint8Array> {
  await refuseBareWeights(file);
  const foreign = await foreignModel(file, { threads: 1 });
  printAssumption(file, foreign);
  return foreign.model.toBytes();
}

/** The page has only a model's file, and shows the answer to one image. */
async function checkModel(file: string | Uint8Array, name: string): Promise<void> {
  let model: Model;
  try {
    model = await loadModel(file, { threads: 1 });
  } catch (error) {
    const missing = missingObjectIn(error);
    if (missing === undefined) throw error;
    const message = `${name}: its network has the ${missing}, whose code the page does not have: use lenet5 predict for it`;
    throw new InputError(message, { cause: error });
  }
  checkParts({ model, name });
  const { inputs } = model;
  if (Array.isArray(inputs) || inputs.shape.length === 3) return;
  const shape = ["N", ...inputs.shape].join(", ");
  throw new InputError(`${name}: expected a model of images [N, rows, columns, channels], got one of [${shape}]`);
}

/** The name of the file or folder; a number makes it unlike those that the page has. */
function unusedName(path: string, runs: readonly ServedRun[]): string {
  const taken = new Set([...shippedNames, "trained", ...runs.map(({ name }) => name)]);
  const name = basename(resolve(path)).replace(/\.safetensors$/, "");
  for (let number = 2, tried = name; ; number++) {
    if (!taken.has(tried)) return tried;
    tried = `${name}-${number}`;
  }
}
