import { InputError } from "../../core/errors.ts";
import type { Tensor } from "../../core/tensor.ts";
import { idxNumbers, idxSize, parseIdx } from "../../formats/idx.ts";
import type { PartName } from "../../report/data-results.ts";
import type { RawImages } from "./array-images.ts";
import type { RawLabels } from "./array-labels.ts";
import type { Content } from "./array-roles.ts";
import type { Budget } from "./budget.ts";
import { isEmnist } from "./emnist.ts";
import { foundArrays } from "./found-arrays.ts";
import { fileBytes, type Place, pathIn, type Source } from "./source.ts";

/** The four files of a data set in MNIST's file format, as MNIST names them. */
export const idxParts = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
] as const;

export type IdxPart = (typeof idxParts)[number];

/** An unpacked IDX file. */
export interface IdxFile {
  /** The file's name in errors. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type IdxFiles = Readonly<Record<IdxPart, IdxFile>>;

/** `train-images-idx3-ubyte`, `train-images.idx3-ubyte.gz`, `emnist-letters-test-...`, `qmnist-train-labels-idx2-int` */
const spelling =
  /^((?:emnist-[a-z]+|qmnist)-)?(train|t10k|test)-(images|labels)[-.]idx[1-4]-(?:ubyte|byte|short|int|float|double)(\.gz)?$/;

/**
 * Files in MNIST's file format (IDX): MNIST, Fashion-MNIST, KMNIST, EMNIST, QMNIST and any other, plain or `.gz`. EMNIST
 * stores its images transposed; images of files with EMNIST's names are transposed back. Without test files the data
 * are not divided.
 */
export const idxFiles: Source = {
  expected: "files in MNIST's format (train-images-idx3-ubyte)",
  uses: ["transpose", "layout"],
  async find(place, options, budget) {
    if (place.isFile && spelling.test(place.path.replace(/^.*[/\\]/, "")))
      throw new InputError(
        `${place.path}: expected the folder of MNIST's four files, got one of them; give the folder`,
      );
    if (place.isFile || !place.files.some((name) => spelling.test(name))) return undefined;
    const hasTest = place.files.some((name) => ["t10k", "test"].includes(spelling.exec(name)?.[2] ?? ""));
    const paths = idxPaths(place, hasTest ? ["train", "t10k"] : ["train"]);
    const part = async (images: string, labels: string): Promise<Record<Content, RawImages | RawLabels>> => ({
      images: await readImages(images, budget),
      labels: await readLabels(labels, budget),
    });
    const [trainImages, trainLabels, testImages, testLabels] = paths as [string, string, string?, string?];
    const parts: { [P in PartName]?: Record<Content, RawImages | RawLabels> } = {
      train: await part(trainImages, trainLabels),
      ...(testImages && testLabels && { test: await part(testImages, testLabels) }),
    };
    const transpose = options.transpose ?? isEmnist(trainImages);
    const source = { source: `MNIST-format files in ${place.path}`, place, named: trainImages };
    return foundArrays({ ...source, split: "the files' own test set" }, parts, { ...options, transpose });
  },
};

async function readIdx(path: string, budget: Budget): Promise<Tensor> {
  const bytes = await fileBytes(path, budget, idxSize);
  // Numbers that are no bytes take more than in the file.
  budget.take(idxNumbers(bytes, path), path);
  return parseIdx(bytes, path);
}

async function readImages(path: string, budget: Budget): Promise<RawImages> {
  const { shape, data } = await readIdx(path, budget);
  if (shape.length === 3 || shape.length === 4) return { name: path, shape, data };
  throw new InputError(`${path}: expected images [N, rows, columns], got ${shape.length} dimensions`);
}

/** QMNIST's labels have 8 numbers for each image. The first is the class. */
const QMNIST_COLUMNS = 8;

async function readLabels(path: string, budget: Budget): Promise<RawLabels> {
  const { shape, data } = await readIdx(path, budget);
  if (shape.length > 2)
    throw new InputError(`${path}: expected labels [N], got ${shape.length} dimensions; give the labels' file`);
  if (data.length === 0) throw new InputError(`${path}: the set is empty; give at least one image with its label`);
  if (shape.length === 1 || shape[1] !== QMNIST_COLUMNS || !(data instanceof Int32Array))
    return { name: path, shape, data };
  return { name: path, shape: [shape[0]!], data: data.filter((_, i) => i % QMNIST_COLUMNS === 0) };
}

/** The paths of MNIST's four files in a place. @throws InputError for one that is not there */
export function findIdxFiles(place: Place): Readonly<Record<IdxPart, string>> {
  const paths = idxPaths(place, ["train", "t10k"]);
  return Object.fromEntries(idxParts.map((part, i) => [part, paths[i]!])) as Record<IdxPart, string>;
}

/** The paths of the images and labels of each set. */
function idxPaths(place: Place, sets: readonly ("train" | "t10k")[]): string[] {
  const files = place.files.flatMap((name) => {
    const [, set = "", kind, content, gz] = spelling.exec(name) ?? [];
    return kind === undefined ? [] : [{ name, prefix: set, set: kind === "train" ? "train" : "t10k", content, gz }];
  });
  const [prefix, second] = new Set(files.map((file) => file.prefix));
  if (prefix !== undefined && second !== undefined) {
    const named = [prefix, second].find((each) => each !== "")!.slice(0, -1);
    throw new InputError(
      `${place.path}: expected one data set, got ${files.find((file) => file.prefix === prefix)!.name} and ${files.find((file) => file.prefix === second)!.name}; give one, such as ${pathIn(place, named)}`,
    );
  }
  return sets.flatMap((set) =>
    ["images", "labels"].map((content) => {
      const fitting = files.filter((file) => file.set === set && file.content === content);
      const file = fitting.find(({ gz }) => gz === undefined) ?? fitting[0];
      if (file) return pathIn(place, file.name);
      const part = idxParts.find((name) => name.startsWith(`${set}-${content}`));
      throw new InputError(
        `${place.path}: expected MNIST's files, but ${part} (or ${part}.gz) is not there; put all four files in the folder`,
      );
    }),
  );
}
