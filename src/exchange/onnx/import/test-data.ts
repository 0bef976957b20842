/** ONNX's test data: tensors in `test_data_set_0/` and so on next to a model, as the files of its model zoo have them. */
import { InputError } from "../../../core/errors.ts";
import { sizeOf, type Tensor } from "../../../core/tensor.ts";
import { readTensorFile } from "../../../formats/onnx/decode.ts";
import type { GraphProto } from "../../../formats/onnx/schema.ts";
import { type OnnxTensor, readTensor } from "../../../formats/onnx/tensor.ts";
import type { Model } from "../../../model/model.ts";
import type { OneOrMore } from "../../../model/model-options.ts";
import type { GivenFile } from "../../given-file.ts";
import type { GivenInput } from "./inputs.ts";

/** Sets that are looked for. */
const SETS = 3;

/** The largest difference, as a share of the largest number of the output (of 1, if that is smaller). */
const TOLERANCE = 1e-4;

interface Ends {
  readonly inputs: readonly GivenInput[];
  readonly outputs: readonly string[];
  /** Whether outputs that are images have the channels first. */
  readonly isChannelsFirst: boolean;
}

/**
 * Compares the model with the test data next to its file, where there are any.
 * @throws InputError where it answers otherwise
 */
export async function compareTestData(
  file: GivenFile,
  model: Model<OneOrMore, OneOrMore>,
  graph: GraphProto,
  { inputs, outputs, isChannelsFirst }: Ends,
): Promise<void> {
  if (inputs.length > 1 || outputs.length > 1) return;
  const place = graph.output.findIndex(({ name }) => name === outputs[0]);
  const [{ value, isChannelsLast }] = inputs as [GivenInput];
  for (let set = 0; set < SETS; set++) {
    const folder = `test_data_set_${set}`;
    const given = await tensorBeside(file, `${folder}/input_0.pb`);
    const wanted = given && place >= 0 ? await tensorBeside(file, `${folder}/output_${place}.pb`) : undefined;
    if (!given || !wanted) return;
    const { shape } = value.tensor;
    const count = given.data.length / sizeOf(shape);
    if (!Number.isInteger(count) || count < 1) return; // of another model
    const isImage = value.axes.length === 4 && !isChannelsLast;
    const images: Tensor = {
      shape: [count, ...shape],
      data: Float32Array.from(isImage ? channelsLast(given) : given.data),
    };
    const { data } = (await model.predict(images)) as Tensor<Float32Array>;
    const answers: ArrayLike<number> = wanted.dims.length === 4 && isChannelsFirst ? channelsLast(wanted) : wanted.data;
    const largest = Array.from(answers).reduce((most, each) => Math.max(most, Math.abs(each)), 1);
    const wrong =
      data.length === answers.length
        ? Array.from(answers).findIndex((each, i) => !(Math.abs(each - data[i]!) <= TOLERANCE * largest))
        : 0;
    if (wrong >= 0)
      throw new InputError(
        `${file.name}: expected a model that answers ${folder} with ${answers[wrong]}, got ${data[wrong]}: move that folder away if it belongs to another model`,
      );
  }
}

async function tensorBeside(file: GivenFile, name: string): Promise<OnnxTensor | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await file.beside(name);
  } catch {
    return undefined; // most models have none
  }
  return readTensor(readTensorFile(bytes, name), (problem) => {
    throw new InputError(`${name}: ${problem}`);
  });
}

/** The numbers of images with channels first, channels last. */
function channelsLast({ dims, data }: OnnxTensor): Float64Array {
  const [, channels = 1, ...sizes] = dims;
  const positions = sizeOf(sizes);
  return Float64Array.from(data, (_, i) => {
    const position = Math.floor(i / channels) % positions;
    const image = Math.floor(i / channels / positions);
    return data[(image * channels + (i % channels)) * positions + position]!;
  });
}
