import { cacheFolder, environment, joinPath, makeFolder, pathInfo, readBytes, remove, sha256 } from "#platform";
import { checkOptions, InputError } from "../core/errors.ts";
import { idxSize, parseIdx, unpacked } from "../formats/idx.ts";
import { mnistPreparation } from "../pictures/preparation.ts";
import type { Dataset, TrainTest } from "./dataset.ts";
import { type DownloadProgress, download } from "./download.ts";
import { newBytes, placeImages } from "./image-bytes.ts";
import { type ImageSize, imageSize } from "./image-size.ts";
import { release } from "./release.ts";
import { Budget } from "./sources/budget.ts";
import { findIdxFiles, type IdxFile, type IdxFiles, type IdxPart } from "./sources/idx-files.ts";
import { fileBytes, placeOf } from "./sources/source.ts";

/**
 * SHA-256 of MNIST's unpacked files; the packed ones differ by mirror. The smallest is first: a missing network shows
 * at once.
 */
const checksums: Readonly<Record<IdxPart, string>> = {
  "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
};

const parts = Object.keys(checksums) as IdxPart[];

/** Bytes that are no IDX file are not unpacked. */
const limits = { announcedSize: idxSize };

/** Public copies of the four files as `.gz`. */
export const mnistMirrors: readonly string[] = [
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
  "https://raw.githubusercontent.com/fgnt/mnist/master/",
];

/**
 * MNIST is not on this machine and could not be downloaded. A caller can catch this error and use the built-in
 * `digits`.
 */
export class MnistUnavailable extends InputError {
  /** Identifies this error where classes cannot be compared, such as across copies of the package. */
  readonly code = "MNIST_UNAVAILABLE";
}

/** Options of {@link mnist}. */
export interface MnistOptions {
  /** A folder with MNIST's four files, plain or `.gz`. Without it: see {@link mnist}. */
  readonly folder?: string;
  /**
   * Rows and columns of an image: 28 as in the files and in Keras, or 32 with 2 pixels of 0 on each side, as LeNet-5
   * takes them. Default 32.
   */
  readonly size?: ImageSize;
  /** Whether files that are not on this machine may be downloaded; default true. */
  readonly download?: boolean;
  /** Called whenever bytes of a download have arrived. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Addresses of folders with the four `.gz` files, each ending with `/`; default: three public copies. */
  readonly mirrors?: readonly string[];
}

/**
 * MNIST: 60,000 training and 10,000 test images, `[N, 32, 32, 1]` (with `size: 28`, `[N, 28, 28, 1]`) bytes with scale
 * 1/255, ten classes.
 *
 * It is read from `folder`, else from the folder in the environment variable `LENET5_DATA`, else from `mnist/` in the
 * user's cache folder. If it is not there, it is downloaded to the cache (11 MB; a browser keeps it in memory). The
 * SHA-256 of every file is checked. A wrong file in `folder` or LENET5_DATA is an error; one in the cache is removed
 * and downloaded again.
 *
 * @throws MnistUnavailable if it is not on this machine and cannot be downloaded, or `download` is false
 * @throws InputError if a file is missing in `folder` or LENET5_DATA, or has other content; for unknown options
 */
export async function mnist(options: MnistOptions = {}): Promise<TrainTest> {
  const known = ["folder", "size", "download", "onProgress", "mirrors"] satisfies (keyof MnistOptions)[];
  checkOptions("mnist", options, known);
  const folder = options.folder ?? environment("LENET5_DATA");
  const size = imageSize("mnist", options.size);
  if (folder !== undefined) return fromFolder(folder, options.folder === undefined, size);
  const cache = cacheFolder();
  const kept = cache === undefined ? undefined : joinPath(cache, "mnist");
  const files: [IdxPart, IdxFile][] = [];
  let mirrors = options.mirrors ?? mnistMirrors;
  const inCache = parts.map((part) => (kept === undefined ? undefined : fromCache(part, kept)));
  await Promise.allSettled(inCache);
  for (const [i, part] of parts.entries()) {
    try {
      const cached = await inCache[i];
      if (cached !== undefined) {
        files.push([part, cached]);
        continue;
      }
      if (options.download === false) throw new Error(`${part} is not in ${kept ?? "a cache"}, and download is off`);
      const accept = async (bytes: Uint8Array) => checked(part, await unpacked(bytes, part, limits), part);
      const folder =
        kept &&
        (await makeFolder(kept).then(
          () => kept,
          () => undefined,
        )); // else it stays in memory
      const got = await download({ ...options, file: `${part}.gz`, mirrors, folder, accept });
      files.push([part, { name: part, bytes: got.content }]);
      mirrors = [got.mirror, ...mirrors.filter((mirror) => mirror !== got.mirror)];
    } catch (cause) {
      if (cause instanceof InputError) throw cause; // an error of the cache, not of the network
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MnistUnavailable(
        `MNIST is neither on this machine nor reachable (${reason}); connect, set LENET5_DATA to a folder with MNIST's four files, or use digits()`,
        { cause },
      );
    }
  }
  return mnistOf(`MNIST from ${kept ?? mirrors[0]}`, Object.fromEntries(files) as IdxFiles, size);
}

