import { expect } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { type Constraint, type ConstraintName, constraint, constraints } from "../../src/layers/constraints/table.ts";
import { noise } from "../engine/as-oracle.ts";
import { readGoldenTraining } from "../golden/read-golden.ts";
import { checkSaving } from "./models.ts";
import { exported, fileOf, lineInDocs, table } from "./table.ts";

/** A constraint of each type with no option at its default. */
const samples: { readonly [Name in ConstraintName]: Constraint } = {
  maxNorm: lenet5.maxNorm({ maxValue: 0.1, axis: [0, 1] }),
  minMaxNorm: lenet5.minMaxNorm({ minValue: 0.1, maxValue: 0.3, rate: 0.5, axis: 1 }),
  nonNeg: lenet5.nonNeg(),
  unitNorm: lenet5.unitNorm({ axis: 1 }),
};

const file = (name: ConstraintName) => `src/layers/constraints/${fileOf(name)}.ts`;

/** A forgotten export does not compile. */
const makers: Readonly<Record<ConstraintName, unknown>> = lenet5;

/** The layers' options for them: see the piece "penalties and constraints" of layers. */
export const constraintTable = table<ConstraintName>("constraint", constraints, [
  { piece: "an export", file: "src/index.ts", check: (name) => exported(makers[name]) },
  {
    piece: "its key in the table as its type",
    file: "src/layers/constraints/table.ts",
    check: (name) => constraint("sample", name).type === name,
  },
  {
    piece: "golden numbers from Keras",
    file: "tools/golden/training.py and test/golden/training.safetensors",
    check: (name) => readGoldenTraining().cases.some((golden) => JSON.stringify(golden).includes(`"type":"${name}"`)),
  },
  {
    piece: "an effect on weights, and options that saving and loading keep",
    file,
    async check(name) {
      const point = lenet5.input({ shape: [4] });
      const kernels = [];
      for (const kernelConstraint of [undefined, samples[name]]) {
        const end = lenet5.dense({ units: 3, activation: "softmax", kernelConstraint, name: "end" });
        const model = lenet5.model({ inputs: point, outputs: end(point), seed: 4 });
        model.compile({ optimizer: "sgd", loss: "sparse_categorical_crossentropy" });
        await model.fit({ images: noise([5, 4], 2), labels: [0, 1, 2, 1, 0] }, { verbose: 0 });
        kernels.push(model.weights.get("end/kernel")!.data);
        await checkSaving(model);
        expect(end.config.kernelConstraint).toEqual(kernelConstraint);
      }
      expect(kernels[1]).not.toEqual(kernels[0]);
    },
  },
  lineInDocs(),
]);
