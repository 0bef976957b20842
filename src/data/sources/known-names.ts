import { InputError } from "../../core/errors.ts";
import { emnistNames } from "./emnist.ts";
import { readBytes } from "./files-in-memory.ts";
import { type Place, pathIn } from "./source.ts";

const fashion = "T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot".split(", ");
const kuzushiji = "o, ki, su, tsu, na, ha, ma, ya, re, wo".split(", ");

/** Names of classes by their numbers. */
export interface KnownNames {
  readonly classNames: readonly string[];
  /** Whether they were given for these data: then labels beyond them are an error. */
  readonly areGiven: boolean;
}

/**
 * The names of classes: the lines of `classes.txt` in the folder; else those of EMNIST's split if `file` has its name;
 * else those of Fashion-MNIST or KMNIST if the file, its folder, or the folder of a folder `raw` has its name.
 * @throws InputError for an empty line
 */
export async function knownNames(place: Place, file: string): Promise<KnownNames | undefined> {
  if (!place.isFile && place.files.includes("classes.txt"))
    return { classNames: await readClassNames(pathIn(place, "classes.txt")), areGiven: true };
  const emnist = emnistNames(file);
  if (emnist) return { classNames: emnist, areGiven: true };
  const [name = "", folder = "", above = ""] = file.split(/[/\\]+/).reverse();
  const names = `${name} ${folder} ${folder.toLowerCase() === "raw" ? above : ""}`;
  if (/fashion/i.test(names)) return { classNames: fashion, areGiven: false };
  return /kmnist|kuzushiji/i.test(names) ? { classNames: kuzushiji, areGiven: false } : undefined;
}

async function readClassNames(path: string): Promise<string[]> {
  const text = new TextDecoder().decode(await readBytes(path)).trimEnd();
  const names = text.split(/\r?\n/).map((line) => line.trim());
  if (names.includes("")) throw new InputError(`${path}: expected one class name a line, got an empty line; remove it`);
  return names;
}
