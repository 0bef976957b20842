import { InputError, shown } from "../../core/errors.ts";
import { PickleGlobal, type PickleNames, PickleObject } from "../pickle.ts";
import { type TorchStorage, TorchTensor, type TorchType, torchTypes } from "./tensor.ts";

/** Where the storages of a file are. */
export interface Storages {
  /**
   * The storage of a key. `view` is a part of it, where the file says so: [key, start, count].
   * @throws InputError for a storage that the file does not have, or not in this size
   */
  storage(type: TorchType, key: string, count: number, view: unknown): TorchStorage;
}

interface Naming extends Storages {
  /** The file in errors. */
  readonly what: string;
  /** Whether the pickle is that of a TorchScript archive, which has objects of its own classes. */
  readonly isScript?: boolean;
  /** The tensors of an old TorchScript archive, which its pickle refers to by number. */
  tensor?(index: unknown): TorchTensor;
  /** The content of a file of PyTorch within a pickle. */
  nested?(bytes: Uint8Array): unknown;
}

/** A class of storages: what a persistent id and a typed storage name. */
export class StorageClass extends PickleGlobal {
  readonly type: TorchType;

  constructor(name: string, type: TorchType, call: (args: readonly unknown[]) => unknown) {
    super(name, call);
    this.type = type;
  }
}

/** Objects that checkpoints hold beside their tensors, which are read and not looked into. */
const plain = new Set([
  "argparse.Namespace",
  "types.SimpleNamespace",
  "torch.device",
  "torch.storage.TypedStorage",
  "numpy.dtype",
  "numpy.ndarray",
  "numpy.core.multiarray.scalar",
  "numpy._core.multiarray.scalar",
  "pathlib.PosixPath",
  "pathlib.WindowsPath",
  "pathlib.PurePosixPath",
  "datetime.datetime",
]);

/** What makes a list of what it gets. */
const lists = new Set([
  "torch.Size",
  "__builtin__.set",
  "builtins.set",
  "builtins.frozenset",
  "torch.jit._pickle.build_intlist",
  "torch.jit._pickle.build_doublelist",
  "torch.jit._pickle.build_boollist",
  "torch.jit._pickle.build_tensorlist",
]);

/** Bytes that calls of one pickle may copy, and about how many an item of a dict takes. */
const MAX_COPIED = 2 ** 29;
const ITEM = 256;

function lengthOf(items: unknown): number {
  return items instanceof Map ? items.size : Array.isArray(items) ? items.length : 0;
}

