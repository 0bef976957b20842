import type { LayerType } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { layers } from "../../src/layers/registry.ts";
import { layerWords } from "../../src/report/figures/network-words.ts";
import { expectAsOracle } from "../engine/expect-as-oracle.ts";
import { readGoldenOperations } from "../golden/read-golden.ts";
import { layerSamples } from "./layer-samples.ts";
import { checkOracleGradients, checkSaving, modelAround } from "./models.ts";
import { exported, fileOf, lineInDocs, table } from "./table.ts";

// A forgotten export does not even compile.
lenet5 satisfies { readonly [Type in LayerType]: unknown };

export const layerTable = table<LayerType>("layer", layers, [
  {
    piece: "an export",
    file: "src/index.ts",
    // Of an input the tensor is public.
    check: (type) => exported(type === "input" ? lenet5.input : layers[type]),
  },
  {
    piece: "an oracle with right gradients",
    file: "test/engine/as-oracle.ts (its operation: test/oracle)",
    check: (type) => checkOracleGradients(modelAround(layerSamples[type]), type),
    without: { input: "computes nothing" },
  },
  {
    piece: "forward and backward kernels that agree with the oracle",
    file: (type) => `src/layers/${fileOf(type)}.ts (its operation: src/ops)`,
    async check(type) {
      // One image by itself takes other kernels.
      for (const count of [1, 5]) await expectAsOracle(modelAround(layerSamples[type]), count);
    },
  },
  {
    piece: "golden numbers from Keras",
    file: "tools/golden/generate.py and test/golden/operations.safetensors",
    check: (type) => readGoldenOperations().operations.some(({ layer }) => layer.kind === type),
    without: {
      input: "computes nothing",
      dropout: "Keras draws other random numbers; test/engine/layers.test.ts checks share and scale",
      subsampling2d: "not in Keras; the oracle follows LeCun et al. 1998, section II.B",
      rbf: "not in Keras; the oracle follows LeCun et al. 1998, eq. 7",
    },
  },
  {
    piece: "a config that saving and loading keep",
    file: (type) => `src/layers/${fileOf(type)}.ts`,
    check: (type) => checkSaving(modelAround(layerSamples[type])),
  },
  {
    piece: "a word in the network diagram",
    file: "src/report/figures/network-words.ts",
    check: (type) => Object.hasOwn(layerWords, type),
  },
  lineInDocs(),
]);
