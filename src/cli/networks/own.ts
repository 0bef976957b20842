import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError, shown } from "../../core/errors.ts";
import { type EngineOptions, loadModel, Model } from "../../index.ts";
import type { ChosenNetwork } from "./chosen.ts";
import { customObjectsOf } from "./custom-objects.ts";
import { importedModule, modulePath, ofModule } from "./module.ts";

/** What the default export of a module gets. */
interface OwnOptions extends EngineOptions {
  /** The shape of an image: [rows, columns, channels]. */
  readonly shape: readonly number[];
  readonly classes: number;
  readonly classNames: readonly string[];
  readonly seed: number;
}

/** The network of a module, whose default export makes the model from `{ shape, classes }`. */
export async function ownNetwork(given: string): Promise<ChosenNetwork> {
  const path = modulePath(given);
  const what = `--network "${given}"`;
  const exported = await importedModule(path, what);
  const make = exported.default;
  if (typeof make !== "function") {
    throw new InputError(
      `${what}: expected a default export that makes the model, such as export default ({ shape, classes }) => model(...), got ${exportText(make)}`,
    );
  }
  let wasRead = false;
  return {
    name: given,
    module: path,
    customObjects: customObjectsOf(exported, what),
    recipe: "other",
    recipeOf: (model) => model,
    title: ({ name }) => (name === "model" ? basename(given) : name),
    phrase: `Own network (${given})`,
    ignoresSeed: () => !wasRead,
    async make({ seed = 0, ...options }) {
      const { classNames = [..."0123456789"], shape = [32, 32, 1], threads, numerics } = options;
      const given = {
        shape,
        classes: classNames.length,
        classNames,
        threads,
        numerics,
        get seed() {
          wasRead = true;
          return seed;
        },
      };
      return withEngine(await called(what, make as Make, given, path), options);
    },
  };
}

type Make = (options: OwnOptions) => unknown;

async function called(what: string, make: Make, options: OwnOptions, path: string): Promise<Model> {
  let made: unknown;
  try {
    made = await make(options);
  } catch (error) {
    throw ofModule(what, error, pathToFileURL(path));
  }
  if (isModel(made)) return made;
  const hint = isModel((made as { readonly model?: unknown } | undefined)?.model) ? ": return the model itself" : "";
  throw new InputError(`${what}: expected its default export to return a model, got ${shown(made)}${hint}`);
}

/** A model of another copy of the package counts too. */
function isModel(made: unknown): made is Model {
  const model = made as Partial<Model> | null | undefined;
  return typeof model?.fit === "function" && typeof model.toBytes === "function";
}

/** The model with the threads and the numerics of the options; a module need not pass them on. */
async function withEngine(model: Model, { threads, numerics }: EngineOptions): Promise<Model> {
  const isSame = (threads ?? model.threads) === model.threads && (numerics ?? model.numerics) === model.numerics;
  if (isSame) return model;
  if (isOurs(model)) return Model.onEngine(model, { threads, numerics });
  // The model of another copy of the package: its layers are not ours.
  return loadModel(model.toBytes(), { threads: threads ?? model.threads, numerics: numerics ?? model.numerics });
}

/** What stands in the place of the function. */
function exportText(given: unknown): string {
  if (given === undefined) return "none";
  if (isModel(given)) return "a model: put it in a function";
  return given instanceof Promise ? "a promise: export the function, which may be async" : shown(given);
}

/** Whether a model is of this copy of the package. */
function isOurs(model: unknown): boolean {
  return model instanceof Model;
}
