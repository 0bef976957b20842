/** What the user's files are: a model, a run with its history, or a data set. */
import { type DataFile, InputError, inspectData, loadModel, readData, type TrainTest } from "lenet5";
import type { HistoryJson } from "lenet5/figures";
import type { GivenFile } from "./given-files.ts";
import type { Found } from "./yours-api.ts";

/** LeNet-5's size, for pictures of different sizes. */
const SIZE = 32;

export async function found(files: readonly GivenFile[]): Promise<Found> {
  if (files.length === 0) throw new InputError("expected a folder of pictures, a run or a model file, got no file");
  const seen = files.filter(({ path }) => !/(^|\/)(\.|__MACOSX\/)/.test(path));
  const model = modelAmong(seen);
  if (model) return modelOf(model, seen);
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
  const model = await loadModel(bytes, { threads: 1 });
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

async function dataOf(files: readonly DataFile[]): Promise<TrainTest> {
  try {
    return await readData(files);
  } catch (error) {
    if (!(error instanceof InputError) || !/give the size/.test(error.message)) throw error;
    return readData(files, { size: SIZE });
  }
}
