import { joinPath, listFolder, pathInfo, readBytes } from "#platform";
import { InputError } from "../core/errors.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Dataset, TrainTest } from "./dataset.ts";
import { parseIdx, unpacked } from "./idx.ts";
import { release } from "./release.ts";

/** The four files of a data set in MNIST's file format, as MNIST names them. */
export const idxParts = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
] as const;

export type IdxPart = (typeof idxParts)[number];

/** Rows and columns of the network's input: MNIST's 28 and 2 pixels of zeros on each side. */
const SIDE = 32;

/**
 * Reads a folder in MNIST's file format: MNIST, Fashion-MNIST, KMNIST, EMNIST and any other in this format.
 *
 * - Each of the four files of `idxParts`, plain or `.gz` (if both exist, the plain one is read). The names
 *   `train-images.idx3-ubyte` and EMNIST's `emnist-letters-train-images-idx3-ubyte` (`...-test-...` for `t10k`) are
 *   also recognized. EMNIST stores its images transposed; images of files with EMNIST's names are transposed back.
 * - Images up to 32x32 are centred in 32x32 zeros (28x28: 2 each side): `[N, 32, 32, 1]` bytes with scale 1/255.
 * - Class names: the lines of `classes.txt` if the folder has one; else those of Fashion-MNIST or KMNIST if the folder's name
 *   contains `fashion`, `kmnist` or `kuzushiji`; else those of EMNIST's split if the files have its names; else `"0"`,
 *   `"1"`, ... up to the largest label.
 *
 * @throws InputError for a missing or damaged file, images larger than 32x32, counts of images and labels that differ,
 * an empty set, and labels beyond `classes.txt`
 */
export async function readIdxFolder(folder: string): Promise<TrainTest> {
  const paths = await findIdxFiles(folder);
  const read = async (part: IdxPart) => [part, await readIdxFile(paths[part])] as const;
  const files = Object.fromEntries(await Promise.all(idxParts.map(read))) as IdxFiles;
  const namesFile = joinPath(folder, "classes.txt");
  const classNames = (await pathInfo(namesFile))
    ? await readClassNames(namesFile)
    : knownClassNames(folder, paths["train-images-idx3-ubyte"]);
  return trainTestOfIdx(`MNIST-format files in ${folder}`, files, classNames);
}

