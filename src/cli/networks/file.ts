import { basename, resolve } from "node:path";
import type { InputOptions } from "../input-options.ts";
import { openModel } from "../models.ts";
import type { ChosenNetwork } from "./chosen.ts";

/**
 * The network of a model file, also of another program, or of a run, which is trained on: with its weights, and with its
 * optimizer, loss and metrics where it has them.
 */
export function networkOfFile(path: string, input: InputOptions | undefined): ChosenNetwork {
  return {
    name: path,
    file: resolve(path),
    recipe: "other",
    recipeOf: (model) => model,
    title: ({ name }) => `${name}, trained on from ${basename(path)}`,
    phrase: `The network of ${path}`,
    async make({ threads, numerics }) {
      const { model } = await openModel(path, { threads, numerics, input });
      return model;
    },
  };
}
