/** Model files: this library's and those of other programs. */
import { readdirSync } from "node:fs";
import { exportKeras, exportOnnx, importModel } from "../../../src/exchange.ts";
import { loadModel, type Model } from "../../../src/index.ts";
import type { OneOrMore } from "../../../src/model/model-options.ts";
import { usual } from "../../exchange/pytorch-networks.ts";
import { changedBytes } from "../changes/bytes.ts";
import { changedMetadata, changedSafetensors } from "../changes/headers.ts";
import { changedInnerJson, changedJson } from "../changes/json.ts";
import { changedRecords, inZip } from "../changes/packed.ts";
import { changedPickle } from "../changes/pickle.ts";
import { changedProtobuf } from "../changes/protobuf.ts";
import type { Change } from "../draw.ts";
import { checkTensor, type Files, type FuzzReader, firstOf, stored, storedIn } from "../reader.ts";
import { fittedFiles, goOn } from "./fitted.ts";

const folder = "test/exchange/files";

function check(made: Model<OneOrMore, OneOrMore>): void {
  if (made.layers.length === 0) throw new Error("a model without layers");
  for (const { shape, data } of made.getWeights()) checkTensor({ shape, data });
}

const imported = async (files: Files) => check((await importModel(files, { threads: 1 })).model);

let network: Model | undefined;
/** Their files have weights alone; a refused one leaves the network as it was. */
async function importedInto(files: Files): Promise<void> {
  network ??= usual();
  check((await importModel(files, { network, threads: 1 })).model);
}

const inKeras: Change = inZip((name) => (name.endsWith(".json") ? changedJson : changedBytes));

export const modelReaders = {
  lenet5: {
    seeds: async () => [...(await fittedFiles()), usual().toBytes()].map((file) => ({ "model.safetensors": file })),
    changes: () => [changedMetadata, changedMetadata, changedMetadata, changedSafetensors],
    inTest: 400,
    time: 5_000,
    async read(files) {
      const made = await loadModel(firstOf(files), { threads: 1 });
      check(made);
      await goOn(made);
    },
  },
  keras: {
    seeds: async () => [
      ...storedIn(`${folder}/keras`, /\.(keras|h5)$/).flatMap(([name, bytes]) =>
        /weights\.h5$/.test(name) ? [] : [{ [name]: bytes }],
      ),
      { "exported.keras": (await exportKeras(usual())).bytes },
    ],
    changes: (name) =>
      name.endsWith(".keras") ? [inKeras, inKeras, inKeras, changedRecords] : [changedInnerJson, changedInnerJson],
    inTest: 100,
    memory: 512,
    read: imported,
  },
  onnx: {
    seeds: async () => [
      ...storedIn(`${folder}/onnx`, /\.onnx$/, 8_000).map(([name, bytes]) => ({ [name]: bytes })),
      {
        "torch-dynamo.onnx": stored(`${folder}/onnx/torch-dynamo.onnx`),
        "torch-dynamo.onnx.data": stored(`${folder}/onnx/torch-dynamo.onnx.data`),
      },
      { "exported.onnx": (await exportOnnx(usual())).bytes },
    ],
    changes: (name) => (name.endsWith(".onnx") ? [changedProtobuf, changedProtobuf, changedProtobuf] : []),
    inTest: 500,
    read: imported,
  },
  safetensors: {
    seeds: () =>
      storedIn(`${folder}/pytorch`, /^(state|float|bfloat).*\.safetensors$/).map(([name, bytes]) => ({
        [name]: bytes,
      })),
    changes: () => [changedSafetensors],
    inTest: 1_000,
    read: importedInto,
  },
  pytorch: {
    seeds: () =>
      storedIn(`${folder}/pytorch`, /^(state-dict|checkpoint|views|script|float).*\.(pt|pth|tar)$/).map(
        ([name, bytes]) => ({ [name]: bytes }),
      ),
    changes: (name) =>
      /\.(pt|tar)$/.test(name)
        ? [inZip((file) => (file.endsWith(".pkl") ? changedPickle : changedBytes)), changedRecords]
        : [changedPickle],
    inTest: 300,
    read: importedInto,
  },
  tfjs: {
    seeds: () =>
      readdirSync(`${folder}/tfjs`).map((name) => {
        const files = storedIn(`${folder}/tfjs/${name}`, /./);
        const first = files.filter(([file]) => file === "model.json");
        return Object.fromEntries([...first, ...files.filter(([file]) => file !== "model.json" && file !== "io.json")]);
      }),
    changes: (name) => (name === "model.json" ? [changedJson, changedJson, changedJson] : []),
    inTest: 300,
    read: imported,
  },
} satisfies Record<string, FuzzReader>;
