import * as v from "valibot";
import { expect, test } from "vitest";
import { distortions, elasticDistortion } from "../../index.ts";
import { runSchemas } from "./schemas.ts";

const config = (augment: unknown) => ({
  lenet5: "0.1.0",
  node: "v20",
  command: "lenet5 train",
  started: "2026-11-22T15:30:12Z",
  settings: {
    network: "article",
    epochs: 1,
    batchSize: 64,
    optimizer: "sgd",
    augment,
    learningRate: null,
    seed: 1,
    validationSplit: 0.1,
    numerics: "fast",
    threads: 2,
  },
  data: {
    id: "digits",
    source: "built-in digits",
    notice: null,
    classNames: ["0", "1"],
    trainImages: 10,
    validationImages: 1,
    testImages: 5,
  },
  machine: { cpu: "some", cores: 2, platform: "linux x64" },
});
const read = (augment: unknown) => v.safeParse(runSchemas["config.json"], JSON.parse(JSON.stringify(config(augment))));

test.each([null, distortions(), distortions({ copies: 9, rotation: 5 }), elasticDistortion({ sigma: 3 })])(
  "an augmentation is read back as it was saved: %j",
  (augment) => {
    const { success, output } = read(augment);
    expect(success).toBe(true);
    expect((output as ReturnType<typeof config>).settings.augment).toEqual(augment);
  },
);

test.each<[unknown, RegExp]>([
  [{ ...distortions(), scaling: 2 }, /distortions scaling/],
  [{ ...distortions(), blur: 1 }, /blur/],
  [{ ...elasticDistortion(), copies: 0 }, /copies/],
  [{ type: "blur" }, /expected distortions/],
  [[distortions()], /expected/],
  [undefined, /expected|Invalid/],
])("what the library refuses is refused here: %j", (augment, message) => {
  const { success, issues } = read(augment);
  expect(success).toBe(false);
  expect(issues![0].message).toMatch(message);
});