/** An unpacked IDX file. */
export interface IdxFile {
  /** The file's name in errors. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type IdxFiles = Readonly<Record<IdxPart, IdxFile>>;

/** Reads and unpacks one file. */
export async function readIdxFile(path: string): Promise<IdxFile> {
  const stored = await readBytes(path);
  const bytes = await unpacked(stored, path);
  if (bytes !== stored) release(stored);
  return { name: path, bytes };
}

/** The paths of a folder's four files. */
export async function findIdxFiles(folder: string): Promise<Readonly<Record<IdxPart, string>>> {
  const candidates = (await listFolder(folder)).filter((name) => /ubyte(\.gz)?$/.test(name));
  // Some archives of MNIST contain folders with the names of the files.
  const infos = await Promise.all(candidates.map((name) => pathInfo(joinPath(folder, name))));
  const names = candidates.filter((_, index) => infos[index]?.kind === "file");
  const entries = idxParts.map((part) => [part, joinPath(folder, fileOfPart(part, names, folder))] as const);
  return Object.fromEntries(entries) as Record<IdxPart, string>;
}

function fileOfPart(part: IdxPart, names: readonly string[], folder: string): string {
  const [set, content, format] = part.split("-");
  const spelled = new RegExp(
    `^(emnist-[a-z]+-)?${set === "t10k" ? "(?:t10k|test)" : set}-${content}[-.]${format}-ubyte`,
  );
  const fitting = names.filter((name) => spelled.test(name));
  if (fitting.length === 0) {
    throw new InputError(
      `${folder}: expected MNIST's files, but ${part} (or ${part}.gz) is not there; put all four files in the folder`,
    );
  }
  if (new Set(fitting.map((name) => spelled.exec(name)?.[1])).size > 1) {
    throw new InputError(`${folder}: expected one data set, got ${fitting.join(" and ")}; give each its own folder`);
  }
  return fitting.find((name) => !name.endsWith(".gz")) ?? fitting[0];
}

/**
 * The data set in four IDX files, whose bytes are released.
 *
 * @param side rows and columns of the images, default 32
 * @param classNames default `"0"`, `"1"`, ... up to the largest label
 * @throws InputError as {@link readIdxFolder} does
 */
export function trainTestOfIdx(
  source: string,
  files: IdxFiles,
  classNames?: readonly string[],
  side: number = SIDE,
): TrainTest {
  const trainLabels = parseLabels(files["train-labels-idx1-ubyte"]);
  const testLabels = parseLabels(files["t10k-labels-idx1-ubyte"]);
  const largest = [trainLabels, testLabels].flatMap((labels) => [...new Set(labels)]).reduce((a, b) => Math.max(a, b));
  const names = classNames ?? Array.from({ length: largest + 1 }, (_, label) => String(label));
  if (largest >= names.length) {
    throw new InputError(
      `${source}: there is a label ${largest} but only ${names.length} class names (labels 0 to ${names.length - 1}); ` +
        "give one class name a line in classes.txt, from label 0 on",
    );
  }
  const set = (file: IdxFile, labels: Uint8Array): Dataset => {
    return { images: paddedImages(file, labels.length, side), labels, classNames: names };
  };
  const train = set(files["train-images-idx3-ubyte"], trainLabels);
  const test = set(files["t10k-images-idx3-ubyte"], testLabels);
  for (const { bytes } of Object.values(files)) release(bytes);
  return { source, train, test };
}

function parseLabels(file: IdxFile): Uint8Array {
  const { shape, data } = parseIdx(file.bytes, file.name);
  if (shape.length !== 1) {
    throw new InputError(`${file.name}: expected labels [N], got ${shape.length} dimensions; give the labels' file`);
  }
  if (data.length === 0) throw new InputError(`${file.name}: the set is empty; give at least one image with its label`);
  return new Uint8Array(data); // not a view, which would keep the bytes of the file
}

/** The images in the middle of side x side zeros; shared between threads without a copy where the machine allows it. */
function paddedImages(file: IdxFile, labels: number, side: number): Tensor<Uint8Array> {
  const { shape, data } = parseIdx(file.bytes, file.name);
  const [count, rows, columns] = shape;
  if (shape.length !== 3) {
    throw new InputError(`${file.name}: expected images [N, rows, columns], got ${shape.length} dimensions`);
  }
  if (rows < 1 || columns < 1 || rows > side || columns > side) {
    throw new InputError(
      `${file.name}: expected images of 1x1 to ${side}x${side}, got ${rows}x${columns}; scale them to 28x28`,
    );
  }
  if (count === 0) throw new InputError(`${file.name}: the set is empty; give at least one image with its label`);
  if (count !== labels) {
    throw new InputError(
      `${file.name}: expected as many images as labels, got ${count} and ${labels}; ` +
        "give the images and the labels of the same set",
    );
  }
  const transposed = /(^|[/\\])emnist-[^/\\]*$/.test(file.name);
  const [height, width] = transposed ? [columns, rows] : [rows, columns];
  const [rowStep, columnStep] = transposed ? [1, columns] : [columns, 1];
  const size = count * side * side;
  const padded = typeof SharedArrayBuffer === "undefined" ? new Uint8Array(size) : sharedBytes(size);
  const corner = ((side - height) >> 1) * side + ((side - width) >> 1);
  for (let image = 0; image < count; image++) {
    for (let row = 0; row < height; row++) {
      const to = image * side * side + corner + row * side;
      const from = image * rows * columns + row * rowStep;
      for (let column = 0; column < width; column++) padded[to + column] = data[from + column * columnStep];
    }
  }
  return { shape: [count, side, side, 1], data: padded, scale: 1 / 255 };
}

function sharedBytes(size: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(size));
}

async function readClassNames(path: string): Promise<string[]> {
  const text = new TextDecoder().decode(await readBytes(path)).trimEnd();
  const names = text.split(/\r?\n/).map((line) => line.trim());
  if (names.includes("")) throw new InputError(`${path}: expected one class name a line, got an empty line; remove it`);
  return names;
}

const fashion = "T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot".split(", ");
const kuzushiji = "o, ki, su, tsu, na, ha, ma, ya, re, wo".split(", ");

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const merged = `0123456789${upper}abdefghnqrt`;

/** EMNIST's splits (Cohen et al. 2017, table II); in "letters" the labels begin with 1, so that class 0 is empty. */
const emnist: Readonly<Record<string, readonly string[]>> = {
  digits: [..."0123456789"],
  mnist: [..."0123456789"],
  letters: ["(none)", ...upper],
  balanced: [...merged],
  bymerge: [...merged],
  byclass: [...`0123456789${upper}${upper.toLowerCase()}`],
};

function knownClassNames(folder: string, images: string): readonly string[] | undefined {
  const split = /(?:^|[/\\])emnist-([a-z]+)-[^/\\]*$/.exec(images)?.[1];
  if (split !== undefined && Object.hasOwn(emnist, split)) return emnist[split];
  const name =
    folder
      .replace(/[/\\]+$/, "")
      .split(/[/\\]/)
      .at(-1) ?? "";
  if (/fashion/i.test(name)) return fashion;
  return /kmnist|kuzushiji/i.test(name) ? kuzushiji : undefined;
}
