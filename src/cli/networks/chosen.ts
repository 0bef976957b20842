import { InputError, listed } from "../../core/errors.ts";
import type { Model } from "../../index.ts";
import type { Network, NetworkOptions } from "./network.ts";
import { type NetworkName, networkNames, networks } from "./networks.ts";

/** The network of `--network`. */
export interface ChosenNetwork extends Pick<Network, "recipe" | "augmentation"> {
  /** As it was given: a name, or the path of a module. */
  readonly name: string;
  /** The absolute path of the module; absent for a network of this package. */
  readonly module?: string;
  /** The title of a report. */
  title(model: Model): string;
  /** `LeNet-5 (C3 connected as in Table I)` */
  phrase(model: Model): string;
  /** An untrained network; one of a module may come compiled or with weights. */
  make(options: NetworkOptions): Promise<Model>;
}

/** The network by its name. @throws InputError for a name that is not known */
export function chosenNetwork(given: string): ChosenNetwork {
  const name = networkNames.find((known) => known === given);
  if (name === undefined) throw new InputError(`--network: expected ${listed(networkNames)}, got "${given}"`);
  return builtIn(name);
}

function builtIn(name: NetworkName): ChosenNetwork {
  const { title, phrase, recipe, augmentation, make }: Network = networks[name];
  return { name, recipe, augmentation, title: () => title, phrase: () => `LeNet-5 (${phrase})`, make };
}
