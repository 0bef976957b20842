import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { activation } from "../../layers/activation.ts";
import { add } from "../../layers/add.ts";
import { averagePooling2d } from "../../layers/average-pooling2d.ts";
import { batchNormalization } from "../../layers/batch-normalization.ts";
import { channelSlice } from "../../layers/channel-slice.ts";
import { concatenate } from "../../layers/concatenate.ts";
import { conv2d } from "../../layers/conv2d.ts";
import { dense } from "../../layers/dense.ts";
import { dropout } from "../../layers/dropout.ts";
import { flatten } from "../../layers/flatten.ts";
import { globalAveragePooling2d } from "../../layers/global-average-pooling2d.ts";
import { input } from "../../layers/input.ts";
import { maxPooling2d } from "../../layers/max-pooling2d.ts";
import { rescaling } from "../../layers/rescaling.ts";
import { zeroPadding2d } from "../../layers/zero-padding2d.ts";
import { lenet5 } from "../../lenet5/lenet5.ts";
import { model } from "../../model/model.ts";
import type { Figure } from "../drawing/figure.ts";
import { textWidth } from "../drawing/text.ts";
import type { LayerJson, NetworkJson } from "../results.ts";
import { networkDiagram } from "./network-diagram.ts";
import { FONT_SIZE } from "./network-places.ts";

/** Two branches put together, and a way around two convolutions. */
function branches(): NetworkJson {
  const image = input({ shape: [28, 28, 1], name: "image" });
  const wide = conv2d({ filters: 8, kernelSize: 5, padding: "same", activation: "relu", name: "wide" })(image);
  const narrow = conv2d({ filters: 4, kernelSize: 3, padding: "same", name: "narrow" })(image);
  const finer = conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu", name: "finer" })(narrow);
  const both = concatenate({ name: "both" })([wide, finer]);
  const pooled = maxPooling2d({ name: "pooled" })(both);
  let x = conv2d({ filters: 12, kernelSize: 3, padding: "same", activation: "relu", name: "one" })(pooled);
  x = conv2d({ filters: 12, kernelSize: 3, padding: "same", name: "two" })(x);
  x = activation({ activation: "relu" })(add({ name: "sum" })([pooled, x]));
  const parts = channelSlice({ start: 0, count: 4, name: "part" })(x);
  const mean = globalAveragePooling2d({ name: "mean" })(parts);
  const digit = dense({ units: 10, activation: "softmax", name: "digit" })(flatten()(x));
  const even = dense({ units: 1, activation: "sigmoid", name: "even" })(mean);
  return model({ inputs: image, outputs: [digit, even], name: "branches" }).summaryData();
}

function small(): NetworkJson {
  const image = input({ shape: [28, 28, 1], name: "image" });
  return model({ inputs: image, outputs: dense({ units: 10, activation: "softmax" })(flatten()(image)) }).summaryData();
}

/** Two images that share their layers, and a vector. */
function inputs(): NetworkJson {
  const shape = [28, 28, 1];
  const [left, right] = [input({ shape, name: "left" }), input({ shape, name: "right" })];
  const vector = input({ shape: [3], name: "vector" });
  const [conv, flat] = [conv2d({ filters: 3, kernelSize: 3, activation: "relu", name: "conv" }), flatten()];
  const embed = dense({ units: 5, activation: "tanh", name: "embed" });
  const pair = concatenate({ name: "pair" })([embed(flat(conv(left))), embed(flat(conv(right))), vector]);
  const same = dense({ units: 2, activation: "softmax", name: "same" })(pair);
  return model({ inputs: [left, right, vector], outputs: same, name: "inputs" }).summaryData();
}

/** About 20 layers; colours, not square, up to `filters` maps. */
function deep(filters = 512): NetworkJson {
  const image = input({ shape: [64, 48, 3], name: "image" });
  let x = rescaling({ scale: 1 / 255 })(image);
  for (const [i, maps] of [16, 64, filters].entries()) {
    x = conv2d({ filters: maps, kernelSize: 3, padding: "same", useBias: false, name: `conv_${i + 1}` })(x);
    x = activation({ activation: "relu" })(batchNormalization()(x));
    x = maxPooling2d({ name: `pool_${i + 1}` })(x);
    x = dropout({ rate: 0.25 })(x);
  }
  x = conv2d({ filters: 64, kernelSize: 3, strides: 2, name: "down" })(zeroPadding2d()(x));
  x = globalAveragePooling2d({ name: "mean" })(x);
  x = dropout({ rate: 0.5 })(dense({ units: 256, activation: "relu", name: "hidden" })(x));
  const outputs = dense({ units: 4, activation: "softmax", name: "answer" })(x);
  return model({ inputs: image, outputs, name: "deep" }).summaryData();
}

/** A residual network of four branches, one of them reading a layer far before. */
function tangle(): NetworkJson {
  const image = input({ shape: [224, 224, 3], name: "image" });
  const conv = (kernelSize: number, filters = 8) =>
    conv2d({ filters, kernelSize, padding: "same", activation: "relu" });
  let x = averagePooling2d({ poolSize: 8 })(conv(7)(image));
  const early = x;
  for (let block = 0; block < 3; block++) {
    const branch = [
      conv(1)(x),
      conv(3)(conv(1)(x)),
      conv(5)(conv(1)(x)),
      conv(1)(maxPooling2d({ strides: 1, padding: "same" })(x)),
    ];
    const y = conv(1)(concatenate()(branch));
    x = add({ name: `a_long_name_of_a_sum_number_${block}` })(block === 2 ? [y, x, early] : [y, x]);
  }
  const shared = dense({ units: 20, activation: "tanh" });
  const once = shared(dense({ units: 20 })(flatten()(x)));
  return model({ inputs: image, outputs: [once, shared(activation({ activation: "sigmoid" })(once))] }).summaryData();
}

