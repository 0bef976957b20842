import { checkedOptions, choice, flag, type OptionsOf, optional } from "../../core/options.ts";
import type { Model } from "../../model/model.ts";
import type { OneOrMore } from "../../model/model-options.ts";
import type { Exported } from "../exported.ts";
import { onnxFile } from "./export/file.ts";

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
export interface ExportOnnxOptions extends OptionsOf<typeof options> {}

/** See `exportOnnx` of `lenet5/exchange`. */
export async function exportOnnx(model: Model<OneOrMore, OneOrMore>, given: ExportOnnxOptions = {}): Promise<Exported> {
  const config = checkedOptions("exportOnnx", options, given);
  return onnxFile(model, config);
}
