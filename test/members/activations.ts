import { type ActivationName, activation } from "../../src/index.ts";
import { activations } from "../../src/ops/activations/table.ts";
import { expectAsOracle } from "../engine/expect-as-oracle.ts";
import { expectCurvatureAsOracle } from "../engine/expect-curvature.ts";
import { expectOnnxAlike } from "../exchange/onnx-alike.ts";
import { expectStandaloneAlike } from "../exchange/standalone-alike.ts";
import { readGoldenOperations } from "../golden/read-golden.ts";
import { checkOracleGradients, checkSaving, modelAround } from "./models.ts";
import { fileOf, lineInDocs, table } from "./table.ts";

const modelWith = (name: ActivationName) => modelAround(activation({ activation: name }));
const file = (name: ActivationName) => `src/ops/activations/${fileOf(name)}.ts`;

export const activationTable = table<ActivationName>("activation", activations, [
  {
    piece: "an oracle with right gradients",
    file: "test/oracle",
    check: (name) => checkOracleGradients(modelWith(name), "activation"),
  },
  {
    piece: "forward and backward kernels that agree with the oracle",
    file,
    async check(name) {
      // One image by itself takes other kernels.
      for (const count of [1, 5]) await expectAsOracle(modelWith(name), count);
    },
  },
  {
    piece: "second derivatives that agree with the oracle",
    file,
    check: (name) => expectCurvatureAsOracle((x) => activation({ activation: name })(x), "linear"),
  },
  {
    piece: "golden numbers from Keras",
    file: "an area of tools/golden/operations, and test/golden/operations/<area>.safetensors",
    check: (name) => {
      const named = (given: { kind: string; activation?: string }) =>
        given.kind === "activation" && given.activation === name;
      return readGoldenOperations().operations.some(({ layer }) => named(layer));
    },
    without: {
      scaled_tanh: "not in Keras; the oracle follows LeCun et al. 1998, appendix A",
    },
  },
  { piece: "a name that saving and loading keep", file, check: (name) => checkSaving(modelWith(name)) },
  {
    piece: "an ONNX export that onnxruntime computes alike",
    file: "src/exchange/onnx/export/activations.ts",
    check: (name) => expectOnnxAlike(modelWith(name)),
  },
  {
    piece: "a standalone file that computes alike",
    file: "src/exchange/standalone/runtime/activate.ts",
    check: (name) => expectStandaloneAlike(modelWith(name)),
  },
  lineInDocs(),
]);
