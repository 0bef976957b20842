/**
 * Every member of every table (layers, augmentations, ...) has all its pieces. A failure names the member, the missing
 * piece and the file where the piece belongs. A new table is one more entry of `tables`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { random } from "../src/core/random.ts";
import { type AugmentationType, augmentationFrom, augmentations } from "../src/data/augmentation/augmentations.ts";
import type { LayerType } from "../src/index.ts";
import * as lenet5 from "../src/index.ts";
import { layers } from "../src/layers/registry.ts";
import { layerWords } from "../src/report/figures/network-words.ts";
import { asOracle, noise } from "./engine/as-oracle.ts";
import { expectAsOracle } from "./engine/expect-as-oracle.ts";
import { readGoldenOperations } from "./golden/read-golden.ts";
import { layerSamples } from "./layer-samples.ts";
import { apart, gradientError } from "./oracle/gradient-check.ts";

/** Something that every member of a table has. */
interface Piece<Name extends string> {
  /** "golden numbers from Keras" */
  readonly piece: string;
  /** The file in which it belongs. */
  readonly file: string | ((name: Name) => string);
  /** Throws or returns false where it is missing. */
  readonly check: (name: Name) => unknown;
  /** Members that cannot have it, with the reason. */
  readonly without?: { readonly [Member in Name]?: string };
}

interface Table {
  readonly kind: string;
  readonly names: readonly string[];
  readonly pieces: readonly Piece<string>[];
}

const tables: readonly Table[] = [
  table<LayerType>("layer", layers, [
    {
      piece: "an export",
      file: "src/index.ts",
      check: (name) => exported(name === "input" ? lenet5.input : layers[name]),
    },
    {
      piece: "an oracle with right gradients",
      file: "test/engine/as-oracle.ts (its operation: test/oracle)",
      check: layerGradientError,
      without: { input: "computes nothing" },
    },
    {
      piece: "forward and backward kernels that agree with the oracle",
      file: (name) => `src/layers/${fileOf(name)}.ts (its operation: src/ops)`,
      // A batch of one image may go another way.
      async check(name) {
        for (const count of [1, 5]) await expectAsOracle(layerModel(name), count);
      },
    },
    {
      piece: "golden numbers from Keras",
      file: "tools/golden/generate.py and test/golden/operations.safetensors",
      check: (name) => readGoldenOperations().operations.some(({ layer }) => layer.kind === name),
      without: {
        input: "computes nothing",
        dropout: "Keras draws other random numbers; test/engine/layers.test.ts checks share and scale",
        subsampling2d: "not in Keras; the oracle follows LeCun et al. 1998, section II.B",
        rbf: "not in Keras; the oracle follows LeCun et al. 1998, eq. 7",
      },
    },
    {
      piece: "a config that saving and loading keep",
      file: (name) => `src/layers/${fileOf(name)}.ts`,
      check: layerSurvivesSaving,
    },
    {
      piece: "a word in the network diagram",
      file: "src/report/figures/network-words.ts",
      check: (name) => Object.hasOwn(layerWords, name),
    },
    { piece: "a line in the docs", file: "README.md or docs/", check: documented },
  ]),
  table<AugmentationType>("augmentation", augmentations, [
    { piece: "an export", file: "src/index.ts", check: (name) => exported(augmentations[name].make) },
    {
      piece: "its key in the table as its type",
      file: "src/data/augmentation/augmentations.ts",
      check: (name) => augmentations[name].make().type === name,
    },
    {
      piece: "options that saving and loading keep",
      file: "src/data/augmentation",
      check(name) {
        const made = augmentations[name].make({ background: 7, copies: 3 });
        expect(augmentationFrom("saved", JSON.parse(JSON.stringify(made)))).toEqual(made);
      },
    },
    {
      piece: "an effect on images that depends on seed and version alone",
      file: "src/data/augmentation",
      check(name) {
        const images = noise([2, 12, 10, 1], 3);
        const version = (version: number) => lenet5.augmented(images, augmentations[name].make(), { version }).data;
        expect(version(1)).toEqual(version(1));
        expect(version(1)).not.toEqual(version(2));
        expect(version(1)).not.toEqual(images.data);
      },
    },
    {
      piece: "a line in the docs",
      file: "README.md or docs/",
      check: (name) => documented(augmentations[name].called),
    },
  ]),
];

