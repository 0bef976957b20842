import { pathInfo } from "#platform";
import { InputError, listed } from "../../core/errors.ts";
import type { CustomObject, Model, RecipeNetwork, recipe } from "../../index.ts";
import { type InputOptions, refuseInputOptions } from "../input-options.ts";
import { isModule, isModulePath } from "./module.ts";
import type { Network, NetworkOptions } from "./network.ts";
import { type NetworkName, networkNames, networks } from "./networks.ts";

/** The network of `--network`. */
export interface ChosenNetwork {
  /** As it was given: a name, or the path of a module. */
  readonly name: string;
  /** The absolute path of the module; absent for a network of this package. */
  readonly module?: string;
  /** The absolute path of the model file or the run whose network is trained on; absent for a new network. */
  readonly file?: string;
  /** The layers, losses and metrics that the module exports. */
  readonly customObjects?: readonly CustomObject[];
  /** Whose settings `lenet5 train` takes where no option changes them. */
  readonly recipe: RecipeNetwork;
  /** What the library knows its recipe by: the name of a network, or the model that a module made. */
  recipeOf(model: Model): Parameters<typeof recipe>[0];
  /** The title of a report. */
  title(model: Model): string;
  /** `LeNet-5 (C3 connected as in Table I)`; of a module, the file. */
  readonly phrase: string;
  /** Once the network was made: whether its module did not read the seed. */
  ignoresSeed?(): boolean;
  /** An untrained network; one of a module may come compiled, or with weights, one of a file does. */
  make(options: NetworkOptions): Promise<Model>;
}

/**
 * The network of a name, of a module's path, or of a model file or a run.
 * @param input how the network of another program's file takes images
 * @throws InputError for a name that is not known, for a module that cannot be loaded, and for `input` where the network
 *   is no such file's
 */
export async function chosenNetwork(given: string, input?: InputOptions): Promise<ChosenNetwork> {
  const name = networkNames.find((known) => known === given);
  if (name === undefined && !isModule(given) && (await pathInfo(given))) {
    const { networkOfFile } = await import("./file.ts");
    return networkOfFile(given, input);
  }
  refuseInputOptions(input, `the network "${given}"`);
  if (name !== undefined) return builtIn(name);
  if (isModulePath(given)) {
    const { ownNetwork } = await import("./own.ts");
    return ownNetwork(given);
  }
  throw new InputError(
    `--network: expected ${listed(networkNames)}, a module that makes a network, such as ./network.ts, or a model file, got "${given}"`,
  );
}

function builtIn(name: NetworkName): ChosenNetwork {
  const { title, phrase, make }: Network = networks[name];
  return {
    name,
    recipe: name,
    recipeOf: () => name,
    title: () => title,
    phrase: `LeNet-5 (${phrase})`,
    make,
  };
}
