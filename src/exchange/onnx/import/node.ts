import { InputError } from "../../../core/errors.ts";
import {
  type AttributeProto,
  AttributeProto_AttributeType as Kind,
  type NodeProto,
  type TensorProto,
} from "../../../formats/onnx/schema.ts";
import { type OnnxTensor, readTensor } from "../../../formats/onnx/tensor.ts";
import type { Network } from "./network.ts";
import { type Activation, type Constant, dimsOf, dimsText, type Value } from "./value.ts";

/** What the nodes of a file share. */
export interface Setting {
  /** The name of the file. */
  readonly file: string;
  /** The version of the operators. */
  readonly opset: number;
  readonly network: Network;
  /** The number of images that the file is made for; undefined for any number. */
  readonly batch: number | undefined;
  /** The bytes of a file of external data, by its name. */
  readonly external: ReadonlyMap<string, Uint8Array>;
  /** The number of reads of a value. */
  readonly uses: ReadonlyMap<string, number>;
}

/** A node with its inputs, as the rule of its operator reads it. An attribute that a rule does not read is refused. */
export class Node {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly setting: Setting;
  readonly network: Network;
  readonly opset: number;
  readonly refuse: (problem: string) => never;
  private readonly values: readonly (Value | undefined)[];
  private readonly attributes: ReadonlyMap<string, AttributeProto>;
  private readonly read = new Set<string>();

  constructor(proto: NodeProto, values: readonly (Value | undefined)[], setting: Setting) {
    this.type = proto.opType;
    this.name = proto.name;
    this.inputs = proto.input;
    this.outputs = proto.output;
    this.setting = setting;
    this.network = setting.network;
    this.opset = setting.opset;
    this.values = values;
    this.attributes = new Map(proto.attribute.map((attribute) => [attribute.name, attribute]));
    const where = whereOf(setting.file, proto);
    this.refuse = (problem) => {
      throw new InputError(`${where}: ${problem}`);
    };
  }

  /** The number of inputs, those left out at the end not counted. */
  get count(): number {
    return this.values.findLastIndex((value) => value !== undefined) + 1;
  }

  /** An input, undefined where it is left out. */
  optional(index: number): Value | undefined {
    return this.values[index];
  }

  value(index: number): Value {
    return this.values[index] ?? this.refuse(`expected an input number ${index + 1}, got none`);
  }

  /** An input that a layer computes. */
  activation(index = 0): Activation {
    const value = this.value(index);
    if (value.kind === "activation") return value;
    return this.refuse(`expected input number ${index + 1} to be computed from the images, got a constant`);
  }

  /** An input that is a constant of the file; `what` says what it is. */
  constant(index: number, what: string): Constant {
    const value = this.value(index);
    if (value.kind === "constant") return value;
    return this.refuse(
      `expected ${what} as a constant of the file, got ${dimsText(dimsOf(value))} that is computed from the images`,
    );
  }

  /** A constant that may be left out. */
  optionalConstant(index: number, what: string): Constant | undefined {
    return this.values[index] && this.constant(index, what);
  }

  has(attribute: string): boolean {
    return this.attributes.has(attribute);
  }

  int(name: string): number | undefined;
  int(name: string, fallback: number): number;
  int(name: string, fallback?: number): number | undefined {
    const found = this.attribute(name, Kind.INT);
    return found ? Number(found.i) : fallback;
  }

  ints(name: string): readonly number[] | undefined {
    return this.attribute(name, Kind.INTS)?.ints.map(Number);
  }

  float(name: string): number | undefined;
  float(name: string, fallback: number): number;
  float(name: string, fallback?: number): number | undefined {
    return this.attribute(name, Kind.FLOAT)?.f ?? fallback;
  }

  floats(name: string): readonly number[] | undefined {
    return this.attribute(name, Kind.FLOATS)?.floats;
  }

  text(name: string, fallback: string): string {
    const found = this.attribute(name, Kind.STRING);
    return found ? new TextDecoder().decode(found.s) : fallback;
  }

  tensor(name: string): OnnxTensor | undefined {
    const found = this.attribute(name, Kind.TENSOR)?.t;
    return found && this.tensorOf(found);
  }

  /** Attributes that change nothing in a prediction. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.read.add(name);
  }

  /** @throws InputError for an attribute that no one read: it may change what the node computes */
  finish(): void {
    for (const name of this.attributes.keys())
      if (!this.read.has(name)) this.refuse(`attribute "${name}" is not supported`);
  }

  private attribute(name: string, kind: Kind): AttributeProto | undefined {
    this.read.add(name);
    const found = this.attributes.get(name);
    if (!found) return undefined;
    if (found.refAttrName !== "") this.refuse(`attribute "${name}" refers to one of a function`);
    // Files of 2017 do not say the kind.
    if (found.type !== kind && found.type !== Kind.UNDEFINED)
      this.refuse(`expected attribute "${name}" of kind ${nameOf(kind)}, got ${nameOf(found.type)}`);
    return found;
  }

  private tensorOf(proto: TensorProto): OnnxTensor {
    const { external } = this.setting;
    const location = proto.externalData.find(({ key }) => key === "location")?.value ?? "";
    return readTensor(proto, this.refuse, external.get(location));
  }
}

/** `net.onnx: node "/conv1/Conv" (Conv)`. */
export function whereOf(file: string, { name, opType, output }: NodeProto): string {
  return `${file}: node ${JSON.stringify((name || output[0] || "").slice(0, 80))} (${opType.slice(0, 40)})`;
}

function nameOf(kind: Kind): string {
  return (
    Object.entries(Kind)
      .find(([, value]) => value === kind)?.[0]
      ?.toLowerCase() ?? String(kind)
  );
}
