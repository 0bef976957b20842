/** Facts of single networks; test/members/networks.ts checks the pieces of every network. */
import { expect, test } from "vitest";
import { networks, recipeText } from "./networks.ts";

test("1998: class names that are characters have the bitmaps of these characters", async () => {
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

test("the help text of a recipe names the networks that differ", () => {
  expect(recipeText("epochs")).toBe("12; network modern: 20; network 1998: 20; recipe best: 40");
  expect(recipeText("batchSize")).toBe("64; network 1998: 1");
  expect(recipeText("augment")).toBe("none; network modern: distortions; recipe best: distortions");
  expect(recipeText("optimizer")).toBe("sgd; network 1998: sdlm");
});
