import { expect } from "vitest";
import type { Layer, LayerConfig, LayerType, SymbolicTensor } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { layers } from "../../src/layers/registry.ts";
import { layerWords } from "../../src/report/figures/network-words.ts";
import { expectAsOracle } from "../engine/expect-as-oracle.ts";
import { expectCurvatureAsOracle } from "../engine/expect-curvature.ts";
import { expectKerasAlike } from "../exchange/keras-alike.ts";
import { expectOnnxAlike } from "../exchange/onnx-alike.ts";
import { expectStandaloneAlike } from "../exchange/standalone-alike.ts";
import { readGoldenOperations } from "../golden/read-golden.ts";
import { layerSamples } from "./layer-samples.ts";
import { checkOracleGradients, checkSaving, modelAround } from "./models.ts";
import { checkRules } from "./rules.ts";
import { exported, fileOf, lineInDocs, table } from "./table.ts";

// A forgotten export does not even compile.
lenet5 satisfies { readonly [Type in LayerType]: unknown };

const modelWith = (type: LayerType) => modelAround(sampleOf(type));

export const layerTable = table<LayerType>("layer", layers, [
  {
    piece: "an export",
    file: "src/index.ts",
    // The public function `input` returns the layer's tensor.
    check: (type) => exported(type === "input" ? lenet5.input : layers[type]),
  },
  {
    piece: "a sample with options that are not its defaults, on which the other pieces are tested",
    file: "test/members/layer-samples.ts",
    check: checkSample,
  },
  {
    piece: "an oracle with right gradients",
    file: "test/engine/as-oracle.ts (its operation: test/oracle)",
    check: (type) => checkOracleGradients(modelWith(type), type),
    without: { input: "computes nothing" },
  },
  {
    piece: "forward and backward kernels that agree with the oracle",
    file: (type) => `src/layers/${fileOf(type)}.ts (its operation: src/ops)`,
    async check(type) {
      // One image by itself takes other kernels.
      for (const count of [1, 5]) await expectAsOracle(modelWith(type), count);
    },
  },
  {
    piece: "no gradient of its weights while it is frozen, and the same gradients below",
    file: "src/ops: its operation calls tape.giveWeight for each weight",
    async check(type) {
      for (const count of [1, 5]) {
        const model = modelWith(type);
        for (const layer of model.layers) layer.trainable = layer.name === "front" || layer.name === "end";
        await expectAsOracle(model, count);
      }
    },
  },
  {
    piece: "penalties and constraints of its weights, and a penalty of its output",
    file: (type) => `src/layers/${fileOf(type)}.ts (weightRules and activityOption of src/layers/kernel-and-bias.ts)`,
    check: (type) => checkRules(type, sampleOf(type)),
    without: {
      input: "has no weights",
      subsampling2d: "the 1998 paper has none",
      rbf: "the 1998 paper has none",
    },
  },
  {
    piece: "second derivatives that agree with the oracle",
    file: (type) => `src/layers/${fileOf(type)}.ts (its operation: src/ops, which declares "curvature")`,
    check: (type) => expectCurvatureAsOracle(sampleOf(type), "linear"),
  },
  {
    piece: "golden numbers from Keras",
    file: "an area of tools/golden/operations, which writes test/golden/operations/<area>.safetensors",
    check: (type) => readGoldenOperations().operations.some(({ layer }) => layer.kind === type),
    without: {
      input: "computes nothing",
      dropout: "Keras draws other random numbers; test/engine/layers.test.ts checks share and scale",
      spatialDropout2d: "Keras draws other random numbers; test/engine/noise.test.ts checks their distribution",
      gaussianNoise: "Keras draws other random numbers; test/engine/noise.test.ts checks their distribution",
      randomTranslation: "Keras draws other random numbers; test/golden/geometry.test.ts compares given geometries",
      randomRotation: "Keras draws other random numbers; test/golden/geometry.test.ts compares given geometries",
      randomZoom: "Keras draws other random numbers; test/golden/geometry.test.ts compares given geometries",
      gaussianDropout: "Keras draws other random numbers; test/engine/noise.test.ts checks their distribution",
      subsampling2d: "not in Keras; the oracle follows LeCun et al. 1998, section II.B",
      rbf: "not in Keras; the oracle follows LeCun et al. 1998, eq. 7",
    },
  },
  {
    piece: "a config that saving and loading keep",
    file: (type) => `src/layers/${fileOf(type)}.ts`,
    check: (type) => checkSaving(modelWith(type)),
  },
  {
    piece: "an ONNX export that onnxruntime computes alike",
    file: "src/exchange/onnx/export/rules.ts",
    check: (type) => expectOnnxAlike(modelWith(type)),
  },
  {
    piece: "a standalone file that computes alike",
    file: "src/exchange/standalone/steps-of.ts",
    check: (type) => expectStandaloneAlike(modelWith(type)),
  },
  {
    piece: "a Keras export that is read back alike; npm run parity compares it in Keras",
    file: "src/exchange/keras/layer-object.ts",
    check: (type) => expectKerasAlike(modelWith(type)),
  },
  {
    piece: "a word in the network diagram",
    file: "src/report/figures/network-words.ts",
    check: (type) => Object.hasOwn(layerWords, type),
  },
  lineInDocs(),
]);

function sampleOf(type: LayerType): (maps: SymbolicTensor) => SymbolicTensor {
  if (!Object.hasOwn(layerSamples, type)) throw new Error("It has no sample in test/members/layer-samples.ts yet.");
  return layerSamples[type];
}

/** Throws where a layer has options and its sample changes none of them. */
function checkSample(type: LayerType): void {
  const { config } = sampleOf(type)(lenet5.input({ shape: [6, 5, 3] })).layer;
  if (Object.keys(config).length > 0) expect(config).not.toEqual(defaultsOf(type));
}

/** The config of a layer without options; undefined if some are required. */
function defaultsOf(type: LayerType): LayerConfig | undefined {
  try {
    return (layers[type] as () => Layer)().config;
  } catch {
    return undefined;
  }
}
