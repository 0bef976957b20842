/** Readers of files that know tensors, not models. */
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { InputError } from "../../../src/core/errors.ts";
import { parseCsv } from "../../../src/data/sources/csv.ts";
import { type Hdf5Group, readHdf5 } from "../../../src/formats/hdf5/read.ts";
import { parseIdx, unpacked } from "../../../src/formats/idx.ts";
import { parseNpy } from "../../../src/formats/npy.ts";
import { readPickle } from "../../../src/formats/pickle.ts";
import { readSafetensors, writeSafetensors } from "../../../src/formats/safetensors.ts";
import { readTorch } from "../../../src/formats/torch/read-torch.ts";
import { TorchTensor } from "../../../src/formats/torch/tensor.ts";
import { readZip } from "../../../src/formats/zip.ts";
import { idxBytes } from "../../idx-bytes.ts";
import { npyBytes } from "../../made-files.ts";
import { changedBytes } from "../changes/bytes.ts";
import { changedNpy, changedSafetensors } from "../changes/headers.ts";
import { changedJson } from "../changes/json.ts";
import { changedRecords, inGzip, inZip } from "../changes/packed.ts";
import { changedPickle } from "../changes/pickle.ts";
import { joined } from "../draw.ts";
import { checkTensor, type FuzzReader, firstOf, storedIn } from "../reader.ts";

const bytes = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 37) % 256);

const idxSeeds = (): Uint8Array[] => [
  idxBytes([5], bytes(5)),
  idxBytes([4, 3, 3], bytes(36)),
  ...[9, 11, 12, 13, 14].map((type) => {
    const size = [1, 2, 4, 4, 8][[9, 11, 12, 13, 14].indexOf(type)]!;
    return joined([[0, 0, type, 2, 0, 0, 0, 3, 0, 0, 0, 2], bytes(6 * size)]);
  }),
];

const npySeeds = (): Uint8Array[] => [
  npyBytes([3, 2], bytes(6)),
  npyBytes([4], Int32Array.of(1, -1, 3, 4)),
  npyBytes([2, 3], Float64Array.of(1, 2, 3, 4, 5, 6)),
  npyBytes([3], ["a", "bc", "é"]),
];

const csvSeeds = (): Uint8Array[] => [
  strToU8("label,p1,p2,p3,p4\n0,1,2,3,4\n1,5,6,7,8\n0,9,10,255,0\n"),
  strToU8('"id";"a";"b";"species"\n1;0.5;0.25;cat\n2;1;0;"d ""o"" g"\n'),
  strToU8("\ufeff0 1 2 3 4.5\r\n1 2 3 4 5\r\n2 9 9 9 9\r\n"),
  strToU8("1\t-1\t1\n2\t1\t0.5\n"),
];

const tensors = { a: { shape: [2, 3], data: new Float32Array(6) }, b: { shape: [2], data: Int32Array.of(1, 2) } };

const torchFiles = /\.(pt|pth|tar|pkl)$/;
const pickleIn = (name: string) =>
  /(data|attributes)\.pkl$|constants\.pkl$/.test(name) ? changedPickle : changedBytes;

