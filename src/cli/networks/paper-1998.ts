import { InputError } from "../../core/errors.ts";
import { inputShapeOf, type Network } from "./network.ts";

/** The paper's own network, trained by the paper's procedure. */
export const paper1998 = {
  title: "LeNet-5 of 1998",
  phrase: "the paper's network of 1998",
  help: "the paper's own network",
  weights: ["1998"],
  async make({ classNames, shape, ...options }) {
    const { lenet5Of1998 } = await import("../../index.ts");
    return lenet5Of1998({
      ...options,
      ...(shape && { inputShape: inputShapeOf(shape) }),
      characters: classNames && charactersFor(classNames),
    });
  },
} as const satisfies Network;

/** All printable ASCII, digits and letters first. */
const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ";

/**
 * A character for each class, whose bitmap is the target of the class: its name if all names are different characters.
 */
function charactersFor(classNames: readonly string[]): string {
  if (classNames.length > CHARACTERS.length) {
    throw new InputError(
      `--network 1998: expected at most ${CHARACTERS.length} classes, one for each character's bitmap, got ${classNames.length}`,
    );
  }
  const areCharacters = classNames.every((name) => name.length === 1 && CHARACTERS.includes(name));
  return areCharacters && new Set(classNames).size === classNames.length
    ? classNames.join("")
    : CHARACTERS.slice(0, classNames.length);
}
