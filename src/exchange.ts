/**
 * Models of other programs, in and out: `import { exportOnnx, importModel } from "lenet5/exchange"`. The code of a format
 * is loaded when it is first called.
 * @module exchange
 */

import type { Dataset } from "./data/dataset.ts";
import type { CheckedPreparation, CheckPreparationsOptions } from "./exchange/check-preparations.ts";
import type { Exported } from "./exchange/exported.ts";
import type { ModelFile } from "./exchange/given-file.ts";
import type { ImportOptions } from "./exchange/import-options.ts";
import type { Imported } from "./exchange/imported.ts";
import type { ExportKerasOptions } from "./exchange/keras/export.ts";
import type { ImportKerasOptions } from "./exchange/keras/import/options.ts";
import type { ExportOnnxOptions } from "./exchange/onnx/export-onnx.ts";
import type { ImportOnnxOptions } from "./exchange/onnx/import/import-onnx.ts";
import type { InputPreparation } from "./exchange/preparation.ts";
import type { ImportPytorchOptions } from "./exchange/pytorch/import-pytorch.ts";
import type { ExportedSafetensors, ExportSafetensorsOptions } from "./exchange/safetensors/export-safetensors.ts";
import type { ImportSafetensorsOptions } from "./exchange/safetensors/import-safetensors.ts";
import type { ExportedStandalone, ExportStandaloneOptions } from "./exchange/standalone/export-standalone.ts";
import type { ImportTfjsOptions } from "./exchange/tfjs/import-tfjs.ts";
import type { Model } from "./model/model.ts";
import type { OneOrMore } from "./model/model-options.ts";

export type { CheckedPreparation, CheckPreparationsOptions } from "./exchange/check-preparations.ts";
export type { Exported } from "./exchange/exported.ts";
export type { ModelFile } from "./exchange/given-file.ts";
export type { ImportOptions } from "./exchange/import-options.ts";
export type { Imported } from "./exchange/imported.ts";
export type { ExportKerasOptions } from "./exchange/keras/export.ts";
export type { ImportKerasOptions } from "./exchange/keras/import/options.ts";
export type { Layout } from "./exchange/mapping/layouts.ts";
export type { MappedTensor } from "./exchange/mapping/named-tensor.ts";
export type { WeightMap } from "./exchange/mapping/options.ts";
export type { ExportOnnxOptions } from "./exchange/onnx/export-onnx.ts";
export type { ImportOnnxOptions } from "./exchange/onnx/import/import-onnx.ts";
export type { ImageShape, InputPreparation } from "./exchange/preparation.ts";
export type { ImportPytorchOptions } from "./exchange/pytorch/import-pytorch.ts";
export type { ExportedSafetensors, ExportSafetensorsOptions } from "./exchange/safetensors/export-safetensors.ts";
export type { ImportSafetensorsOptions } from "./exchange/safetensors/import-safetensors.ts";
export type { ExportedStandalone, ExportStandaloneOptions } from "./exchange/standalone/export-standalone.ts";
export type { StandaloneAccuracy, StandaloneData } from "./exchange/standalone/measure.ts";
export type { ImportTfjsOptions } from "./exchange/tfjs/import-tfjs.ts";

/**
 * A model from a file of any known format, which is recognised by its content, then by its name: a path, the bytes, or
 * several files by name, the first being the one to read. A folder is read by its `model.json`.
 * @throws InputError for a file of no known format, for what the library cannot compute exactly, and for an option that
 *   the format has no use for
 */
export async function importModel(file: ModelFile, options: ImportOptions = {}): Promise<Imported> {
  const { importModel } = await import("./exchange/import-model.ts");
  return importModel(file, options);
}

/**
 * A model from an ONNX file: the operators that PyTorch, Keras and others write for small image classifiers, of opset 1
 * to 26. Its input is channels last: `[28, 28, 1]` for a file that takes `[N, 1, 28, 28]`.
 * @throws InputError for a file that is no such model; the message names the operator and the node
 */