export const containerReaders = {
  idx: {
    seeds: () => idxSeeds().map((file) => ({ file })),
    inTest: 10_000,
    read: (files) => checkTensor(parseIdx(firstOf(files))),
  },
  gzip: {
    seeds: () => idxSeeds().map((file) => ({ "file.gz": new Uint8Array(gzipSync(file)) })),
    changes: () => [inGzip(changedBytes)],
    inTest: 3_000,
    read: async (files) => checkTensor(parseIdx(await unpacked(firstOf(files), "file.gz"))),
  },
  npy: {
    seeds: () => npySeeds().map((file) => ({ "a.npy": file })),
    changes: () => [changedNpy],
    inTest: 10_000,
    read: (files) => checkTensor(parseNpy(firstOf(files))),
  },
  csv: {
    seeds: () => csvSeeds().map((file) => ({ "a.csv": file })),
    inTest: 10_000,
    read(files) {
      const { images, labels } = parseCsv(firstOf(files), "a.csv");
      checkTensor(images);
      if (labels) checkTensor(labels);
    },
  },
  zip: {
    seeds: () =>
      ([0, 9] as const).map((level) => ({
        "a.zip": zipSync({ "a.txt": strToU8("a".repeat(200)), "b/c.bin": bytes(300), "b/d": bytes(1) }, { level }),
      })),
    changes: () => [changedRecords, changedRecords, inZip(() => changedBytes)],
    inTest: 10_000,
    async read(files) {
      for (const entry of readZip(firstOf(files))) {
        const content = await entry.read();
        if (content.length !== entry.size) throw new Error(`${content.length} bytes, not ${entry.size}`);
      }
    },
  },
  tensors: {
    seeds: () => [
      { "a.safetensors": writeSafetensors(tensors, { note: "{}" }) },
      ...storedIn("test/exchange/files/pytorch", /\.safetensors$/).map(([name, file]) => ({ [name]: file })),
    ],
    changes: () => [changedSafetensors],
    inTest: 4_000,
    read(files) {
      for (const tensor of readSafetensors(firstOf(files)).tensors.values()) checkTensor(tensor);
    },
  },
  hdf5: {
    seeds: () =>
      [
        ...storedIn("test/exchange/files/hdf5", /^(kinds|latest)\.h5$/),
        ...storedIn("test/exchange/files/keras", /\.h5$/, 30_000),
      ].map(([name, file]) => ({ [name]: file })),
    inTest: 300,
    // The C library's memory ends at 256 MiB more than 34 times the file.
    memory: 512,
    read: async (files) => checkGroup(await readHdf5(firstOf(files))),
  },
  pickle: {
    seeds: () => {
      const [[, json]] = storedIn("test/exchange/files/pytorch", /^pickles\.json$/) as [[string, Uint8Array]];
      const pickles = JSON.parse(new TextDecoder().decode(json)) as Record<string, string>;
      return Object.entries(pickles).map(([protocol, base64]) => ({
        [`${protocol}.pkl`]: Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
      }));
    },
    changes: () => [changedPickle],
    inTest: 3_000,
    read: (files) => {
      const global = (name: string): never => {
        throw new InputError(`no ${name}`);
      };
      readPickle(firstOf(files), { global, persistent: (id) => id });
    },
  },
  torch: {
    seeds: () =>
      storedIn("test/exchange/files/pytorch", torchFiles).flatMap(([name, file]) =>
        /^(quantised|sparse|whole-module|pickled)/.test(name) ? [] : [{ [name]: file }],
      ),
    changes: (name) => (/\.pkl$/.test(name) ? [changedPickle] : [inZip(pickleIn), inZip(jsonOrPickle), changedRecords]),
    inTest: 500,
    read: async (files) => {
      const { value } = await readTorch(firstOf(files), "file");
      for (const tensor of tensorsIn(value)) checkTensor({ shape: tensor.shape, data: await tensor.values() });
    },
  },
} satisfies Record<string, FuzzReader>;

function jsonOrPickle(name: string) {
  return name.endsWith(".json") ? changedJson : pickleIn(name);
}

function checkGroup({ groups, datasets }: Hdf5Group): void {
  for (const dataset of datasets.values()) checkTensor(dataset);
  for (const group of groups.values()) checkGroup(group);
}

/** The tensors of a state_dict that stand in its first levels, and take little memory. */
function tensorsIn(value: unknown, depth = 0): TorchTensor[] {
  if (value instanceof TorchTensor) return value.shape.reduce((a, b) => a * b, 1) < 1e6 ? [value] : [];
  if (depth > 3) return [];
  const inner = value instanceof Map ? [...value.values()] : Array.isArray(value) ? value : [];
  return inner.slice(0, 100).flatMap((each) => tensorsIn(each, depth + 1));
}
