/** A protobuf file is counted before it is decoded: a message of two bytes becomes an object of hundreds. */
import type { DescMessage } from "@bufbuild/protobuf";

/** Nodes, attributes, tensors, shapes, ...: the largest networks have some thousands. */
const MAX_MESSAGES = 500_000;

/** Numbers and texts in lists, other than fixed-size numbers (which take as much in the file). */
const MAX_ITEMS = 8_000_000;

/** Of messages inside messages; ONNX needs 8. */
const MAX_DEPTH = 24;

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/** What is wrong with a file that is too large to decode, or no protobuf of this schema; undefined if nothing is. */
export function problemOf(bytes: Uint8Array, schema: DescMessage): string | undefined {
  let messages = 0;
  let items = 0;
  let at = 0;

  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) return Number.NaN;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };

  const walk = (message: DescMessage, end: number, depth: number): string | undefined => {
    if (++messages > MAX_MESSAGES) return `it has more than ${MAX_MESSAGES} parts`;
    if (depth > MAX_DEPTH) return `its parts are nested more than ${MAX_DEPTH} deep`;
    const fields = fieldsOf(message);
    while (at < end) {
      const tag = varint();
      const field = fields.get(Math.floor(tag / 8));
      const wire = tag % 8;
      if (wire === VARINT) {
        if (Number.isNaN(varint())) return "it is cut off, damaged or no ONNX file";
      } else if (wire === FIXED64 || wire === FIXED32) {
        at += wire === FIXED64 ? 8 : 4;
      } else if (wire === DELIMITED) {
        const length = varint();
        if (!(at + length <= end)) return "it is cut off, damaged or no ONNX file";
        if (field?.message) {
          const problem = walk(field.message, at + length, depth + 1);
          if (problem !== undefined) return problem;
        } else {
          // Packed numbers of variable size take at least one byte each.
          if (field?.isVariable) items += length;
          at += length;
        }
      } else return "it is damaged or no ONNX file";
      if (at > end) return "it is cut off, damaged or no ONNX file";
      if (field?.isList && ++items > MAX_ITEMS) return `its lists have more than ${MAX_ITEMS} items`;
    }
    return undefined;
  };

  return walk(schema, bytes.length, 1);
}

interface Field {
  readonly message: DescMessage | undefined;
  readonly isList: boolean;
  /** Whether it is a list of numbers whose size in the file depends on their value. */
  readonly isVariable: boolean;
}

const known = new WeakMap<DescMessage, ReadonlyMap<number, Field>>();

function fieldsOf(message: DescMessage): ReadonlyMap<number, Field> {
  const kept = known.get(message);
  if (kept) return kept;
  const fields = new Map(
    message.fields.map((field) => [
      field.number,
      {
        message: field.message,
        isList: field.fieldKind === "list",
        isVariable: field.fieldKind === "list" && field.listKind === "scalar" && VARIABLE.has(field.scalar),
      },
    ]),
  );
  known.set(message, fields);
  return fields;
}

/** int64, uint64, int32 of protobuf's scalar types. */
const VARIABLE: ReadonlySet<number> = new Set([3, 4, 5]);
