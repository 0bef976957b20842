/** Changes of the fields of a protobuf message, whose lengths are right again. */
import { type Change, type Draw, joined } from "../draw.ts";
import { changedBytes, edge } from "./bytes.ts";

interface Field {
  readonly number: number;
  readonly wire: number;
  /** Of a varint, its value; of others, their bytes. */
  readonly content: bigint | Uint8Array;
}

export const changedProtobuf: Change = (bytes, draw) => {
  const fields = fieldsOf(bytes);
  return fields && fields.length > 0 ? messageOf(changedFields(fields, draw)) : changedBytes(bytes, draw);
};

function changedFields(fields: readonly Field[], draw: Draw): readonly Field[] {
  const i = draw.below(fields.length);
  const field = fields[i]!;
  const { content } = field;
  if (typeof content !== "bigint" && field.wire === 2 && draw.chance(0.75)) {
    const inner = fieldsOf(content);
    if (inner && inner.length > 0) return fields.with(i, { ...field, content: messageOf(changedFields(inner, draw)) });
  }
  switch (draw.below(9)) {
    case 0:
      return fields.toSpliced(i, 1);
    case 1:
      return fields.toSpliced(draw.below(fields.length), 0, field);
    case 2:
      return [...fields, ...Array.from({ length: draw.pick([1, 10, 500]) }, () => field)];
    case 3:
      return fields.with(i, { ...field, number: draw.pick([1 + draw.below(20), draw.pick(fields).number]) });
    case 4:
      return fields.with(i, { ...field, content: draw.pick(fields).content, wire: draw.pick(fields).wire });
    case 5:
      return fields.with(draw.below(fields.length), field);
    default:
      if (typeof content === "bigint") {
        const value = draw.pick([BigInt(edge(draw)), content + 1n, content - 1n, -content, -1n, -(2n ** 63n)]);
        return fields.with(i, { ...field, content: BigInt.asUintN(64, value) });
      }
      return fields.with(i, { ...field, content: changedBytes(content, draw) });
  }
}

/** The fields of a message; undefined for other bytes. */
function fieldsOf(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) return undefined;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag === undefined || tag < 8n) return undefined;
    const [number, wire] = [Number(tag >> 3n), Number(tag & 7n)];
    if (wire === 0) {
      const content = varint();
      if (content === undefined) return undefined;
      fields.push({ number, wire, content });
      continue;
    }
    const size = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? Number(varint() ?? -1n) : -1;
    if (size < 0 || at + size > bytes.length) return undefined;
    fields.push({ number, wire, content: bytes.slice(at, at + size) });
    at += size;
  }
  return fields;
}

function messageOf(fields: readonly Field[]): Uint8Array {
  return joined(
    fields.flatMap(({ number, wire, content }) => {
      const tag = varintOf(BigInt(number * 8 + wire));
      if (typeof content === "bigint") return [tag, varintOf(content)];
      return wire === 2 ? [tag, varintOf(BigInt(content.length)), content] : [tag, content];
    }),
  );
}

function varintOf(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}
