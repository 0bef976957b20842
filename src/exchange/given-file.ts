import { joinPath, readBytes } from "#platform";
import { InputError, shown } from "../core/errors.ts";

/**
 * A model file as a caller gives it: its path, its bytes, or several files by name, the first being the one to read and
 * the others those that it refers to (shards of weights, external data).
 */
export type ModelFile = string | Uint8Array | Readonly<Record<string, Uint8Array>>;

/** A model file that is open. */
export interface GivenFile {
  /** Its name in messages: the path, or "model file" for bytes. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /**
   * The content of a file next to it, by its name as the file gives it: "weights.bin", "data/part1.bin".
   * @throws InputError for a name that leaves the folder, and where there is no such file
   */
  beside(name: string): Promise<Uint8Array>;
}

/** Opens what a caller gave. @throws InputError for anything else, and for a file that cannot be read */
export async function opened(what: string, given: ModelFile): Promise<GivenFile> {
  const file = await unchecked(what, given);
  if (file.bytes.length === 0) throw new InputError(`${file.name}: expected a model, got an empty file`);
  // Of a repository whose large files were not fetched.
  if (new TextDecoder().decode(file.bytes.subarray(0, 30)).startsWith("version https://git-lfs"))
    throw new InputError(
      `${file.name}: expected a model, got a pointer of Git LFS: get the file itself (git lfs pull)`,
    );
  return file;
}

async function unchecked(what: string, given: ModelFile): Promise<GivenFile> {
  if (typeof given === "string") {
    const folder = given.replace(/[^/\\]*$/, "");
    return {
      name: given,
      bytes: await readBytes(given),
      beside: async (name) => readBytes(joinPath(folder, inside(given, name))),
    };
  }
  if (given instanceof Uint8Array) {
    return {
      name: "model file",
      bytes: given,
      beside: async (name) => {
        throw new InputError(`model file: it refers to the file "${name}": give its path, or both files by name`);
      },
    };
  }
  const files = typeof given === "object" && given !== null ? Object.entries(given) : [];
  if (files.length === 0 || !files.every(([, bytes]) => bytes instanceof Uint8Array))
    throw new InputError(`${what}: expected a path, bytes, or files by name, got ${shown(given)}`);
  const [name, bytes] = files[0]!;
  return {
    name,
    bytes,
    beside: async (other) => {
      const inner = inside(name, other);
      if (Object.hasOwn(given, inner)) return given[inner]!;
      throw new InputError(`${name}: it refers to the file "${other}", which was not given: add it by that name`);
    },
  };
}

/** A name in the folder of a file. @throws InputError for one that leaves it */
function inside(file: string, name: string): string {
  const parts = name.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
  // A browser takes "%2e" for a dot, and "http:" for another server.
  const leaves =
    parts.some((part) => part.replaceAll(/%2e/gi, ".") === "..") || /^[A-Za-z][\w+.-]*:|^[/\\]|\0/.test(name);
  if (parts.length === 0 || leaves)
    throw new InputError(`${file}: it refers to the file ${shown(name)}, which is outside of its folder`);
  return parts.join("/");
}
