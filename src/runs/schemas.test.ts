import * as v from "valibot";
import { expect, test } from "vitest";
import { distortions, elasticDistortion } from "../index.ts";
import { mnistPreparation } from "../pictures/preparation.ts";
import { runSchemas } from "./schemas.ts";

const preparation = mnistPreparation(2);
const config = (...augment: unknown[]) => ({
  lenet5: "0.1.0",
  runtime: "Node 22.21.0",
  command: null,
  started: "2026-11-22T15:30:12Z",
  title: "model",
  notices: [],
  notes: { Trial: 3 },
  extra: { network: "article", other: [1, { a: 2 }] },
  compiled: { optimizer: { type: "sgd", learningRate: { type: "constant", learningRate: 0.1 } }, metrics: [] },
  settings: {
    epochs: 1,
    batchSize: 64,
    shuffle: true,
    augment,
    seed: 1,
    validationSplit: 0.1,
    classWeight: null,
    stepsPerEpoch: null,
    numerics: "fast",
    threads: 2,
  },
  data: {
    name: "own data",
    classNames: ["0", "1"],
    trainImages: 10,
    validationImages: 1,
    testImages: null,
    preparation,
  },
  machine: { cpu: "some", cores: 2, platform: "linux x64" },
});
const read = (...augment: unknown[]) =>
  v.safeParse(runSchemas["config.json"], JSON.parse(JSON.stringify(config(...augment))));

test("a config without distortions is read back as it was saved", () => {
  expect(read()).toMatchObject({ success: true, output: config() });
});

test.each(["flipped", distortions(), distortions({ copies: 9, rotation: 5 }), elasticDistortion({ sigma: 3 })])(
  "an augmentation is read back as it was saved: %j",
  (augment) => {
    const { success, output } = read(augment);
    expect(success).toBe(true);
    expect((output as ReturnType<typeof config>).settings.augment).toEqual([augment]);
  },
);

test.each<[unknown, RegExp]>([
  [{ ...distortions(), scaling: 2 }, /distortions scaling/],
  [{ ...distortions(), blur: 1 }, /blur/],
  [{ ...elasticDistortion(), copies: 0 }, /copies/],
  [{ type: "blur" }, /expected distortions/],
  [[distortions()], /expected|Invalid/],
  [undefined, /expected|Invalid/],
])("what the library refuses is refused here: %j", (augment, message) => {
  const { success, issues } = read(augment);
  expect(success).toBe(false);
  expect(issues![0].message).toMatch(message);
});

test("a preparation that the library refuses is refused here", () => {
  const saved = config();
  const damaged = { ...saved, data: { ...saved.data, preparation: { ...preparation, padding: -1 } } };
  const { success, issues } = v.safeParse(runSchemas["config.json"], damaged);
  expect(success).toBe(false);
  expect(issues![0].message).toMatch("preparation padding: expected a whole number of at least 0, got -1");
});
