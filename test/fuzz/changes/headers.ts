/** Changes of headers that say how long they are, which is right again. */
import { type Change, joined } from "../draw.ts";
import { changedBytes } from "./bytes.ts";
import { changedJson } from "./json.ts";

/** Another JSON in front of the tensors of a safetensors file. */
function withHeader(change: Change): Change {
  return (bytes, draw) => {
    if (bytes.length < 8) return changedBytes(bytes, draw);
    const size = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    if (size + 8 > bytes.length) return changedBytes(bytes, draw);
    const header = change(bytes.subarray(8, 8 + size), draw);
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
    return joined([length, header, bytes.subarray(8 + size)]);
  };
}

/** Changes the JSON in front of the tensors of a safetensors file. */
export const changedSafetensors: Change = withHeader(changedJson);

/** Changes one of the texts that a safetensors file has beside its tensors. */
export const changedMetadata: Change = withHeader((bytes, draw) => {
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes)) as { __metadata__: Record<string, unknown> };
    const name = draw.pick(Object.keys(header.__metadata__));
    const text = changedJson(new TextEncoder().encode(`${header.__metadata__[name]}`), draw);
    const __metadata__ = { ...header.__metadata__, [name]: new TextDecoder().decode(text) };
    return new TextEncoder().encode(JSON.stringify({ ...header, __metadata__ }));
  } catch {
    return changedBytes(bytes, draw); // a change before has made it no JSON, or too deep to be written
  }
});

/** Changes the text in front of the numbers of an npy file. */
export const changedNpy: Change = (bytes, draw) => {
  if (bytes.length < 10) return changedBytes(bytes, draw);
  const size = bytes[8]! + 256 * bytes[9]!;
  const text = new TextDecoder().decode(bytes.subarray(10, 10 + size));
  const made = draw.chance(0.5)
    ? text.replace(/'[<>|=]?\w+'(?=, 'fort)/, () => `'${draw.pick(["<", ">", "|", "="])}${draw.pick(types)}'`)
    : text.replace(/\([\d, L]*\)/, () => `(${draw.pick(shapes)})`);
  const header = draw.chance(0.3) ? changedBytes(new TextEncoder().encode(text), draw) : new TextEncoder().encode(made);
  return joined([
    bytes.subarray(0, 8),
    [header.length & 255, (header.length >> 8) & 255],
    header,
    bytes.subarray(10 + size),
  ]);
};

const types = [
  ...[
    "u1",
    "i1",
    "b1",
    "u2",
    "i2",
    "f2",
    "u4",
    "i4",
    "f4",
    "u8",
    "i8",
    "f8",
    "U1",
    "S1",
    "U3",
    "S3",
    "U99999",
    "S99999",
  ],
  ...["O", "V8", "c8", "M8[ns]", "f16", "U0", "__proto__", "constructor"],
];
const shapes = ["", "0,", "1,", "2, 3", "0, 4294967296", "1, 1, 1, 1", "9007199254740993,", "3, 3, 3", "12,", "6, 2"];