/**
 * The paths of MNIST's four files on this machine, checked: in `folder`, else where LENET5_DATA says, else in the cache.
 * Undefined where it is in none of these. @throws InputError as {@link mnist} does
 */
export async function mnistPaths(folder?: string): Promise<Readonly<Record<IdxPart, string>> | undefined> {
  const named = folder ?? environment("LENET5_DATA");
  const paths = (files: IdxFiles) => {
    for (const { bytes } of Object.values(files)) release(bytes);
    return Object.fromEntries(parts.map((part) => [part, files[part].name])) as Record<IdxPart, string>;
  };
  if (named !== undefined) return paths(await filesOf(named, folder === undefined));
  const cache = cacheFolder();
  if (cache === undefined) return undefined;
  const found: [IdxPart, IdxFile][] = [];
  for (const part of parts) {
    const file = await fromCache(part, joinPath(cache, "mnist"));
    if (!file) return undefined;
    found.push([part, file]);
  }
  return paths(Object.fromEntries(found) as IdxFiles);
}

function mnistOf(source: string, files: IdxFiles, side: ImageSize): TrainTest {
  const set = (images: IdxFile, labels: IdxFile): Dataset => {
    const { shape, data } = parseIdx(images.bytes, images.name);
    const [count = 0, rows = 0, columns = 0] = shape;
    const made = newBytes(count, [side, side, 1]);
    const indices = Uint32Array.from({ length: count }, (_, i) => i);
    placeImages(data as Uint8Array, { size: [rows, columns], channels: 1, indices }, made, [side, side]);
    return {
      images: { shape: [count, side, side, 1], data: made, scale: 1 / 255 },
      labels: new Uint8Array(parseIdx(labels.bytes, labels.name).data), // not a view, which would keep the file's bytes
      classNames: digitNames,
      preparation: mnistPreparation((side - 28) / 2),
    };
  };
  const train = set(files["train-images-idx3-ubyte"], files["train-labels-idx1-ubyte"]);
  const test = set(files["t10k-images-idx3-ubyte"], files["t10k-labels-idx1-ubyte"]);
  for (const { bytes } of Object.values(files)) release(bytes);
  return { source, train, test };
}

const digitNames = "0123456789".split("");

async function fromFolder(folder: string, isFromEnvironment: boolean, size: ImageSize): Promise<TrainTest> {
  return mnistOf(`MNIST from ${folder}`, await filesOf(folder, isFromEnvironment), size);
}

/** The four files of a folder. @throws InputError where one is missing or is not MNIST's */
async function filesOf(folder: string, isFromEnvironment: boolean): Promise<IdxFiles> {
  const paths = await placeOf(folder)
    .then(findIdxFiles)
    .catch((error) => {
      // The folder is not an option of this call: the message names its origin.
      throw isFromEnvironment && error instanceof InputError
        ? new InputError(`LENET5_DATA: ${error.message}, or unset it`, { cause: error })
        : error;
    });
  const read = async (part: IdxPart) => {
    const name = paths[part];
    return [part, { name, bytes: await checked(part, await fileBytes(name, new Budget(), idxSize), name) }] as [
      IdxPart,
      IdxFile,
    ];
  };
  // Of several wrong files, the first in the list is named, not the one that was read first.
  const reading = parts.map(read);
  await Promise.allSettled(reading);
  const files: [IdxPart, IdxFile][] = [];
  for (const file of reading) files.push(await file);
  return Object.fromEntries(files) as IdxFiles;
}

/** A file of MNIST in the cache; files with other content are removed. */
async function fromCache(part: IdxPart, folder: string): Promise<IdxFile | undefined> {
  for (const path of [joinPath(folder, part), joinPath(folder, `${part}.gz`)]) {
    if ((await pathInfo(path)) === undefined) continue;
    const bytes = await readBytes(path);
    try {
      return { name: path, bytes: await checked(part, await unpacked(bytes, path, limits), path) };
    } catch {
      await remove(path);
    }
  }
  return undefined;
}

async function checked(part: IdxPart, bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const sum = await sha256(bytes);
  if (sum === checksums[part]) return bytes;
  const wrong = `expected MNIST's ${part} (SHA-256 ${checksums[part].slice(0, 8)}...), got ${sum.slice(0, 8)}...`;
  throw new InputError(`${name}: ${wrong}; get MNIST again, or give another data set by the path of its folder`);
}
