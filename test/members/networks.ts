import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { type NetworkName, networkNames, networks } from "../../src/cli/networks/networks.ts";
import { lenet5Program } from "../../src/cli/program.ts";
import { newRun } from "../../src/cli/train/new-run.ts";
import { recorderOf } from "../../src/cli/train/train.ts";
import { digits, loadModel, type Model, pretrained, type Recipe, recipe } from "../../src/index.ts";
import { writeIdxFolder } from "../end-to-end/lenet5-command.ts";
import { checkSaving } from "./models.ts";
import { lineInDocs, table } from "./table.ts";

const file = (name: NetworkName) => `src/cli/networks/${name === "1998" ? "paper-1998" : name}.ts`;
const data = digits({ train: 96, test: 20, seed: 3 });

/** The network as its recipe compiles it for the few images, and the recipe's options of `fit`. */
async function compiled(name: NetworkName): Promise<{ model: Model; fit: Recipe["fit"] }> {
  const model = await networks[name].make({ seed: 1, threads: 1 });
  const { compile, fit } = recipe(name, { images: data.train.labels.length, epochs: 4, validationSplit: 0 });
  model.compile(compile);
  return { model, fit };
}

const parametersOf = (model: Model) => [...model.weights].map(([path, { shape, data }]) => ({ path, shape, data }));
const shapesOf = (model: Model) => parametersOf(model).map(({ path, shape }) => [path, shape]);

export const networkTable = table<NetworkName>("network", networks, [
  {
    piece: "a place in the list of names",
    file: "src/cli/networks/networks.ts",
    check: (name) => networkNames.includes(name),
  },
  {
    piece: "a title, a phrase and a help text that no other network has",
    file,
    check(name) {
      for (const field of ["title", "phrase", "help"] as const) {
        expect(networks[name][field]).not.toBe("");
        expect(networkNames.filter((other) => networks[other][field] === networks[name][field])).toEqual([name]);
      }
    },
  },
  {
    piece: "a model for 10 classes and for other counts, whose weights depend on the seed alone",
    file,
    async check(name) {
      const made = (seed: number, count: number) => {
        const classNames = Array.from({ length: count }, (_, k) => `class ${k}`);
        return networks[name].make({ classNames, seed, threads: 1 });
      };
      for (const count of [2, 10, 47]) expect((await made(1, count)).outputs.shape).toEqual([count]);
      expect((await networks[name].make({ threads: 1 })).outputs.shape).toEqual([10]);
      expect(parametersOf(await made(1, 3))).toEqual(parametersOf(await made(1, 3)));
      expect(parametersOf(await made(2, 3))).not.toEqual(parametersOf(await made(1, 3)));
    },
  },
  {
    piece: "a model for images of other sizes and channels, which says what is too small",
    file,
    async check(name) {
      for (const shape of [
        [16, 16, 1],
        [28, 28, 3],
        [17, 40, 4],
      ]) {
        const model = await networks[name].make({ shape, threads: 1 });
        expect([model.inputs.shape, model.outputs.shape]).toEqual([shape, [10]]);
        const [rows, columns, channels] = shape as [number, number, number];
        const { data: outputs } = await model.predict({
          shape,
          data: new Uint8Array(rows * columns * channels).fill(9),
          scale: 1 / 255,
        });
        expect(outputs.every(Number.isFinite)).toBe(true);
      }
      const tooSmall = networks[name].make({ shape: [15, 16, 1], threads: 1 });
      await expect(tooSmall).rejects.toThrow(/^--network: .* at least 16x16, got 15x16; enlarge .*--size 32/);
    },
  },
  {
    piece: "a recipe that trains it",
    file: "src/lenet5/recipes.ts",
    async check(name) {
      const { model, fit } = await compiled(name);
      const { history } = await model.fit(data.train, { ...fit, verbose: 0 });
      expect(history.loss!.at(-1)).toBeLessThan(history.loss![0]!);
    },
  },
  {
    piece: "weights and training state that saving and loading keep",
    file,
    async check(name) {
      const { model } = await compiled(name);
      await model.fit(data.train, { epochs: 1, batchSize: 16, seed: 1, verbose: 0 });
      await checkSaving(model);
    },
  },
  {
    piece: "its title in the report",
    file: "src/cli/networks/chosen.ts",
    async check(name) {
      const folder = await mkdtemp(join(tmpdir(), "lenet5-network-"));
      onTestFinished(() => rm(folder, { recursive: true }));
      const from = await writeIdxFolder(join(folder, "data"), data);
      const training = await newRun({ network: name, data: from, out: join(folder, "run"), epochs: 1 });
      const recorder = recorderOf(training, "lenet5 train");
      await training.model.fit(training.train, { ...training.fit, verbose: 0, callbacks: [recorder] });
      const page = await readFile(recorder.report!, "utf8");
      expect(page).toContain(`<title>${networks[name].title}: `);
    },
  },
  {
    piece: "its name and text in --help",
    file: "src/cli/networks/networks.ts",
    check(name) {
      const train = lenet5Program(1000).commands.find((command) => command.name() === "train")!;
      expect(train.helpInformation()).toContain(`${name} (${networks[name].help})`);
    },
  },
  {
    piece: "trained weights that ship with the package",
    file: "weights/ and tools/train-weights.js",
    async check(name) {
      const { weights } = networks[name];
      for (const network of weights) {
        const model = await pretrained({ network, threads: 1 });
        expect(shapesOf(model)).toEqual(shapesOf(await networks[name].make({ threads: 1 })));
        expect((await loadModel(model.toBytes())).summaryData()).toEqual(model.summaryData());
      }
      return weights.length > 0;
    },
    without: { full: "does not ship: it is there for comparison with other implementations, and trains in seconds" },
  },
  lineInDocs(),
]);
