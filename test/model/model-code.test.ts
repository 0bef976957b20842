import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { layers } from "../../src/layers/registry.ts";
import { noise } from "../engine/as-oracle.ts";
import { layerSamples } from "../members/layer-samples.ts";
import { modelAround } from "../members/models.ts";

type AnyModel = lenet5.Model<lenet5.OneOrMore, lenet5.OneOrMore>;

/** Runs the module; it is JavaScript too. */
function built(code: string, own: object = {}): AnyModel {
  const body = code
    .replace(/import (\{[^}]*\}) from "lenet5";/, "const $1 = lenet5;")
    .replace(/import (\{[^}]*\}) from "[^"]*";/, (_, names) => `const ${names.replaceAll(" as ", ": ")} = own;`)
    .replace("export const net =", "return");
  return new Function("lenet5", "own", body)(lenet5, own) as AnyModel;
}

async function expectSame(net: AnyModel): Promise<string> {
  const code = lenet5.modelCode(net);
  const again = built(code);
  expect(again.summaryData()).toEqual(net.summaryData());
  expect(again.layers.map(({ trainable }) => trainable)).toEqual(net.layers.map(({ trainable }) => trainable));
  await again.loadWeights(net.toBytes());
  const inputs = "shape" in net.inputs ? [net.inputs] : net.inputs;
  const images = inputs.map(({ shape }, i) => noise([2, ...shape], i));
  const given = ("shape" in net.inputs ? images[0] : images) as never;
  expect(await again.predict(given)).toEqual(await net.predict(given));
  expect(lenet5.modelCode(again)).toBe(code);
  return code;
}

describe("modelCode rebuilds", () => {
  const types = Object.keys(layers) as (keyof typeof layers)[];
  it.each(types)("a network with %s", async (type) => {
    await expectSame(modelAround(layerSamples[type]));
  });

  it.each([
    ["lenet5", () => lenet5.lenet5()],
    ["the full network", () => lenet5.lenet5({ c3: "full" })],
    ["modern", () => lenet5.modern()],
    ["lenet5Of1998", () => lenet5.lenet5Of1998()],
    ["a committee", () => lenet5.ensemble([lenet5.lenet5({ seed: 1 }), lenet5.modern({ seed: 2 }), lenet5.modern()])],
    ["lenet5Of1998 for letters", () => lenet5.lenet5Of1998({ characters: 'AB"\\' })],
  ])("%s", async (_, make) => {
    await expectSame(make());
  });
});

it("modelCode: the text of the article's network", () => {
  expect(lenet5.modelCode(lenet5.lenet5())).toMatchInlineSnapshot(`
    "import { averagePooling2d, conv2d, dense, flatten, input, model, tableI } from "lenet5";

    const image = input({ shape: [32, 32, 1], name: "image" });
    const c1 = conv2d({ filters: 6, kernelSize: 5, activation: "tanh", name: "C1" })(image);
    const s2 = averagePooling2d({ name: "S2" })(c1);
    const c3 = conv2d({ filters: 16, kernelSize: 5, activation: "tanh", connectionTable: tableI, name: "C3" })(s2);
    const s4 = averagePooling2d({ name: "S4" })(c3);
    const c5 = conv2d({ filters: 120, kernelSize: 5, activation: "tanh", name: "C5" })(s4);
    const flatten1 = flatten()(c5);
    const f6 = dense({ units: 84, activation: "tanh", name: "F6" })(flatten1);
    const output = dense({ units: 10, activation: "softmax", name: "output" })(f6);

    export const net = model({ inputs: image, outputs: output, name: "lenet5" });
    "
  `);
});