// Forgotten exports do not even compile.
lenet5 satisfies { readonly [Type in LayerType]: unknown };

describe.each(tables)("every $kind", ({ kind, names, pieces }) => {
  const all = names.flatMap((name) => pieces.map(({ piece, ...rest }) => ({ name, piece, ...rest })));

  it.each(all)("$name has $piece", async ({ name, piece, file, check, without }) => {
    const cause = await faultOf(() => check(name));
    const where = typeof file === "string" ? file : file(name);
    if (without?.[name] !== undefined) {
      const advice = "take it off the list of those without in test/members.test.ts";
      expect(cause, `${kind} "${name}" has ${piece}: ${advice}`).toBeDefined();
      return;
    }
    if (cause !== undefined) expect.fail(`${kind} "${name}" lacks ${piece}: it belongs in ${where}. ${cause}`.trim());
  });
});

function table<Name extends string>(
  kind: string,
  members: Readonly<Record<Name, unknown>>,
  pieces: readonly Piece<Name>[],
): Table {
  return { kind, names: Object.keys(members), pieces: pieces as unknown as readonly Piece<string>[] };
}

/** Why a check failed; undefined if it did not. */
async function faultOf(check: () => unknown): Promise<string | undefined> {
  try {
    return (await check()) === false ? "" : undefined;
  } catch (error) {
    return String(error);
  }
}

function exported(member: unknown): boolean {
  return Object.values(lenet5).includes(member as never);
}

/** Whether README or a page of docs/ has the name in code: `conv2d`, or as a call. */
function documented(name: string): boolean {
  const pages = ["../README.md", ...readdirSync(new URL("../docs", import.meta.url)).map((file) => `../docs/${file}`)];
  const texts = pages
    .filter((page) => page.endsWith(".md"))
    .map((page) => readFileSync(new URL(page, import.meta.url), "utf8"));
  return texts.some((text) => new RegExp(`\`${name}\\b`).test(text));
}

/** globalAveragePooling2d -> global-average-pooling2d */
function fileOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** image -> conv2d 1x1, whose gradient shows the layer's input gradient -> the layer -> dense softmax. */
function layerModel(name: LayerType): lenet5.Model {
  const image = lenet5.input({ shape: [6, 5, 2], name: "image" });
  const maps = lenet5.conv2d({ filters: 3, kernelSize: 1, name: "front" })(image);
  const y = layerSamples[name](maps);
  const end = lenet5.dense({ units: 3, activation: "softmax", name: "end" })(lenet5.flatten()(y));
  return lenet5.model({ inputs: image, outputs: end, seed: 4 });
}

/** Compares the oracle's gradients with differences of its results. */
function layerGradientError(name: LayerType): void {
  const model = layerModel(name);
  const layer = model.layers.find(({ type, name: own }) => type === name && own !== "front" && own !== "end")!;
  const { nodes, weights } = asOracle(model, true);
  const { op } = nodes.find((node) => node.name === layer.name)!;
  const numbers = random(2, "members", name);
  const inputs = layer.output.inputs.map(({ shape }) => apart([3, ...shape], numbers));
  // About 1e-10 is left where gradients are right: see test/oracle/gradient-check.ts.
  expect(gradientError(op, inputs, weights[layer.name] ?? [], numbers)).toBeLessThan(1e-7);
}

async function layerSurvivesSaving(name: LayerType): Promise<void> {
  const made = layerModel(name);
  const again = await lenet5.loadModel(made.toBytes());
  expect(again.layers.map(({ type }) => type)).toContain(name);
  expect(again.summaryData()).toEqual(made.summaryData());
  expect(again.toBytes()).toEqual(made.toBytes());
  const images = noise([5, 6, 5, 2], 1);
  expect((await again.predict(images)).data).toEqual((await made.predict(images)).data);
}
