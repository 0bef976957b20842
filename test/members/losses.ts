import { expect } from "vitest";
import { random } from "../../src/core/random.ts";
import type { LossName, Model, SymbolicTensor } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { losses } from "../../src/training/losses/table.ts";
import { oracleLoss } from "../engine/as-oracle.ts";
import { expectAsOracle } from "../engine/expect-as-oracle.ts";
import { curvatureSeen, curvatureWanted, dataOf, expectClose, network } from "../engine/expect-curvature.ts";
import { readGoldenLosses } from "../golden/read-golden.ts";
import { tensor } from "../oracle/tensor.ts";
import { checkSaving, GRADIENT_TOLERANCE } from "./models.ts";
import { exported, fileOf, lineInDocs, table } from "./table.ts";

const file = (name: LossName) => `src/training/losses/${fileOf(name)}.ts`;

const formula = "written with operations, which have no second derivatives of a loss";

export const lossTable = table<LossName>("loss", losses, [
  { piece: "an oracle with right gradients", file: "test/oracle/losses.ts", check: checkLossGradients },
  {
    piece: "kernels that agree with the oracle",
    file,
    async check(name) {
      // One image by itself takes other kernels.
      for (const count of [1, 5]) await expectAsOracle(modelFor(name), count, name);
    },
  },
  {
    piece: "second derivatives that agree with the oracle",
    file,
    check: checkLossCurvature,
    without: {
      binary_crossentropy: formula,
      categorical_focal_crossentropy: formula,
      binary_focal_crossentropy: formula,
      kl_divergence: formula,
      mean_absolute_error: formula,
      huber: formula,
      hinge: formula,
      squared_hinge: formula,
      categorical_hinge: formula,
    },
  },
  {
    piece: "golden numbers from Keras",
    file: "tools/golden/losses.py and test/golden/losses.safetensors",
    check: (name) => readGoldenLosses().losses.some(({ loss }) => loss.type === name),
    without: {
      rbf_mse: "not in Keras; the oracle follows LeCun et al. 1998, eq. 8",
      rbf_map: "not in Keras; the oracle follows LeCun et al. 1998, eq. 9",
    },
  },
  {
    piece: "options that saving and loading keep",
    file,
    check(name) {
      const model = modelFor(name);
      model.compile({ loss: name });
      return checkSaving(model);
    },
  },
  {
    piece: "a function of Keras's name in camelCase that makes it",
    file: "src/index.ts",
    check: (name) => exported(losses[name].create),
    without: { rbf_mse: "it has no options" },
  },
  lineInDocs(),
]);

/** A network with the outputs that the loss is for. */
function modelFor(name: LossName): Model {
  const image = lenet5.input({ shape: [7], name: "image" });
  const x = lenet5.dense({ units: 5, activation: "tanh", name: "hidden" })(image);
  const end =
    losses[name].outputs === "distances"
      ? lenet5.rbf({ units: 3, trainable: true, name: "end" })(x)
      : lenet5.dense({ units: 3, activation: "softmax", name: "end" })(x);
  return lenet5.model({ inputs: image, outputs: end, seed: 4 });
}

/** Compares the second derivatives of a network that ends in this loss with the oracle's. */
async function checkLossCurvature(name: LossName): Promise<void> {
  const { outputs, targets } = losses[name];
  const end = (x: SymbolicTensor) =>
    outputs === "distances"
      ? lenet5.rbf({ units: 5, name: "end" })(lenet5.dense({ units: 6, activation: "tanh", name: "hidden" })(x))
      : lenet5.dense({ units: 5, activation: "softmax", name: "end" })(x);
  const model = network((x) => x, end);
  const data = dataOf(5, model.inputs.shape, targets === "rows");
  expectClose(model, await curvatureSeen(model, name, data), curvatureWanted(model, name, data));
}

/** Compares the oracle's gradient with differences of its loss, for each output by itself. */
function checkLossGradients(name: LossName): void {
  const numbers = random(3, "members", name);
  const [images, outputs] = [4, 3];
  const size = images * outputs;
  const labels =
    losses[name].targets === "classes"
      ? Array.from({ length: images }, () => numbers.integer(outputs))
      : Array.from({ length: size }, () => numbers.uniform(0, 1));
  const loss = oracleLoss(name, labels);
  // Probabilities away from 0, whose rows need not sum to 1.
  const y = Float64Array.from({ length: size }, () => numbers.uniform(0.2, 0.9));
  const shape = [images, outputs];
  const gradient = loss(tensor(shape, y)).backward().data;
  for (let i = 0; i < size; i++) {
    const lossWith = (step: number) =>
      loss(
        tensor(
          shape,
          y.map((value, k) => (k === i ? value + step : value)),
        ),
      ).value;
    expect(Math.abs((lossWith(1e-5) - lossWith(-1e-5)) / 2e-5 - gradient[i]!)).toBeLessThan(GRADIENT_TOLERANCE);
  }
}
