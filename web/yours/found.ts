/** What the user's files are: a model, a run with its history, or a data set. */
import { type DataFile, InputError, inspectData, readData, readPicture, type TrainTest } from "lenet5";
import type { HistoryJson } from "lenet5/figures";
import { modelOfFile } from "../networks/model-of-file.ts";
import type { GivenFile } from "./given-files.ts";
import type { Found } from "./yours-api.ts";

/** LeNet-5's size, for pictures of different sizes. */
const SIZE = 32;

const PICTURE = /\.(png|jpe?g|webp|gif|bmp)$/i;

export async function found(files: readonly GivenFile[]): Promise<Found> {
  if (files.length === 0) throw new InputError("expected a folder of pictures, a run or a model file, got no file");
  const seen = files.filter(({ path }) => !/(^|\/)(\.|__MACOSX\/)/.test(path));
  const model = modelAmong(seen);
  if (model) return modelOf(model, seen);
  if (seen.length === 1 && PICTURE.test(seen[0]!.path)) await refusePicture(seen[0]!);
  const data = await dataOf(seen.map(({ path, file }) => ({ name: path, arrayBuffer: () => file.arrayBuffer() })));
  return { type: "data", data, inspection: inspectData(data) };
}

/** `model.safetensors` of a run folder, or the only file where it is no data. */
function modelAmong(files: readonly GivenFile[]): GivenFile | undefined {
  const [only] = files;
  if (files.length === 1 && /\.safetensors$/i.test(only!.path)) return only;
  return files.find(({ path }) => /^[^/]+\/model\.safetensors$/.test(path));
}

async function modelOf({ path, file }: GivenFile, files: readonly GivenFile[]): Promise<Found> {
  const name = path.split("/").length > 1 ? path.split("/")[0]! : path.replace(/\.safetensors$/i, "");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const model = await modelOfFile(bytes, path);
  const { inputs, outputs } = model;
  // A file may hold a model with several inputs or outputs, whatever the type says.
  if (!("shape" in inputs && "shape" in outputs) || inputs.shape.length !== 3 || outputs.shape.length !== 1) {
    throw new InputError(`${path}: expected a network that takes one image and answers with one class, got another`);
  }
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const kept = folder ? files.find((one) => one.path === `${folder}history.json`) : undefined;
  return { type: "model", name, bytes, history: kept && (await historyIn(kept)) };
}

async function historyIn({ path, file }: GivenFile): Promise<HistoryJson> {
  try {
    const { epochs, history } = JSON.parse(await file.text());
    if (Array.isArray(epochs) && typeof history === "object") return { epochs, history };
  } catch {
    // Said below.
  }
  throw new InputError(`${path}: expected the history of a run, got something else`);
}

/** One picture is no data set, damaged or not. */
async function refusePicture({ path, file }: GivenFile): Promise<never> {
  try {
    await readPicture(new Uint8Array(await file.arrayBuffer()), path);
  } catch (error) {
    throw new InputError(`${path}: the picture is damaged, or no picture at all; save it again`, { cause: error });
  }
  throw new InputError(
    `${path}: expected pictures of at least two classes, got one; drop it on the pad to have it read`,
  );
}

async function dataOf(files: readonly DataFile[]): Promise<TrainTest> {
  try {
    return await readData(files);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (/give the size/.test(error.message)) return readData(files, { size: SIZE });
    throw new InputError(plain(error.message), { cause: error });
  }
}

/** The library's line for somebody who gave files to a page. */
function plain(line: string): string {
  const short = line.replaceAll(/ \(in memory(, \d+)?\)/g, "");
  const [, name, got] = /^data "(.*)": expected files in MNIST's format.*; (it is empty|got .*)$/.exec(short) ?? [];
  if (!got) return short;
  const where = name === "files" ? "" : `${name}: `;
  return `${where}expected a folder of pictures for each class, a table (.csv, .npz), MNIST's files, or a model (.safetensors); ${got}`;
}
