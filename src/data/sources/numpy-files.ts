import { InputError, listed } from "../../core/errors.ts";
import { type NpyArray, parseNpy } from "../../formats/npy.ts";
import { readZip } from "../../formats/zip.ts";
import type { RawImages } from "./array-images.ts";
import type { RawLabels } from "./array-labels.ts";
import { type NamedRole, partsOf, type Role, roleOf } from "./array-roles.ts";
import type { Budget } from "./budget.ts";
import { foundArrays } from "./found-arrays.ts";
import { fileBytes, type Place, pathIn, type Source } from "./source.ts";

const ending = /\.np[yz]$/i;

/**
 * NumPy's files: an npz with `x_train`, `y_train`, `x_test` and `y_test` (Keras's `mnist.npz`), `train_images`,
 * `train_labels`, ... or one pair such as `x` and `y`; or npy files of such names in a folder.
 */
export const numpyFiles: Source = {
  expected: "NumPy's files (mnist.npz, x_train.npy)",
  uses: ["transpose", "layout"],
  async find(place, options, budget) {
    const files = place.files.filter((name) => ending.test(name));
    if (files.length === 0) return undefined;
    const whole = place.isFile || files.length > 1 || files[0]!.endsWith("y") ? place.path : pathIn(place, files[0]!);
    const arrays: NamedRole<RawImages | RawLabels>[] = [];
    const others: string[] = [];
    for (const file of files) {
      for (const { name, role, read } of await arraysIn(place, file, budget)) {
        if (role) arrays.push({ name, role, array: rawOf(await read(), `${pathIn(place, file)}: ${name}`, role) });
        else others.push(name);
      }
    }
    const has = (content: string) => arrays.some(({ role }) => role.content === content);
    if (!has("images") || !has("labels")) {
      const there = [...arrays.map(({ name }) => name), ...others];
      throw new InputError(
        `${whole}: expected arrays such as x_train and y_train, or x and y, got ${there.length > 0 ? listed(there.slice(0, 12), "and") : "none"}; rename them`,
      );
    }
    const notes = others.length > 0 ? [`Not used: ${listed(others, "and")}`] : [];
    return foundArrays(
      { source: `NumPy arrays in ${whole}`, place, named: pathIn(place, files[0]!), notes },
      partsOf(whole, arrays),
      options,
    );
  },
};

interface FoundArray {
  readonly name: string;
  readonly role: Role | undefined;
  read(): Promise<NpyArray>;
}

/** The arrays of an npz or npy file. An npz with one array, whatever its name, is what the file's name says. */
async function arraysIn(place: Place, file: string, budget: Budget): Promise<FoundArray[]> {
  const path = pathIn(place, file);
  const base = file.replace(/^.*[/\\]/, "").replace(ending, "");
  const bytes = await fileBytes(path, budget);
  if (/y$/i.test(file)) {
    return [
      { name: base, role: roleOf(base), read: async () => parseNpy(bytes, path, (count) => budget.take(count, path)) },
    ];
  }
  const entries = readZip(bytes, path).filter(({ name }) => name.endsWith(".npy"));
  return entries.map(({ name: entry, size, read }) => {
    const name = entry.replace(/\.npy$/, "");
    const role = roleOf(name) ?? (entries.length === 1 ? roleOf(base) : undefined);
    return {
      name: entries.length === 1 ? base : name,
      role,
      async read() {
        budget.take(size, `${path}: ${name}`);
        return parseNpy(await read(), `${path}: ${name}`, (count) => budget.take(count, path));
      },
    };
  });
}

function rawOf({ shape, data }: NpyArray, name: string, { content }: Role): RawImages | RawLabels {
  if (content === "labels") return { name, shape, data };
  if (Array.isArray(data)) throw new InputError(`${name}: expected numbers for images, got texts; rename the array`);
  return { name, shape, data: data as RawImages["data"] };
}
