import { type EngineOptions, InputError, lenet5, lenet5Of1998, type Model } from "../index.ts";
import type { Network } from "./recipe.ts";

/** An untrained network by its name, for the classes of a data set. */
export function networkNamed(
  network: Network,
  { classNames, ...options }: EngineOptions & { classNames?: readonly string[]; seed?: number } = {},
): Model {
  if (network === "1998") return lenet5Of1998({ ...options, characters: classNames && charactersFor(classNames) });
  return lenet5({ ...options, c3: network === "article" ? "table1" : "full", classes: classNames?.length });
}

/** All printable ASCII, digits and letters first. */
const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ";

/** A character for each class, whose bitmap is its code: the class's own where it is one. */
function charactersFor(classNames: readonly string[]): string {
  const own = classNames.every((name) => name.length === 1 && CHARACTERS.includes(name));
  if (classNames.length > CHARACTERS.length) {
    throw new InputError(
      `--network 1998: expected at most ${CHARACTERS.length} classes, one for each character's bitmap, got ${classNames.length}`,
    );
  }
  return own && new Set(classNames).size === classNames.length
    ? classNames.join("")
    : CHARACTERS.slice(0, classNames.length);
}
