import { InputError, shown } from "../../core/errors.ts";
import { bfloat16Values, halfValue } from "../../core/half.ts";
import { type Numbers, type Shape, sizeOf } from "../../core/tensor.ts";

/** A type of numbers. */
export interface TorchType {
  /** `float32` */
  readonly name: string;
  /** Bytes of a number. */
  readonly bytes: number;
  /** Makes the array of so many numbers; ints become doubles, which hold them exactly up to 2^53. */
  readonly make: (count: number) => Numbers;
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
}

const oneBfloat16 = (bits: number) => bfloat16Values(Uint16Array.of(bits))[0]!;
const floats = (count: number) => new Float32Array(count);
const doubles = (count: number) => new Float64Array(count);

/** The types by the names of PyTorch's classes of storages. */
export const torchTypes: ReadonlyMap<string, TorchType> = new Map(
  Object.entries<TorchType>({
    FloatStorage: { name: "float32", bytes: 4, make: floats, read: (view, at, little) => view.getFloat32(at, little) },
    DoubleStorage: {
      name: "float64",
      bytes: 8,
      make: doubles,
      read: (view, at, little) => view.getFloat64(at, little),
    },
    HalfStorage: {
      name: "float16",
      bytes: 2,
      make: floats,
      read: (view, at, little) => halfValue(view.getUint16(at, little)),
    },
    BFloat16Storage: {
      name: "bfloat16",
      bytes: 2,
      make: floats,
      read: (view, at, little) => oneBfloat16(view.getUint16(at, little)),
    },
    LongStorage: {
      name: "int64",
      bytes: 8,
      make: doubles,
      read: (view, at, little) => Number(view.getBigInt64(at, little)),
    },
    IntStorage: { name: "int32", bytes: 4, make: doubles, read: (view, at, little) => view.getInt32(at, little) },
    ShortStorage: { name: "int16", bytes: 2, make: doubles, read: (view, at, little) => view.getInt16(at, little) },
    CharStorage: { name: "int8", bytes: 1, make: doubles, read: (view, at) => view.getInt8(at) },
    ByteStorage: { name: "uint8", bytes: 1, make: doubles, read: (view, at) => view.getUint8(at) },
    BoolStorage: { name: "bool", bytes: 1, make: doubles, read: (view, at) => view.getUint8(at) },
  }),
);

/** Numbers that tensors are views of. */
export interface TorchStorage {
  readonly type: TorchType;
  /** How many numbers it has. */
  readonly count: number;
  readonly littleEndian: boolean;
  /** At least as many bytes as the numbers take. */
  bytes(): Uint8Array | Promise<Uint8Array>;
}

/** A view of a storage. */
export class TorchTensor {
  readonly shape: Shape;
  readonly storage: TorchStorage;
  private readonly offset: number;
  private readonly strides: Shape;

  /** @throws InputError for a view that reaches beyond its storage */
  constructor(
    what: string,
    storage: TorchStorage,
    { offset, shape, strides }: { offset: unknown; shape: unknown; strides: unknown },
  ) {
    if (!isSizes(shape) || !isSizes(strides) || shape.length !== strides.length || !isSize(offset))
      throw new InputError(`${what}: expected a tensor with sizes and strides, got ${shown([shape, strides, offset])}`);
    const last = shape.includes(0) ? -1 : shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, offset);
    if (!(last < storage.count)) {
      throw new InputError(
        `${what}: a tensor [${shape.slice(0, 8).join(", ")}] reaches number ${last + 1} of a storage of ${storage.count}; the file is damaged`,
      );
    }
    this.shape = shape;
    this.storage = storage;
    this.offset = offset;
    this.strides = strides;
  }

  /** Its numbers in row-major order. */
  async values(): Promise<Numbers> {
    const { shape, strides, storage } = this;
    const { type, littleEndian } = storage;
    const bytes = await storage.bytes();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const made = type.make(sizeOf(shape));
    const index = shape.map(() => 0);
    let at = this.offset;
    for (let i = 0; i < made.length; i++) {
      made[i] = type.read(view, at * type.bytes, littleEndian);
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        at += strides[axis]!;
        if (++index[axis]! < shape[axis]!) break;
        at -= strides[axis]! * shape[axis]!;
        index[axis] = 0;
      }
    }
    return made;
  }
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** At most eight axes. */
function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 8 && value.every(isSize);
}