/** The names that a file of PyTorch may use. */
export function torchNames(naming: Naming): PickleNames {
  const { what, isScript = false } = naming;
  let hasNames = false;
  let copied = 0;
  /** Counts what calls copy: a pickle may call one thing again and again. */
  const counted = <Value>(size: number, value: Value): Value => {
    copied += size;
    if (copied > MAX_COPIED) throw new InputError(`${what}: it copies its dicts and texts again and again`);
    return value;
  };
  const rebuilt = (args: readonly unknown[]) => {
    const [storage, offset, shape, strides] = args;
    if (!isStorage(storage)) throw new InputError(`${what}: expected a tensor of a storage, got ${shown(storage)}`);
    return new TorchTensor(what, storage, { offset, shape, strides });
  };
  const known: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
    "collections.OrderedDict": ([items]) => counted(ITEM * lengthOf(items), dictOf(what, items)),
    "collections.defaultdict": ([, items]) => counted(ITEM * lengthOf(items), dictOf(what, items)),
    "builtins.dict": ([items]) => counted(ITEM * lengthOf(items), dictOf(what, items)),
    "torch._utils._rebuild_tensor": rebuilt,
    "torch._utils._rebuild_tensor_v2": rebuilt,
    "torch._utils._rebuild_parameter": ([tensor]) => tensor,
    "torch._utils._rebuild_parameter_with_state": ([tensor]) => tensor,
    "torch.nn.parameter.Parameter": ([tensor]) => tensor,
    "torch.Tensor": ([tensor]) => tensor,
    "torch._tensor._rebuild_from_type_v2": ([rebuild, , args]) =>
      rebuild instanceof PickleGlobal && Array.isArray(args) ? rebuild.call(args) : undefined,
    "torch.storage._load_from_bytes": ([bytes]) =>
      bytes instanceof Uint8Array && naming.nested ? naming.nested(counted(bytes.length, bytes)) : undefined,
    "torch.jit._pickle.build_tensor_from_id": ([index]) => naming.tensor?.(index),
    "torch.jit._pickle.restore_type_tag": ([value]) => value,
    "numpy.core.multiarray._reconstruct": () => new PickleObject("numpy.ndarray"),
    "numpy._core.multiarray._reconstruct": () => new PickleObject("numpy.ndarray"),
    "_codecs.encode": ([text]) =>
      typeof text === "string" ? Uint8Array.from(counted(text.length, text), (c) => c.charCodeAt(0)) : text,
  };
  return {
    global(name) {
      const isFirst = !hasNames;
      hasNames = true;
      const call = Object.hasOwn(known, name) ? known[name] : undefined;
      if (call) return new PickleGlobal(name, call);
      if (lists.has(name)) return new PickleGlobal(name, ([items]) => (Array.isArray(items) ? items : []));
      const isOwn = isScript && name.startsWith("__torch__.") && !name.includes("quantized");
      if (plain.has(name) || isOwn || isTypeName(name))
        return new PickleGlobal(name, (args) => new PickleObject(name, args));
      const [, device = "", storage] = /^torch\.(cuda\.)?(\w+Storage)$/.exec(name) ?? [];
      const type = storage === undefined ? undefined : torchTypes.get(storage);
      if (type) return new StorageClass(`${device}${storage}`, type, () => undefined);
      if (name === "torch.storage.UntypedStorage") {
        return new StorageClass(name, torchTypes.get("ByteStorage")!, () => undefined);
      }
      throw new InputError(`${what}: ${refusal(name, isFirst)}`);
    },
    persistent(id) {
      const [kind, storageClass, key, , count, view] = Array.isArray(id) ? id : [];
      if (kind === "module") {
        const name = storageClass instanceof PickleGlobal ? storageClass.name : "its class";
        throw new InputError(`${what}: ${refusal(name, true)}`);
      }
      const isKnown = kind === "storage" && storageClass instanceof StorageClass && typeof count === "number";
      if (!isKnown || (typeof key !== "string" && typeof key !== "number"))
        throw new InputError(`${what}: expected the id of a storage, got ${shown(id)}`);
      return naming.storage(storageClass.type, String(key), count, view);
    },
  };
}

/** Why a file that needs the name is refused, and what to do. */
function refusal(name: string, isFirst: boolean): string {
  const quoted = shown(name);
  if (/quantiz|qtensor|\bQ\w*Storage/i.test(name))
    return `it has quantised tensors (${quoted}): save the state_dict of the model before it is quantised`;
  if (/sparse/i.test(name)) return `it has sparse tensors (${quoted}): save dense ones, tensor.to_dense()`;
  if (/Storage$|_rebuild_tensor_v3$/.test(name))
    return `it has numbers of a type that is not known (${quoted}): save model.float().state_dict()`;
  // A pickle of a module begins with the name of its class.
  const isClass = /^(?!builtins|__builtin__|os\.|posix|nt\.|sys\.|subprocess).*\.[A-Z]\w*$/.test(name);
  if (/^torch\.nn\.|^__main__\./.test(name) || (isFirst && isClass))
    return `it holds a whole module (${quoted}), not a state_dict: load it in Python and save model.state_dict()`;
  return `it needs ${quoted}, which no state_dict needs: nothing of it is run. Load it in Python, where you trust it, and save model.state_dict()`;
}

/** `torch.float32`, as some checkpoints keep it, and `torch.FloatTensor`, as PyTorch 0.1 called it. */
function isTypeName(name: string): boolean {
  return /^torch\.((b?float|double|half|u?int|long|short|bool)\d*|(cuda\.)?[A-Z][a-z]+Tensor)$/.test(name);
}

function isStorage(value: unknown): value is TorchStorage {
  return typeof value === "object" && value !== null && "littleEndian" in value && "count" in value;
}

/** A dict of pairs, or of another dict. */
function dictOf(what: string, items: unknown): Map<unknown, unknown> {
  if (items === undefined) return new Map();
  if (items instanceof Map) return new Map(items);
  if (Array.isArray(items) && items.every((pair) => Array.isArray(pair) && pair.length === 2)) return new Map(items);
  throw new InputError(`${what}: expected the items of a dict, got ${shown(items)}`);
}
