import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { InputError } from "../../core/errors.ts";
import { type GraphProto, type ModelProto, ModelProtoSchema, type TensorProto, TensorProtoSchema } from "./schema.ts";
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
  const model = decoded(ModelProtoSchema, bytes, `${name}: expected an ONNX model`);
  if (!model.graph)
    throw new InputError(`${name}: expected an ONNX model, but it has no graph: is it another kind of file?`);
  return model as OnnxModel;
}

/** Decodes a file with a tensor, as ONNX's test data are. @throws InputError for other bytes */
export function readTensorFile(bytes: Uint8Array, name: string): TensorProto {
  return decoded(TensorProtoSchema, bytes, `${name}: expected a tensor of ONNX`);
}

function decoded<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array, what: string): MessageShape<Schema> {
  const problem = problemOf(bytes, schema);
  if (problem !== undefined) throw new InputError(`${what}, but ${problem}: get the file again`);
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${what}, but it cannot be decoded (${reason}): get the file again`, { cause: error });
  }
}
