import { type Shape, sizeOf } from "../core/tensor.ts";
import { floatRecords } from "./generated/kernels.ts";
import type { Buffer } from "./pending-call.ts";
import { FIRST_FREE, GROUP_BYTES, type Place } from "./program.ts";
import {
  type Fields,
  type FloatRecordName,
  type ListItem,
  listWords,
  type RecordName,
  type RecordPlace,
  recordWords,
} from "./records.ts";
import { type Variable, variableOf } from "./variable.ts";

/** The floats of a tile of `imageDense`. */
const TILE = 32;

/** Plans the memory of a program: places that last, and buffers in the block's slot that live from call to call. */
export class MemoryPlan {
  /** The variables that the program uses, with the addresses of their values. */
  readonly variables = new Map<Variable, Place>();
  /** Memory that outlives the program: the host copies it in and out by name. */
  readonly memories = new Map<string, { place: Place; length: number; first: number }>();
  private readonly computedVariables = new Map<Variable, Place>();
  protected readonly constants: { at: number; words: Int32Array }[] = [];
  protected readonly buffers: Buffer[] = [];
  /** The buffers of {@link filledBuffer}. */
  protected readonly filled: Buffer[] = [];
  protected end = FIRST_FREE;

  /** A table of i32 words that wasm kernels read. */
  constant(words: readonly number[] | Int32Array): Place {
    const at = this.allocate(words.length * 4);
    this.constants.push({ at, words: Int32Array.from(words) });
    return { space: "memory", at };
  }

  /** A record that wasm kernels read: sizes by their names. */
  record<R extends RecordName>(record: R, fields: Fields<R>): RecordPlace<R> {
    return { ...this.constant(recordWords(record, fields)), record };
  }

  /** A list of records that wasm kernels read. */
  list<R extends RecordName>(record: R, items: readonly ListItem<R>[]): RecordPlace<`List<${R}>`> {
    return { ...this.constant(listWords(record, items)), record: `List<${record}>` };
  }

  /** Floats that keep their values from step to step, 0 at first. */
  reserve(floats: number): Place {
    return { space: "memory", at: this.allocate(floats * 4) };
  }

  /** Records of floats that keep their values from step to step, 0 at first. */
  reserveRecords(record: FloatRecordName, count: number): Place {
    return this.reserve(count * floatRecords[record].length);
  }

  /** Floats that the host knows by name, such as an optimizer's state of a weight; all `first` at first. */
  memory(name: string, length: number, first = 0): Place {
    const known = this.memories.get(name);
    if (known) return known.place;
    const place = this.reserve(roundUp(length, 4));
    this.memories.set(name, { place, length, first });
    return place;
  }

  /** The address of a variable's value. Behind it is room that the last tile of `imageDense` reads, too. */
  variable(variable: Variable): Place {
    const known = this.variables.get(variable) ?? this.computedVariables.get(variable);
    if (known) return known;
    const place = this.placeOfWeight(variable.shape);
    this.variables.set(variable, place);
    return place;
  }

  /** A weight that the program itself computes from others: the host neither writes nor reads its numbers. */
  computedWeight(path: string, shape: Shape): Variable {
    const variable = variableOf(path, shape, new Float32Array(), () => false);
    this.computedVariables.set(variable, this.placeOfWeight(shape));
    return variable;
  }

  /** A buffer of `groups` x 16 floats in the block's slot, alive from its first to its last use. */
  buffer(groups: number): Buffer {
    return this.newBuffer(groups * GROUP_BYTES);
  }

  /** A buffer for records of floats in the block's slot. */
  recordBuffer(record: FloatRecordName, count: number): Buffer {
    return this.newBuffer(count * floatRecords[record].length * 4);
  }

  protected placeOfWeight(shape: Shape): Place {
    return this.reserve(roundUp(sizeOf(shape), 4) + TILE);
  }

  protected newBuffer(bytes: number): Buffer {
    const buffer: Buffer = {
      bytes: roundUp(bytes, GROUP_BYTES),
      first: Number.POSITIVE_INFINITY,
      last: -1,
      at: 0,
      space: "slot",
      phase: undefined,
    };
    this.buffers.push(buffer);
    return buffer;
  }

  /** A buffer that is filled before the block's first call. */
  protected filledBuffer(bytes: number): Buffer {
    const buffer = this.newBuffer(bytes);
    buffer.first = -1;
    buffer.phase = "several";
    this.filled.push(buffer);
    return buffer;
  }

  protected allocate(bytes: number): number {
    const at = this.end;
    this.end += roundUp(bytes, GROUP_BYTES);
    return at;
  }
}

/** The next multiple of `unit`. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
