/**
 * Model files of random wrong content, the same for each seed: files of small networks with changed configs, shapes,
 * calls, names, offsets and bytes. `test/model/hostile-files.test.ts` loads some thousands of them.
 */
import { type Random, random } from "../src/core/random.ts";
import * as lenet5 from "../src/index.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Small networks that have most layers, each as a file: compiled, with a reading, with several inputs. */
function seeds(): Uint8Array[] {
  const image = lenet5.input({ shape: [6, 6, 1], name: "image" });
  const net = lenet5.sequential([
    lenet5.input({ shape: [8, 8, 1] }),
    lenet5.conv2d({ filters: 2, kernelSize: 3, activation: "tanh", connectionTable: [[0], [0]] }),
    lenet5.subsampling2d(),
    lenet5.flatten(),
    lenet5.dense({ units: 3, activation: "softmax" }),
  ]);
  net.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam", metrics: ["accuracy"] });
  const features = lenet5.batchNormalization()(
    lenet5.separableConv2d({ filters: 3, kernelSize: 2 })(lenet5.zeroPadding2d()(image)),
  );
  const pooled = lenet5.concatenate()([
    lenet5.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })(features),
    lenet5.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" })(features),
  ]);
  const wide = lenet5.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2 })(pooled);
  const resized = lenet5.cropping2d()(lenet5.upSampling2d()(lenet5.groupNormalization({ groups: 2 })(wide)));
  const end = lenet5.dense({ units: 4, kernelRegularizer: { l2: 0.1 } })(lenet5.globalMaxPooling2d()(resized));
  const several = lenet5.model({
    inputs: image,
    outputs: [end, lenet5.dense({ units: 1 })(lenet5.dropout({ rate: 0.5 })(end))],
  });
  const permuted = lenet5.permute({ dims: [3, 1, 2] })(
    lenet5.reshape({ targetShape: [3, 6, 2] })(lenet5.prelu()(image)),
  );
  const sum = lenet5.add()([permuted, lenet5.depthwiseConv2d({ kernelSize: 1 })(permuted)]);
  const third = lenet5.model({
    inputs: image,
    outputs: lenet5.rbf({ units: 3 })(
      lenet5.flatten()(lenet5.rescaling({ scale: 2 })(lenet5.layerNormalization()(sum))),
    ),
  });
  third.compile({ loss: "rbf_mse", optimizer: lenet5.sgd({ momentum: 0.9 }) });
  return [net, several, third].map((each) => each.toBytes());
}

/** Sizes, numbers and things that are none, where a file has something else. */
const wrong: readonly Json[] = [
  ...[0, -1, 0.5, 1, 2, 3, 7, 64, 1000, 65_536, 1e6, 2 ** 26, 2 ** 28, 1e9, 2 ** 31, 2 ** 32, 2 ** 53, 1e17, 1e300],
  ...["", "x", "same", "relu", "__proto__", "constructor", "toString", "dense", "conv2d", "\u001b[31m", "1", "NaN"],
  ...[null, true, false, [], {}, [0], [1, 1], [1e9, 1e9], [3, 3, 3, 3], [[0]], [[1e9]], { type: "sgd" }, { l2: 1e300 }],
];

/** Makes the file of a seed. */
export function hostileModelFiles(): (seed: number) => Uint8Array {
  const files = seeds();
  return (seed) => {
    const numbers = random(seed, "hostile model file");
    const pick = <Item>(list: readonly Item[]): Item => list[numbers.integer(list.length)]!;
    const file = pick(files);
    const kind = numbers.integer(10);
    if (kind < 2) return damaged(file, numbers, pick);
    const start = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, start))) as { [key: string]: Json };
    const metadata = header.__metadata__ as { [key: string]: string };
    for (let changes = 1 + numbers.integer(3); changes > 0; changes--) {
      if (kind < 4) change(header, numbers, pick);
      else {
        const part = pick(["architecture", "architecture", "architecture", ...Object.keys(metadata)]);
        if (metadata[part]!.length > 100_000) continue; // nested deeply already
        let json: Json;
        try {
          json = JSON.parse(metadata[part]!) as Json;
        } catch {
          continue;
        }
        const deep = numbers.integer(60) === 0 ? 200_000 : 0;
        change(json, numbers, pick);
        metadata[part] = deep ? `${'{"a":'.repeat(deep)}1${"}".repeat(deep)}` : JSON.stringify(json);
      }
    }
    const text = new TextEncoder().encode(JSON.stringify(header));
    const made = new Uint8Array(8 + text.length + file.length - start);
    new DataView(made.buffer).setBigUint64(0, BigInt(text.length), true);
    made.set(text, 8);
    made.set(file.subarray(start), 8 + text.length);
    return kind === 9 ? damaged(made, numbers, pick) : made;
  };
}

/** Changes one value somewhere in a JSON object or list, or removes, doubles, renames or swaps it. */
function change(root: Json, numbers: Random, pick: <Item>(list: readonly Item[]) => Item): void {
  let at = root as { [key: string]: Json };
  for (;;) {
    if (typeof at !== "object" || at === null) return;
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = pick(keys);
    const value = at[key]!;
    if (typeof value === "object" && value !== null && numbers.integer(6) > 0) {
      at = value as { [key: string]: Json };
      continue;
    }
    const list = Array.isArray(at) ? (at as Json[]) : undefined;
    switch (numbers.integer(8)) {
      case 0:
        if (list) list.splice(Number(key), 1);
        else delete at[key];
        return;
      case 1:
        if (list) list.splice(numbers.integer(list.length + 1), 0, structuredClone(value));
        else
          Object.defineProperty(at, pick(["x", "__proto__", key.toUpperCase()]), {
            value,
            enumerable: true,
            writable: true,
            configurable: true,
          });
        return;
      case 2:
        at[key] = structuredClone(at[pick(keys)]!);
        return;
      case 3:
        at[key] = typeof value === "number" ? value + pick([-1, 1, 0.5]) : [value];
        return;
      case 4:
        at[key] = typeof value === "number" ? value * pick([0, 2, 1000, 1e6, 1e12]) : { a: value };
        return;
      default:
        at[key] = structuredClone(pick(wrong));
        return;
    }
  }
}

function damaged(file: Uint8Array, numbers: Random, pick: <Item>(list: readonly Item[]) => Item): Uint8Array {
  const copy = file.slice();
  // Most of the bytes that matter are in the header.
  const place = () => numbers.integer(pick([9, 64, Math.min(copy.length, 4096), copy.length]));
  for (let changes = 1 + numbers.integer(8); changes > 0; changes--)
    copy[place()] = pick([0, 1, 0x22, 0x5b, 0x7d, 0x80, 0xff, numbers.integer(256)]);
  const cut = numbers.integer(6);
  if (cut === 0) return copy.subarray(0, place());
  if (cut > 1) return copy;
  const longer = new Uint8Array(copy.length + 1 + numbers.integer(100));
  longer.set(copy);
  return longer;
}
