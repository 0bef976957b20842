import { expect, test } from "vitest";
import { pretrained, trainingOf1998 } from "../../index.ts";
import { optimizerFor } from "../recipe.ts";
import { networkNames, networks, networksHelp, recipeText, shippedNames } from "./networks.ts";

test("each network has a title, a phrase and a help text of its own", () => {
  for (const field of ["title", "phrase", "help"] as const) {
    const texts = networkNames.map((name) => networks[name][field]);
    expect(new Set(texts).size).toBe(texts.length);
    for (const text of texts) expect(text).not.toBe("");
  }
  expect(networks["1998"].title).toBe("LeNet-5 of 1998");
  expect(networksHelp).toMatch(/^article \(.+\), full \(.+\), 1998 \(.+\)$/);
});

test.each(networkNames)("%s is made for the classes and the seed that it is given", async (name) => {
  const parameters = async (seed: number) => {
    const model = await networks[name].make({ classNames: ["a", "b", "c"], seed, threads: 1 });
    expect(model.outputs.shape).toEqual([3]);
    return [...model.weights.values()].flatMap(({ data }) => [...data]);
  };
  expect(await parameters(1)).toEqual(await parameters(1));
  expect(await parameters(2)).not.toEqual(await parameters(1));
});

test.each(shippedNames)("the weights of %s ship, and fit the network", async (name) => {
  const [shipped, made] = [await pretrained({ network: name }), await networks[name].make({})];
  const shapes = (model: typeof shipped) => [...model.weights].map(([path, { shape }]) => [path, shape]);
  expect(shapes(shipped)).toEqual(shapes(made));
});

test("the recipe of 1998 is the library's", async () => {
  const { optimizer: name, ...fit } = networks["1998"].recipe;
  const { fit: expected, compile } = trainingOf1998(240);
  expect(fit).toEqual(expected);
  const steps = { batchSize: 1, stepsPerEpoch: 240, epochs: 20, learningRate: undefined };
  expect(await optimizerFor(name, steps)).toEqual(compile.optimizer);
});

test("of 1998, class names that are characters are drawn as these", async () => {
  const centresOf = async (classNames: string[]) => {
    const model = await networks["1998"].make({ classNames, threads: 1 });
    return model.summaryData().layers.at(-1)!.config;
  };
  expect(await centresOf(["A", "B"])).not.toEqual(await centresOf(["0", "1"]));
  expect(await centresOf(["zero", "one"])).toEqual(await centresOf(["0", "1"]));
  expect(await centresOf(["0", "0"])).toEqual(await centresOf(["0", "1"]));
  await expect(centresOf(Array.from({ length: 96 }, (_, k) => `class ${k}`))).rejects.toThrow(
    "--network 1998: expected at most 95 classes",
  );
});

test("recipes in words name the networks that differ", () => {
  expect(recipeText("epochs")).toBe("12; network 1998: 20");
  expect(recipeText("batchSize")).toBe("64; network 1998: 1");
  expect(recipeText("optimizer")).toBe("sgd; network 1998: sdlm");
});
