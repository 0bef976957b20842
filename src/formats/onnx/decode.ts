import { fromBinary } from "@bufbuild/protobuf";
import { InputError } from "../../core/errors.ts";
import { type GraphProto, type ModelProto, ModelProtoSchema } from "./schema.ts";
import { problemOf } from "./wire.ts";

/** A model of an ONNX file that has a graph. */
export interface OnnxModel extends ModelProto {
  readonly graph: GraphProto;
}

/**
 * Decodes an ONNX file. The bytes of tensors stay views of `bytes`. How much there is to decode is checked before.
 * https://github.com/onnx/onnx/blob/main/docs/IR.md
 * @param name the name of the file in errors
 * @throws InputError for bytes that are no ONNX model
 */
export function readOnnx(bytes: Uint8Array, name: string): OnnxModel {
  const fail = (problem: string) => new InputError(`${name}: expected an ONNX model, but ${problem}`);
  const problem = problemOf(bytes, ModelProtoSchema);
  if (problem !== undefined) throw fail(`${problem}: get the file again`);
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    throw fail(`it cannot be decoded (${error instanceof Error ? error.message : error}): get the file again`);
  }
  if (!model.graph) throw fail("it has no graph: is it another kind of file?");
  return model as OnnxModel;
}
