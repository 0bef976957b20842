import { create, toBinary } from "@bufbuild/protobuf";
import { random } from "../../src/core/random.ts";
import {
  AttributeProto_AttributeType as Kind,
  ModelProtoSchema,
  TensorProto_DataType as Type,
} from "../../src/formats/onnx/schema.ts";

/** An attribute: whole numbers are ints, others floats. */
type Attribute = number | string | readonly number[] | Given | { readonly float: number };

/** A tensor: its shape, and its numbers; random ones where none are given. */
export interface Given {
  readonly dims: readonly number[];
  readonly data?: readonly number[];
  /** Default float. */
  readonly type?: keyof typeof Type;
}

/** `[type, inputs, output or outputs, attributes]` */
export type GivenNode = readonly [
  type: string,
  inputs: readonly string[],
  outputs: string | readonly string[],
  attributes?: Readonly<Record<string, Attribute>>,
];

export interface GivenFile {
  /** Shapes by name; "N" is the number of images. Default: `{ x: ["N", 2, 6, 6] }`. */
  readonly inputs?: Readonly<Record<string, readonly (number | string)[]>>;
  /** The element type of the inputs. Default FLOAT. */
  readonly inputType?: keyof typeof Type;
  readonly nodes: readonly GivenNode[];
  readonly weights?: Readonly<Record<string, Given>>;
  /** Default: the last output of the last node. */
  readonly outputs?: readonly string[];
  /** Default 13. */
  readonly opset?: number;
  readonly ir?: number;
  /** Whether weights are listed as inputs too, as files of 2018 have them. */
  readonly listsWeights?: boolean;
}

/** An ONNX file made by hand. */
export function onnxFile(given: GivenFile): Uint8Array<ArrayBuffer> {
  const { inputs = { x: ["N", 2, 6, 6] }, inputType = "FLOAT", nodes, weights = {}, opset = 13, ir = 7 } = given;
  const last = nodes[nodes.length - 1]![2];
  const outputs = given.outputs ?? [typeof last === "string" ? last : last[0]!];
  const info = (name: string, dims?: readonly (number | string)[], type: keyof typeof Type = "FLOAT") => ({
    name,
    type: {
      value: {
        case: "tensorType" as const,
        value: { elemType: Type[type], ...(dims && { shape: { dim: dims.map((size) => ({ value: sizeOf(size) })) } }) },
      },
    },
  });
  const listed = given.listsWeights
    ? Object.entries(weights).map(([name, { dims, type }]) => info(name, dims, type))
    : [];
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(ir),
    producerName: "hand",
    opsetImport: [{ domain: "", version: BigInt(opset) }],
    graph: {
      name: "net",
      input: [...Object.entries(inputs).map(([name, dims]) => info(name, dims, inputType)), ...listed],
      output: outputs.map((name) => info(name)),
      initializer: Object.entries(weights).map(([name, tensor]) => ({ name, ...tensorOf(tensor, name) })),
      node: nodes.map(([opType, input, output, attributes = {}], i) => ({
        opType,
        name: `${opType}_${i}`,
        input: [...input],
        output: typeof output === "string" ? [output] : [...output],
        attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...attributeOf(value) })),
      })),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function sizeOf(size: number | string) {
  return typeof size === "string"
    ? { case: "dimParam" as const, value: size }
    : { case: "dimValue" as const, value: BigInt(size) };
}

function attributeOf(value: Attribute) {
  if (typeof value === "string") return { type: Kind.STRING, s: new TextEncoder().encode(value) };
  if (typeof value === "number")
    return Number.isInteger(value) ? { type: Kind.INT, i: BigInt(value) } : { type: Kind.FLOAT, f: value };
  if ("float" in value) return { type: Kind.FLOAT, f: value.float };
  if ("dims" in value) return { type: Kind.TENSOR, t: tensorOf(value, "value") };
  const list = value as readonly number[];
  return list.every(Number.isInteger)
    ? { type: Kind.INTS, ints: list.map(BigInt) }
    : { type: Kind.FLOATS, floats: [...list] };
}

function tensorOf({ dims, data, type = "FLOAT" }: Given, seed: string) {
  const stream = random(1998, seed);
  const count = dims.reduce((product, size) => product * size, 1);
  const numbers = data ?? Array.from({ length: count }, () => stream.uniform() - 0.5);
  const common = { dims: dims.map(BigInt), dataType: Type[type] };
  if (type === "INT64") return { ...common, int64Data: numbers.map(BigInt) };
  if (type === "FLOAT") return { ...common, rawData: new Uint8Array(Float32Array.from(numbers).buffer) };
  return type === "DOUBLE" ? { ...common, doubleData: [...numbers] } : { ...common, int32Data: [...numbers] };
}

/** Whole numbers as a tensor. */
export function ints(...data: readonly number[]): Given {
  return { dims: [data.length], data, type: "INT64" };
}
