import * as v from "valibot";
import { checkedJson } from "../../core/checked-json.ts";
import { InputError, shown } from "../../core/errors.ts";
import { readPickle } from "../pickle.ts";
import type { ZipEntry } from "../zip.ts";
import { torchNames } from "./names.ts";
import { TorchTensor, type TorchType, torchTypes } from "./tensor.ts";

/** The types by their names in `model.json` (caffe2.proto, TensorProto.DataType). */
const types: ReadonlyMap<string, TorchType> = new Map(
  Object.entries({
    FLOAT: "FloatStorage",
    DOUBLE: "DoubleStorage",
    FLOAT16: "HalfStorage",
    INT64: "LongStorage",
    INT32: "IntStorage",
    INT16: "ShortStorage",
    INT8: "CharStorage",
    UINT8: "ByteStorage",
    BOOL: "BoolStorage",
  }).map(([name, storage]) => [name, torchTypes.get(storage)!]),
);

/** Protobuf writes whole numbers of 64 bits as texts in JSON. */
const whole = v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.safeInteger(), v.minValue(0));

const tensorSchema = v.object({
  dims: v.optional(v.array(whole), []),
  offset: v.optional(whole, 0),
  strides: v.optional(v.array(whole), []),
  dataType: v.string(),
  data: v.object({ key: v.string() }),
  isQuantized: v.optional(v.boolean(), false),
});

const schema = v.object({ tensors: v.optional(v.array(v.unknown()), []), mainModule: v.unknown() });

const moduleSchema = v.object({
  name: v.optional(v.string(), ""),
  parameters: v.optional(v.array(v.object({ name: v.string(), tensorId: v.optional(whole, 0) })), []),
  attributes: v.optional(v.array(v.object({ name: v.string(), type: v.string(), id: v.optional(whole, 0) })), []),
  submodules: v.optional(v.array(v.unknown()), []),
});

interface Archive {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  content(entry: ZipEntry): Promise<Uint8Array>;
  /** The folder of `model.json` in the archive, with a "/". */
  readonly folder: string;
  readonly file: string;
}

const MAX_JSON = 64 * 2 ** 20;
const MAX_DEPTH = 64;

/**
 * The tensors of a TorchScript archive of PyTorch 1.0 to 1.3, by the paths of the modules (torch/csrc/jit/export.cpp):
 * its `model.json` names modules, parameters and tensors; each tensor is a view of a file. The code in it is not read.
 */
export async function oldScript({ entries, content, folder, file }: Archive): Promise<Map<string, TorchTensor>> {
  const what = `${file}: model.json`;
  const entry = entries.get(`${folder}model.json`)!;
  if (entry.size > MAX_JSON) throw new InputError(`${what}: expected at most ${MAX_JSON} bytes, got ${entry.size}`);
  const description = checkedJson(schema, await content(entry), what);
  const tensors = description.tensors.map((given) => {
    const tensor = checked(tensorSchema, given, what);
    if (tensor.isQuantized)
      throw new InputError(`${file}: it has quantised tensors: save the model before it is quantised`);
    const type = types.get(tensor.dataType);
    if (!type) throw new InputError(`${what}: expected numbers such as FLOAT, got ${shown(tensor.dataType)}`);
    const stored = entries.get(`${folder}${tensor.data.key}`);
    if (!stored) throw new InputError(`${what}: expected a file ${shown(tensor.data.key)}, got none`);
    const storage = {
      type,
      count: Math.floor(stored.size / type.bytes),
      littleEndian: true,
      bytes: () => content(stored),
    };
    return new TorchTensor(what, storage, { offset: tensor.offset, shape: tensor.dims, strides: tensor.strides });
  });
  const tensorAt = (index: unknown): TorchTensor => {
    const tensor = typeof index === "number" ? tensors[index] : undefined;
    if (!tensor) throw new InputError(`${what}: it refers to tensor ${String(index)} of ${tensors.length}`);
    return tensor;
  };
  const stored = entries.get(`${folder}attributes.pkl`);
  const attributes = stored ? attributesOf(await content(stored), tensorAt, file) : [];
  const found = new Map<string, TorchTensor>();
  const visit = (given: unknown, path: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new InputError(`${what}: expected at most ${MAX_DEPTH} modules within each other`);
    const module = checked(moduleSchema, given, what);
    for (const { name, tensorId } of module.parameters) found.set(path + name, tensorAt(tensorId));
    for (const { name, id } of module.attributes) {
      const value = attributes[id];
      if (value instanceof TorchTensor) found.set(path + name, value);
    }
    for (const inner of module.submodules) {
      const { name } = checked(moduleSchema, inner, what);
      visit(inner, `${path}${name}.`, depth + 1);
    }
  };
  visit(description.mainModule, "", 0);
  return found;
}

/** The attributes of all modules, which those refer to by number. */
function attributesOf(bytes: Uint8Array, tensor: (index: unknown) => TorchTensor, file: string): readonly unknown[] {
  const names = torchNames({
    what: file,
    isScript: true,
    tensor,
    storage() {
      throw new InputError(`${file}: attributes.pkl: expected no storages`);
    },
  });
  const { value } = readPickle(bytes, names, { what: `${file}: attributes.pkl` });
  return Array.isArray(value) ? value : [];
}

function checked<Schema extends v.GenericSchema>(schema: Schema, value: unknown, what: string): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const problem = `${issue.message} at ${v.getDotPath(issue) ?? "its top level"}`;
  throw new InputError(`${what}: ${problem.replaceAll(/\p{Cc}/gu, " ")}`);
}