export async function importOnnx(file: ModelFile, options: ImportOnnxOptions = {}): Promise<Imported> {
  const { importOnnx } = await import("./exchange/onnx/import/import-onnx.ts");
  return importOnnx(file, options);
}

/**
 * A model from a file of Keras 0 to 3: `.keras`, `.h5` with the whole model, `.h5` with weights alone beside the `.json`
 * of the layers or for a given network, and the `.json` with the weights beside it. It is the network of the file with
 * its channels last: `[28, 28, 1]` for a file that takes `[1, 28, 28]`. Files that the newest Keras cannot open any more
 * are read: kernels of Theano, options of Keras 1, a list of layers as config.
 * @throws InputError for a layer that the library cannot compute exactly, by its name and class, and for weights that do
 *   not fit
 */
export async function importKeras(file: ModelFile, options: ImportKerasOptions = {}): Promise<Imported> {
  const { importKeras } = await import("./exchange/keras/import/import-keras.ts");
  return importKeras(file, options);
}

/**
 * A copy of an imported model that takes the images of this library: `[N, rows, columns, channels]`, pixels from 0 to 1,
 * light ink on dark. Exact layers in front of the file's network pad and scale them (`{ scale: 255 }` for a network that
 * learned from bytes), repeat grey images for a network of colour, and give them the shape of its input. Its weights and
 * its state of training are those of the model.
 * @throws InputError for a model that takes no images, and for images that do not have its size with the padding
 */
export async function withPreparation(
  model: Model<OneOrMore, OneOrMore>,
  options: InputPreparation = {},
): Promise<Model> {
  const { withPreparation } = await import("./exchange/preparation.ts");
  return withPreparation(model, options);
}

/**
 * Tries the usual preparations of images for an imported model, on a few hundred labelled ones: the best first; of
 * equals, the one that changes the images least. No file says how its network takes pixels. Take images of the training
 * part of your data: `checkPreparations(model, (await mnist()).train)`.
 * @throws InputError for a model that takes no images or has other classes, and for images of another size than the
 *   network's, unless zeros around them make up for it
 */
export async function checkPreparations(
  model: Model<OneOrMore, OneOrMore>,
  data: Pick<Dataset, "images" | "labels" | "classNames" | "preparation">,
  options: CheckPreparationsOptions = {},
): Promise<CheckedPreparation[]> {
  const { checkPreparations } = await import("./exchange/check-preparations.ts");
  return checkPreparations(model, data, options);
}

/**
 * A model of pictures as one JavaScript file without dependencies, which classifies a canvas, an `ImageData` or
 * `{ width, height, data }` in a page or in Node: `import { classify } from "./digit.js"`. It prepares pictures as
 * `model.reading` says, and answers as `pictureReader` does. Its types are beside it. With weights of 8 bits it is about
 * a quarter as large; what that costs is measured where `data` are given.
 *
 * @throws InputError for a model that is no classifier of pictures with one input and one output, for custom layers, and
 *   for wrong options
 */
export async function exportStandalone(
  model: Model<OneOrMore, OneOrMore>,
  options: ExportStandaloneOptions = {},
): Promise<ExportedStandalone> {
  const { exportStandalone } = await import("./exchange/standalone/export-standalone.ts");
  return exportStandalone(model, options);
}

/**
 * A model as an ONNX file: opset 13 and IR version 7, standard operators only, which onnxruntime runs since 1.6 (2020).
 * The batch is the open dimension `N`; weights are float32; names of nodes and tensors are those of the layers. The
 * metadata have the names of the classes (`class_names`), the preparation (`lenet5.reading`), what the outputs are
 * (`lenet5.outputs`) and a test vector (`lenet5.test_vector`). https://onnx.ai/onnx/operators/
 * @returns the file, and in `notes` what stays behind: training, penalties, layers that do nothing in inference
 * @throws InputError for a custom layer, a weight that is not finite, and `withPreparation` where the model knows none
 */
