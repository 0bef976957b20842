import { checkedOptions, choice, flag, type OptionsOf, optional } from "../../core/options.ts";
import type { Model } from "../../model/model.ts";
import type { OneOrMore } from "../../model/model-options.ts";
import type { Exported } from "../exported.ts";

const options = {
  /**
   * The order of the axes of images, in inputs and outputs: "nchw" (default), `[N, channels, rows, columns]`, as ONNX's
   * operators and PyTorch have it; "nhwc", `[N, rows, columns, channels]`, as Keras and this library have it.
   */
  layout: optional(choice(["nchw", "nhwc"]), "nchw"),
  /**
   * Whether the file prepares images: it then takes bytes from 0 to 255 (uint8) of `size` rows and columns, multiplies
   * them by `scale` and adds the `padding`, all three of `model.reading.preparation`. Finding and centring the ink of a
   * digit, and bringing pictures to that size, stay outside. Default false: the input takes what the model takes.
   */
  withPreparation: optional(flag, false),
};

/** Options of {@link exportOnnx}. */
export interface OnnxOptions extends OptionsOf<typeof options> {}

/**
 * A model as an ONNX file: opset 13 and IR version 7, standard operators only, which onnxruntime runs since 1.6 (2020).
 * The batch is the open dimension `N`; weights are float32; names of nodes and tensors are those of the layers. The
 * metadata have the names of the classes (`class_names`), the preparation (`lenet5.reading`), what the outputs are
 * (`lenet5.outputs`) and a test vector (`lenet5.test_vector`). https://onnx.ai/onnx/operators/
 * @returns the file, and in `notes` what stays behind: training, penalties, layers that do nothing in inference
 * @throws InputError for a custom layer, a weight that is not finite, and `withPreparation` where the model knows none
 */
export async function exportOnnx(model: Model<OneOrMore, OneOrMore>, given: OnnxOptions = {}): Promise<Exported> {
  const config = checkedOptions("exportOnnx", options, given);
  const { onnxFile } = await import("./export/file.ts");
  return onnxFile(model, config);
}