/** A diagram of layers that may be anything. */
function diagramOf(
  ...layers: (Pick<LayerJson, "name" | "type" | "outputShape" | "connectedTo"> & Partial<LayerJson>)[]
) {
  const full = layers.map((layer) => ({ params: 0, connections: 0, macs: 0, config: {}, ...layer }));
  return networkDiagram({ name: "any", params: 1, connections: 2, macs: 3, layers: full });
}

const image = (...outputShape: number[]) => ({ name: "image", type: "input", outputShape, connectedTo: [] });
const units = (name: string, number: number, ...connectedTo: string[]) => ({
  name,
  type: "dense",
  outputShape: [number],
  connectedTo,
});

function textsOf({ svg }: Figure) {
  const { document } = parseHTML(svg);
  const shift = Number(/translate\(([\d.]+),0\)/.exec(svg)?.[1]);
  return [...document.querySelectorAll("text[text-anchor=middle], g[text-anchor=middle] text")].map((element) => {
    const text = element.textContent ?? "";
    const [x, y] = [Number(element.getAttribute("x")) + shift, Number(element.getAttribute("y"))];
    const half = textWidth(text, FONT_SIZE) / 2;
    return { text, left: x - half, right: x + half, top: y - 0.75 * FONT_SIZE, bottom: y + 0.25 * FONT_SIZE };
  });
}

const networks = {
  article: lenet5().summaryData(),
  branches: branches(),
  inputs: inputs(),
  small: small(),
  deep: deep(),
};

describe("the diagram of a network", () => {
  test.each(Object.entries(networks))("%s", async (name, network) => {
    await expect(networkDiagram(network).svg).toMatchFileSnapshot(`../../../test/figures/network-${name}.svg`);
  });

  test.each(Object.entries({ ...networks, tangle: tangle() }))(
    "%s: valid numbers, texts inside the figure and without overlap",
    (_, network) => {
      const figure = networkDiagram(network);
      expect(figure.svg).not.toMatch(/NaN|undefined|Infinity|null/);
      expect(figure.svg).not.toMatch(/ (d|x|y|transform)="[^"]*\.\d\d/);
      expect(networkDiagram(network).svg).toBe(figure.svg);
      const texts = textsOf(figure);
      expect(texts.length).toBeGreaterThan(3);
      for (const [i, a] of texts.entries()) {
        expect(a.left, a.text).toBeGreaterThanOrEqual(0);
        expect(a.right, a.text).toBeLessThanOrEqual(figure.width);
        expect(a.bottom, a.text).toBeLessThanOrEqual(figure.height - 52);
        for (const b of texts.slice(i + 1)) {
          const apart = a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;
          expect(apart, `${a.text} / ${b.text}`).toBe(true);
        }
      }
    },
  );

  test("has a description", () => {
    expect(networkDiagram(networks.article).label).toBe(
      "lenet5: image 32×32×1; C1 6 maps of 28×28; S2 6 maps of 14×14; C3 16 maps of 10×10; S4 16 maps of 5×5; C5 120 units; F6 84 units; output 10 units",
    );
    expect(networkDiagram(networks.branches).label).toContain("; sum 12 maps of 14×14 from pooled and two; ");
    expect(networkDiagram(networks.inputs).label).toContain(
      "inputs: left 28×28×1; right 28×28×1; vector 3; conv 3 maps of 26×26 from left and right; ",
    );
    const words = (network: NetworkJson) => textsOf(networkDiagram(network)).map(({ text }) => text);
    expect(words(networks.article)).toEqual(
      expect.arrayContaining(["Convolution", "5×5", "60 of 96", "kernels", "6@28×28"]),
    );
    expect(words(networks.deep)).toEqual(expect.arrayContaining(["Zero padding", "stride 2", "ReLU", "dropout 0.5"]));
    expect(words(tangle())).toEqual(
      expect.arrayContaining(["a_long_name_of…", "applied 2", "times", "again after", "activation"]),
    );
  });

  test("draws a bounded number of sheets", () => {
    const sheets = (maps: number) => networkDiagram(deep(maps)).svg.split("<path").length;
    expect(sheets(512)).toBe(sheets(64));
  });

  test("keeps proportions: a tall image is tall", () => {
    const [, width, height] = /<path d="M0 [\d.]+h([\d.]+)v([\d.]+)/.exec(diagramOf(image(64, 48, 1)).svg)!;
    expect(Number(height) / Number(width)).toBeCloseTo(64 / 48, 2);
  });

  test("escapes names, and shortens them", () => {
    const { svg } = diagramOf(image(8, 8, 1), units(`<script>alert("1")</script>`, 3, "image"));
    expect(svg).not.toContain("<script");
    expect(svg).toContain(">&lt;script&gt;alert(&quot;1…</text>");
  });

  test.each([
    ["nothing", diagramOf()],
    ["an image alone", diagramOf(image(224, 224, 3))],
    ["a thin image", diagramOf(image(1, 2000, 1), units("one", 1, "image"))],
    ["very many units", diagramOf(image(1_000_000), units("many", 100_000, "image"))],
    ["an unknown layer", diagramOf(image(8, 8, 1), { ...units("new", 3, "image"), type: "someNew2d" })],
    ["a layer nobody knows", diagramOf(image(8, 8, 1), units("lost", 3, "nowhere"))],
    ["a layer that reads itself", diagramOf(image(4), units("again", 4, "image", "again"))],
  ])("%s", (_, { svg }) => expect(svg).not.toMatch(/NaN|undefined|Infinity|null/));
});
