/** ONNX files, written: protobuf messages from plain lists of nodes and tensors. */
import { create, toBinary } from "@bufbuild/protobuf";
import type { Shape, Tensor } from "../../core/tensor.ts";
import { AttributeProto_AttributeType as Kind, ModelProtoSchema, TensorProto_DataType } from "./schema.ts";

/** The value of an attribute; whole numbers and others are different types in ONNX. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly text: string };

/** One operator of a graph. */
export interface OnnxNode {
  /** Such as `Conv`, of ONNX's own operators. */
  readonly op: string;
  readonly name: string;
  /** Names of tensors; "" for an optional one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output of a graph. */
export interface OnnxPort {
  readonly name: string;
  readonly type: "float" | "uint8";
  /** A text is the name of a size that is open, such as the batch's. */
  readonly shape: readonly (number | string)[];
  /** What a reader should know about it. */
  readonly text: string;
}

/** float32, or int64 for shapes and axes. */
export type OnnxConstant =
  | Tensor<Float32Array>
  | { readonly shape: Shape; readonly data: readonly number[]; readonly type: "int64" };

/** The content of an ONNX file. */
export interface OnnxFile {
  readonly irVersion: number;
  readonly opset: number;
  readonly producer: { readonly name: string; readonly version: string };
  readonly name: string;
  readonly text: string;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly nodes: readonly OnnxNode[];
  /** The tensors with values, by name. */
  readonly constants: ReadonlyMap<string, OnnxConstant>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes of an ONNX file. https://github.com/onnx/onnx/blob/main/docs/IR.md */
export function encodeOnnx(file: OnnxFile): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(file.irVersion),
    opsetImport: [{ domain: "", version: BigInt(file.opset) }],
    producerName: file.producer.name,
    producerVersion: file.producer.version,
    docString: file.text,
    graph: {
      name: file.name,
      node: file.nodes.map(({ op, name, inputs, outputs, attributes }) => ({
        opType: op,
        name,
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([attribute, value]) => ({ name: attribute, ...typedValue(value) })),
      })),
      initializer: [...file.constants].map(([name, constant]) => ({
        name,
        dims: constant.shape.map(BigInt),
        dataType: "type" in constant ? TensorProto_DataType.INT64 : TensorProto_DataType.FLOAT,
        rawData: rawOf(constant),
      })),
      input: file.inputs.map(portOf),
      output: file.outputs.map(portOf),
    },
    metadataProps: Object.entries(file.metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

function typedValue(value: OnnxAttribute) {
  if ("int" in value) return { type: Kind.INT, i: BigInt(value.int) };
  if ("ints" in value) return { type: Kind.INTS, ints: value.ints.map(BigInt) };
  if ("float" in value) return { type: Kind.FLOAT, f: value.float };
  return { type: Kind.STRING, s: new TextEncoder().encode(value.text) };
}

/** Little endian, whatever the machine. */
function rawOf(constant: OnnxConstant): Uint8Array {
  const isWhole = "type" in constant;
  const bytes = new Uint8Array(constant.data.length * (isWhole ? 8 : 4));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < constant.data.length; i++) {
    if (isWhole) view.setBigInt64(8 * i, BigInt(constant.data[i]!), true);
    else view.setFloat32(4 * i, constant.data[i]!, true);
  }
  return bytes;
}

function portOf({ name, type, shape, text }: OnnxPort) {
  const elemType = type === "float" ? TensorProto_DataType.FLOAT : TensorProto_DataType.UINT8;
  const dim = shape.map((size) => ({
    value:
      typeof size === "string"
        ? ({ case: "dimParam", value: size } as const)
        : ({ case: "dimValue", value: BigInt(size) } as const),
  }));
  const value = { elemType, shape: { dim } };
  return { name, docString: text, type: { value: { case: "tensorType", value } as const } };
}