export async function exportOnnx(
  model: Model<OneOrMore, OneOrMore>,
  options: ExportOnnxOptions = {},
): Promise<Exported> {
  const { exportOnnx } = await import("./exchange/onnx/export-onnx.ts");
  return exportOnnx(model, options);
}

/**
 * A model as a `.keras` file, which Keras 3 loads with the same predictions and trains on: with loss, metrics, optimizer
 * and its state where Keras has them. Beside it, `lenet5_keras.py` registers what Keras lacks, such as the layers of 1998.
 * https://keras.io/api/models/model_saving_apis/
 * @throws InputError for a custom layer, and for `withPreparation` where the model does not say how its pictures are
 *   prepared
 */
export async function exportKeras(
  model: Model<OneOrMore, OneOrMore>,
  options: ExportKerasOptions = {},
): Promise<Exported> {
  const { exportKeras } = await import("./exchange/keras/export.ts");
  return exportKeras(model, options);
}

/**
 * A copy of a network with the weights of a file of PyTorch: a state_dict or a checkpoint that holds one, in both formats
 * of `torch.save`, or a TorchScript archive of 1.0 or later. Such a file names no layers, activations or strides: those of the
 * network are used. Its tensors find theirs by names, shapes and order, and `mapping` says where each went. Kernels are
 * turned from `[filters, channels, rows, columns]`, and the inputs of a dense layer after `flatten` are put in the order
 * row, column, channel. Nothing of the file is run.
 *
 * @throws InputError without a network (the message lists the tensors), where tensors or weights are left over, where two
 *   ways fit (`map` says which is meant), for whole modules and quantised tensors, and for a damaged file
 */
export async function importPytorch(file: ModelFile, options: ImportPytorchOptions = {}): Promise<Imported> {
  const { importPytorch } = await import("./exchange/pytorch/import-pytorch.ts");
  return importPytorch(file, options);
}

/**
 * A copy of a network with the weights of a safetensors file, of PyTorch, Keras, tinygrad, Burn, candle or MLX: see
 * {@link importPytorch}. Tensors may be in any order; where names and shapes do not show in which layout they are, `layout`
 * says it. `loadModel` reads the files that `save` writes.
 *
 * @throws InputError as `importPytorch`, and where the shapes fit several layouts
 */
export async function importSafetensors(file: ModelFile, options: ImportSafetensorsOptions = {}): Promise<Imported> {
  const { importSafetensors } = await import("./exchange/safetensors/import-safetensors.ts");
  return importSafetensors(file, options);
}

/**
 * A model as a layers model of TensorFlow.js, which tfjs 4.22 loads: `bytes` is model.json, the weights lie beside it.
 * @throws InputError for a layer that TensorFlow.js does not have and that no others of its layers make up for
 */
export async function exportTfjs(model: Model<OneOrMore, OneOrMore>): Promise<Exported> {
  const { exportTfjs } = await import("./exchange/tfjs/export-tfjs.ts");
  return exportTfjs(model);
}

/**
 * A model of TensorFlow.js, from its model.json with the files of its weights beside it: layers models of every version,
 * made by tfjs or by its converter.
 * @throws InputError for layers that the library cannot compute exactly, for weights that do not fit, and for graph
 *   models
 */
export async function importTfjs(file: ModelFile, options: ImportTfjsOptions = {}): Promise<Imported> {
  const { importTfjs } = await import("./exchange/tfjs/import-tfjs.ts");
  return importTfjs(file, options);
}

/**
 * The weights of a model as a safetensors file with the names and shapes of Keras or of PyTorch, and in `python` the lines
 * that load them there. The metadata keep the names of the classes, how pictures are prepared, and a test vector:
 * {@link importSafetensors} compares it.
 * @throws InputError for weights that are not finite; for the layout of PyTorch, where a layer makes maps of features
 */
export async function exportSafetensors(
  model: Model<OneOrMore, OneOrMore>,
  options: ExportSafetensorsOptions = {},
): Promise<ExportedSafetensors> {
  const { exportSafetensors } = await import("./exchange/safetensors/export-safetensors.ts");
  return exportSafetensors(model, options);
}
