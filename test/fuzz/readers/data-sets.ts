/** Whole data sets, as files in memory. */
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { readData } from "../../../src/data/read-data.ts";
import { idxBytes } from "../../idx-bytes.ts";
import { npyBytes, pngBytes } from "../../made-files.ts";
import { changedBytes } from "../changes/bytes.ts";
import { changedNpy } from "../changes/headers.ts";
import { changedPng, changedRecords, inGzip, inZip } from "../changes/packed.ts";
import { checkTensor, type Files, type FuzzReader } from "../reader.ts";

async function read(files: Files): Promise<void> {
  const given = Object.entries(files).map(([name, bytes]) => ({
    name,
    arrayBuffer: async () => Uint8Array.from(bytes).buffer,
  }));
  const { train, test, validation } = await readData(given);
  for (const { images, labels, classNames } of [train, test, ...(validation ? [validation] : [])]) {
    checkTensor(images);
    if (images.shape[0] !== labels.length) throw new Error(`${images.shape[0]} images, ${labels.length} labels`);
    if (!labels.every((label) => label >= 0 && label < classNames.length)) throw new Error("a label of no class");
  }
}

const pixels = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 89) % 256);
const labels = (count: number) => Uint8Array.from({ length: count }, (_, i) => i % 2);

const idxSet = (): Files => ({
  "train-images-idx3-ubyte": idxBytes([6, 4, 4], pixels(96)),
  "train-labels-idx1-ubyte": idxBytes([6], labels(6)),
  "t10k-images-idx3-ubyte": idxBytes([2, 4, 4], pixels(32)),
  "t10k-labels-idx1-ubyte": idxBytes([2], labels(2)),
});
const packedIdx = (): Files =>
  Object.fromEntries(Object.entries(idxSet()).map(([name, file]) => [`${name}.gz`, new Uint8Array(gzipSync(file))]));

const arrays = (): Files => ({
  "x_train.npy": npyBytes([6, 4, 4], pixels(96)),
  "y_train.npy": npyBytes([6], labels(6)),
  "x_test.npy": npyBytes([2, 4, 4], pixels(32)),
  "y_test.npy": npyBytes([2], labels(2)),
});

const table = (rows: number) =>
  strToU8(
    `label,${Array.from({ length: 16 }, (_, i) => `p${i}`)}\n${Array.from({ length: rows }, (_, r) => `${r % 2},${Array.from(pixels(16))}\n`).join("")}`,
  );

const pictureSet = (): Files =>
  Object.fromEntries(
    ["a/1", "a/2", "a/3", "b/1", "b/2", "b/3"].map((name, i) => [`${name}.png`, pngBytes({}, 40 * i, 200)]),
  );

export const dataReaders = {
  idxFiles: {
    seeds: () => [idxSet(), packedIdx()],
    changes: (name) => (name.endsWith(".gz") ? [inGzip(changedBytes)] : []),
    inTest: 1_000,
    read,
  },
  numpyFiles: {
    seeds: () => [arrays(), { "data.npz": zipSync({ ...arrays() }, { level: 0 }) }],
    changes: (name) => (name.endsWith("z") ? [inZip(() => changedNpy), changedRecords] : [changedNpy]),
    inTest: 1_000,
    read,
  },
  csvFiles: { seeds: () => [{ "train.csv": table(6), "test.csv": table(2) }], inTest: 1_000, read },
  pictureFolders: {
    seeds: () => [pictureSet(), { "set.zip": zipSync({ ...pictureSet() }) }],
    changes: (name) => (name.endsWith(".zip") ? [inZip(() => changedPng), changedRecords] : [changedPng]),
    inTest: 200,
    memory: 1024,
    time: 5_000,
    read,
  },
} satisfies Record<string, FuzzReader>;
