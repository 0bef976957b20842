import { InputError, shown } from "../../core/errors.ts";
import { missingObjectIn } from "../../core/missing-object.ts";
import { type Checkpoint, type CustomObject, type LoadOptions, loadModel, type Model, type Run } from "../../index.ts";
import { isLayerMaker } from "../../layers/custom-makers.ts";
import { isLossMaker } from "../../training/losses/custom.ts";
import { originOf } from "../run-origin.ts";
import { importedModule } from "./module.ts";
import { moduleOfRun } from "./module-of-run.ts";

/**
 * The layers, losses and metrics that a module offers: its exports that `defineLayer` and `defineLoss` returned or that
 * are functions, and those of its export `customObjects`, a list.
 * @throws InputError for another `customObjects`; `what` names the module
 */
export function customObjectsOf(exported: Readonly<Record<string, unknown>>, what: string): CustomObject[] {
  const { default: _, customObjects: own = [], ...others } = exported;
  if (!Array.isArray(own)) {
    throw new InputError(
      `${what}: expected its export customObjects to be a list of layers, losses and metrics, got ${shown(own)}`,
    );
  }
  const found = new Map<unknown, CustomObject>();
  for (const item of [...own, ...Object.values(others).filter((value) => typeof value === "function")]) {
    // A metric is known by its name alone, and a module may export a function under two names.
    const key = isLayerMaker(item) || isLossMaker(item) ? item : (item as CustomObject)?.name;
    if (key !== "" && !found.has(key)) found.set(key, item);
  }
  return [...found.values()];
}

/** The model of a run. One with layers, losses or metrics of the user's own needs the module that defines them. */
export function modelOfRun(run: Run, options: LoadOptions = {}): Promise<Model> {
  return ofRun(run, (customObjects) => run.model({ ...options, customObjects }));
}

/** The model of a run's last checkpoint, as {@link modelOfRun}. */
export function checkpointOfRun(run: Run, options: LoadOptions): Promise<Checkpoint> {
  return ofRun(run, (customObjects) => run.lastCheckpoint({ ...options, customObjects }));
}

async function ofRun<Result>(
  run: Run,
  load: (customObjects: readonly CustomObject[]) => Promise<Result>,
): Promise<Result> {
  try {
    return await load([]);
  } catch (error) {
    const missing = missingObjectIn(error);
    if (missing === undefined) throw error;
    const { folder } = run;
    const module = originOf(run)?.module;
    if (module === undefined) {
      throw new InputError(
        `"${folder}": its network has the ${missing}, which the program that trained it defines: use openRun and run.model({ customObjects }) there`,
        { cause: error },
      );
    }
    const path = await moduleOfRun(module, folder);
    const what = `"${folder}": its network's module ${path}`;
    const customObjects = customObjectsOf(await importedModule(path, what), what);
    return ofExports(what, () => load(customObjects));
  }
}

/**
 * Checks that the model of a new run can be loaded again, before it is trained for hours.
 * @throws InputError for a layer, loss or metric that its module does not export
 */
export async function checkExports(what: string, model: Model, customObjects: readonly CustomObject[]): Promise<void> {
  await ofExports(what, () => loadModel(model.toBytes(), { threads: 1, customObjects }));
}

async function ofExports<Result>(what: string, load: () => Promise<Result>): Promise<Result> {
  try {
    return await load();
  } catch (error) {
    const missing = missingObjectIn(error);
    if (missing === undefined) throw error;
    throw new InputError(
      `${what}: expected the ${missing} among its exports, which other commands load the run with: export it, or list it in an export customObjects`,
      { cause: error },
    );
  }
}
