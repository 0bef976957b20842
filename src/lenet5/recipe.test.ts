import { describe, expect, it } from "vitest";
import type { Augmentation } from "../augmentation/augmentations.ts";
import { distortions } from "../augmentation/distortions.ts";
import { InputError } from "../core/errors.ts";
import { optimizerNames } from "../training/optimizers/table.ts";
import { lenet5 } from "./lenet5.ts";
import { lenet5Of1998, trainingOf1998 } from "./lenet5-1998.ts";
import { type RecipeOptions, recipe } from "./recipe.ts";
import { bestRecipes, recipes } from "./recipes.ts";

describe("recipe", () => {
  it("of the article: SGD whose rate spans the steps of the training images", () => {
    const { compile, fit, notes } = recipe("article", { images: 1200 });
    expect(fit).toEqual({ epochs: 12, batchSize: 64, shuffle: true, seed: 1, validationSplit: 1 / 12 });
    expect(compile.optimizer).toMatchObject({ type: "sgd", momentum: 0.9, nesterov: true });
    // 1,100 images to train on: 18 batches.
    expect(compile.optimizer.learningRate).toMatchObject({ type: "oneCycle", learningRate: 0.1, totalSteps: 216 });
    expect(notes).toEqual([]);
    expect(recipe("full", { images: 1200 })).toEqual(recipe("article", { images: 1200 }));
  });

  it("of 1998 is the paper's training", () => {
    const paper = trainingOf1998(240);
    const { compile, fit } = recipe("1998", { images: 240, validationSplit: 0, augment: "distortions" });
    expect(compile).toEqual(paper.compile);
    expect(fit).toMatchObject({ ...paper.fit, augment: { type: "distortions", copies: 9 } });
  });

  it("of a model has the loss that its last layer needs, and adam", () => {
    const { compile, fit } = recipe(lenet5(), { images: 100 });
    expect(compile.optimizer).toMatchObject({ type: "adam", learningRate: { learningRate: 0.003 } });
    expect(compile.loss).toEqual(recipe("article", { images: 100 }).compile.loss);
    expect(recipe(lenet5Of1998(), { images: 100 }).compile.loss).toMatchObject({ type: "rbf_map" });
    expect(fit.batchSize).toBe(recipes.other.batchSize);
  });

  it("of modern: distorted images, and no other optimizer for bright ones", () => {
    const { compile, fit, notes } = recipe("modern", { images: 1200 });
    expect(fit).toMatchObject({ ...{ epochs: 20, batchSize: 64 }, augment: recipes.modern.augment });
    expect(fit.augment).not.toHaveProperty("copies");
    // 1,100 images to train on: 18 batches.
    expect(compile.optimizer).toMatchObject({ type: "sgd", momentum: 0.9, nesterov: true });
    expect(compile.optimizer.learningRate).toMatchObject({ learningRate: 0.1, totalSteps: 360 });
    expect(compile.loss).toEqual(recipe("article", { images: 100 }).compile.loss);
    expect(notes).toEqual([]);
    const colour = recipe("modern", { images: 100, preparation: { channels: 3, size: [32, 32] } });
    expect([colour.compile.optimizer.type, colour.notes]).toEqual(["sgd", []]);
  });

  it("best: more epochs, on distorted images; settings that are given hold", () => {
    const usual = recipe("article", { images: 1200 });
    const { compile, fit } = recipe("article", { images: 1200, recipe: "best" });
    expect(fit.epochs).toBeGreaterThan(usual.fit.epochs);
    expect(fit.augment).toMatchObject({ ...bestRecipes.article!.augment });
    expect(compile.optimizer.learningRate).toMatchObject({ totalSteps: 18 * fit.epochs });
    expect(recipe("full", { images: 1200, recipe: "best" })).toEqual({ compile, fit, notes: [] });
    expect(recipe("article", { images: 1200, recipe: "default" })).toEqual(usual);
    const own = recipe("article", { images: 1200, recipe: "best", epochs: 3, augment: "elastic" }).fit;
    expect([own.epochs, (own.augment as Augmentation).type]).toEqual([3, "elastic"]);
  });

  it("has its own distortions, none, or others", () => {
    const augmentOf = (options: object) => recipe("modern", { images: 100, ...options }).fit.augment;
    expect(augmentOf({ augment: "distortions" })).toEqual(augmentOf({}));
    expect(augmentOf({ augment: "none" })).toBeUndefined();
    expect(augmentOf({ augment: "elastic" })).toMatchObject({ type: "elastic", background: 0 });
    expect(recipe("article", { images: 100, augment: "distortions" }).fit.augment).toEqual(distortions());
    // Paper stays paper beyond the edge.
    expect(augmentOf({ preparation: { ink: "dark", size: [32, 32] } })).toMatchObject({ background: 255 });
  });

  it("mirrors in the same step as it distorts, and alone", () => {
    const augmentOf = (options: RecipeOptions) => recipe("article", options).fit.augment;
    const flip = "horizontal";
    expect(augmentOf({ images: 100, flip, recipe: "best" })).toEqual({
      ...augmentOf({ images: 100, recipe: "best" }),
      flip,
    });
    const still = { translation: 0, scaling: 0, squeezing: 0, shear: 0 };
    expect(augmentOf({ images: 100, flip })).toEqual(distortions({ ...still, flip }));
    expect(augmentOf({ images: 100, flip, augment: "elastic" })).toMatchObject([{ flip }, { type: "elastic" }]);
  });

  it("has the peak of the optimizer that is given", () => {
    const { learningRate } = recipe("modern", { images: 100, optimizer: "adam" }).compile.optimizer;
    expect(learningRate).toMatchObject({ learningRate: 0.003 });
  });

  it("takes settings in place of its own", () => {
    const settings = { epochs: 2, batchSize: 10, seed: 7, validationSplit: 0.5 };
    const { compile, fit } = recipe("article", { images: 100, ...settings, optimizer: "adamW", augment: "elastic" });
    expect(fit).toMatchObject({ ...settings, augment: { type: "elastic" } });
    expect(fit.augment).not.toHaveProperty("copies");
    expect(compile.optimizer).toMatchObject({ type: "adamW", weightDecay: 0.2, learningRate: { totalSteps: 10 } });
    const constant = recipe("article", { images: 100, learningRate: 0.5 }).compile.optimizer;
    expect(constant).toMatchObject({ type: "sgd", momentum: 0.9, learningRate: { type: "constant" } });
    // In proportion to small batches.
    const small = recipe("article", { images: 100, batchSize: 16 }).compile.optimizer;
    expect(small.learningRate).toMatchObject({ learningRate: 0.025 });
  });

  it.each(optimizerNames)("has a rate that rises or is the paper's for %s", (optimizer) => {
    const { compile } = recipe("article", { images: 100, optimizer });
    expect(compile.optimizer.type).toBe(optimizer);
    const type = optimizer === "sdlm" ? "piecewiseConstantDecay" : "oneCycle";
    expect(compile.optimizer.learningRate.type).toBe(type);
  });

  it("of bright images has adam in place of sgd, and says so; not where an optimizer is given", () => {
    const dark = { images: 100, preparation: { ink: "dark", size: [32, 32] } } as const;
    const { compile, notes } = recipe("article", dark);
    expect([compile.optimizer.type, notes]).toEqual(["adam", ["Optimizer: adam, as the images are bright on average"]]);
    expect(recipe("1998", dark).compile.optimizer.type).toBe("sdlm");
    const asked = recipe("article", { ...dark, optimizer: "sgd" });
    expect([asked.compile.optimizer.type, asked.notes]).toEqual(["sgd", []]);
  });

  it.each<[unknown, unknown, string]>([
    [
      "lenet",
      { images: 10 },
      'recipe: expected "article", "full", "modern" or "1998", or a model of one output, got "lenet"',
    ],
    [undefined, { images: 10 }, 'recipe: expected "article", "full", "modern" or "1998", or a model of one output'],
    ["article", {}, "recipe images: expected a whole number of at least 1, got undefined"],
    ["article", { images: 1 }, "expected images for training and for validation, got"],
    [
      "1998",
      { images: 10, recipe: "best" },
      'recipe recipe: expected "default" for "1998", got "best", which "article" and "full" have',
    ],
    ["article", { images: 10, flip: "left" }, 'recipe flip: expected "none", "horizontal", "vertical" or '],
    ["full", { images: 10, recipe: "quick" }, 'recipe recipe: expected "default" or "best", got "quick"'],
    ["article", { images: 10, augment: "no" }, 'recipe augment: expected "distortions", "elastic" or "none", got "no"'],
    ["article", { images: 10, optimizer: "best" }, 'recipe optimizer: expected "adadelta", '],
    ["article", { images: 10, epoch: 3 }, '"validationSplit" or "preparation", got "epoch"'],
  ])("refuses %j with %j", (network, options, message) => {
    expect(() => recipe(network as "full", options as RecipeOptions)).toThrow(message);
    expect(() => recipe(network as "full", options as RecipeOptions)).toThrow(InputError);
  });

  it("best: a model of one's own has none", () => {
    expect(() => recipe(lenet5(), { images: 10, recipe: "best" })).toThrow(
      'recipe recipe: expected "default" for a network of your own, got "best", which "article" and "full" have',
    );
  });
});