it("modelCode: the text of the network of 1998", () => {
  expect(lenet5.modelCode(lenet5.lenet5Of1998())).toMatchInlineSnapshot(`
    "import { bitmaps, conv2d, dense, flatten, input, model, rbf, rescaling, subsampling2d, tableI } from "lenet5";

    const image = input({ shape: [32, 32, 1], name: "image" });
    const range = rescaling({ scale: 1.275, offset: -0.1, name: "range" })(image);
    const c1 = conv2d({
      filters: 6,
      kernelSize: 5,
      activation: "scaled_tanh",
      kernelInitializer: { overFanIn: 2.4, power: 0.5 },
      biasInitializer: { overFanIn: 2.4, power: 0.5 },
      name: "C1",
    })(range);
    const s2 = subsampling2d({ coefficientInitializer: { constant: 0.25 }, biasInitializer: "zeros", name: "S2" })(c1);
    const c3 = conv2d({
      filters: 16,
      kernelSize: 5,
      activation: "scaled_tanh",
      kernelInitializer: { overFanIn: 2.4, power: 0.5 },
      biasInitializer: { overFanIn: 2.4, power: 0.5 },
      connectionTable: tableI,
      name: "C3",
    })(s2);
    const s4 = subsampling2d({ coefficientInitializer: { constant: 0.25 }, biasInitializer: "zeros", name: "S4" })(c3);
    const c5 = conv2d({
      filters: 120,
      kernelSize: 5,
      activation: "scaled_tanh",
      kernelInitializer: { overFanIn: 2.4, power: 0.5 },
      biasInitializer: { overFanIn: 2.4, power: 0.5 },
      name: "C5",
    })(s4);
    const flatten1 = flatten()(c5);
    const f6 = dense({
      units: 84,
      activation: "scaled_tanh",
      kernelInitializer: { overFanIn: 2.4, power: 0.5 },
      biasInitializer: { overFanIn: 2.4, power: 0.5 },
      name: "F6",
    })(flatten1);
    const output = rbf({ centres: bitmaps("0123456789"), name: "output" })(f6);

    export const net = model({ inputs: image, outputs: output, name: "lenet5-1998" });
    "
  `);
});

it("modelCode: several inputs and outputs, shared layers, penalties, names that are no identifiers", async () => {
  const [left, right] = [lenet5.input({ shape: [8, 8, 1], name: "left half" }), lenet5.input({ shape: [8, 8, 1] })];
  const shared = lenet5.conv2d({
    filters: 2,
    kernelSize: [3, 2],
    strides: 2,
    padding: "same",
    kernelRegularizer: lenet5.l2(0.001),
    kernelConstraint: lenet5.maxNorm(),
    kernelInitializer: { normal: [0, 0.05] },
    connectionTable: [[0], []],
    name: "class",
  });
  const flat = lenet5.flatten();
  const both = lenet5.concatenate()([flat(shared(left)), flat(shared(right))]);
  const frozen = lenet5.dense({ units: 3, trainable: false })(both);
  const centres = Array.from({ length: 2 }, (_, i) => Array.from({ length: 3 }, (_, k) => (i + k) / 7));
  const outputs = [lenet5.dense({ units: 2, name: "2 units" })(frozen), lenet5.rbf({ centres })(frozen), both];
  const net = lenet5.model({ inputs: [left, right], outputs, name: 'a "pair"' });
  expect(await expectSame(net)).toMatchInlineSnapshot(`
    "import { concatenate, conv2d, dense, flatten, input, model, rbf } from "lenet5";

    const leftHalf = input({ shape: [8, 8, 1], name: "left half" });
    const input1 = input({ shape: [8, 8, 1] });
    const classLayer = conv2d({
      filters: 2,
      kernelSize: [3, 2],
      strides: 2,
      padding: "same",
      kernelInitializer: { normal: [0, 0.05] },
      kernelRegularizer: { l1: 0, l2: 0.001 },
      kernelConstraint: { type: "maxNorm", maxValue: 2, axis: 0 },
      connectionTable: [[0], []],
      name: "class",
    });
    const class1 = classLayer(leftHalf);
    const flattenLayer = flatten();
    const flatten1 = flattenLayer(class1);
    const class2 = classLayer(input1);
    const flatten2 = flattenLayer(class2);
    const concatenate1 = concatenate()([flatten1, flatten2]);
    const dense1 = dense({ units: 3, trainable: false })(concatenate1);
    const x2Units = dense({ units: 2, name: "2 units" })(dense1);
    const rbf1 = rbf({
      centres: [
        [0, 0.14285714285714285, 0.2857142857142857],
        [0.14285714285714285, 0.2857142857142857, 0.42857142857142855],
      ],
    })(dense1);

    export const net = model({ inputs: [leftHalf, input1], outputs: [x2Units, rbf1, concatenate1], name: "a \\"pair\\"" });
    "
  `);
});

it("modelCode: automatic names that others could take are written", async () => {
  const image = lenet5.input({ shape: [4] });
  const first = lenet5.dense({ units: 4, name: "dense_1" })(image);
  const net = lenet5.model({ inputs: image, outputs: lenet5.dense({ units: 4, name: "dense" })(first) });
  expect(await expectSame(net)).toContain('dense({ units: 4, name: "dense_1" })');
});

it("modelCode: custom layers come from their module", async () => {
  const halved = lenet5.defineLayer("halved", {
    options: { times: lenet5.option.whole({ default: 1 }) },
    call: (x, { options }) => lenet5.ops.multiply(x, 0.5 ** options.times),
  });
  const image = lenet5.input({ shape: [4] });
  const net = lenet5.model({ inputs: image, outputs: halved({ times: 2 })(halved()(image)) });
  expect(() => lenet5.modelCode(net)).toThrow(
    'modelCode customObjects: expected the module that exports the custom layer "halved", such as "./layers.ts"',
  );
  const code = lenet5.modelCode(net, { customObjects: "./halved.ts" });
  expect(code).toContain('import { halved } from "./halved.ts";');
  expect(code).toContain("halved({ times: 2 })");
  expect(built(code, { halved }).summaryData()).toEqual(net.summaryData());
});

it("modelCode: custom layers whose types are taken names, or no identifiers", () => {
  const types = ["model", "net", "class", "my-layer", "2x"];
  const call = (x: lenet5.OpsTensor) => lenet5.ops.multiply(x, 2);
  const own = Object.fromEntries(types.map((type) => [type, lenet5.defineLayer(type, { call })]));
  const image = lenet5.input({ shape: [4] });
  let end: lenet5.SymbolicTensor = image;
  for (const make of Object.values(own)) end = make()(end);
  const net = lenet5.model({ inputs: image, outputs: end });
  const code = lenet5.modelCode(net, { customObjects: "./own.ts" });
  expect(code).toContain(
    'import { "2x" as x2x, "my-layer" as myLayer, class as class1, model as model1, net as net1 } from "./own.ts";',
  );
  expect(built(code, own).summaryData()).toEqual(net.summaryData());
});

it("modelCode: with a file of weights, and names as other programs give them", async () => {
  const image = lenet5.input({ shape: [8, 8, 1], name: "serving_default_x:0" });
  let end = lenet5.conv2d({ filters: 2, kernelSize: 3, name: "features:0:Conv" })(image);
  end = lenet5.prelu({ sharedAxes: [1, 2], name: "features.0.Conv" })(end);
  end = lenet5.flatten({ name: "-" })(end);
  const net = lenet5.model({
    inputs: image,
    outputs: lenet5.dense({ units: 2, name: 'a "b"\\u2028' })(end),
    name: "π",
  });
  net.reading = { preparation: { size: [8, 8] }, classNames: ["cat", "dog"] };
  await expectSame(net);
  const code = lenet5.modelCode(net, { weights: "runs/1/model.safetensors" });
  expect(code.slice(code.indexOf("export"))).toMatchInlineSnapshot(`
    "export const net = model({ inputs: servingDefaultX0, outputs: aBU2028, name: "π" });
    await net.loadWeights("runs/1/model.safetensors");
    net.reading = {
      preparation: {
        size: [8, 8],
        padding: 0,
        channels: 1,
        framing: "none",
        ink: "light",
        fit: "pad",
        scale: 0.00392156862745098,
      },
      classNames: ["cat", "dog"],
    };
    "
  `);
});

it.each([
  [undefined, "undefined"],
  [5, "5"],
  [{}, "an object {}"],
])("modelCode refuses %j", (given, text) => {
  expect(() => lenet5.modelCode(given as never)).toThrow(`modelCode: expected a model, got ${text}`);
});
