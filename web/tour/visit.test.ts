/** Going from step to step: what the view becomes, and what counts as having left a step. */
import { lenet5, preparationOfModel } from "lenet5";
import { get } from "svelte/store";
import { beforeEach, expect, it } from "vitest";
import type { Forward } from "../state/network.ts";
import { forward, network, view } from "../state/state.ts";
import { initialView } from "../state/view.ts";
import { page } from "./page.ts";
import { steps } from "./steps.ts";
import { answer, answers, arrive, entered, goTo, keepTicks, ticked, wayBack } from "./visit.ts";

const model = lenet5({ seed: 1, threads: 1 });
const image: Forward["input"] = {
  shape: [32, 32, 1],
  data: Uint8Array.from({ length: 1024 }, (_, i) => i % 251),
  scale: 1 / 255,
};
const facts = {
  id: "article",
  title: "LeNet-5",
  summary: model.summaryData(),
  weights: model.weights,
  outputsDistances: false,
  preparation: preparationOfModel(model).preparation,
  classNames: [..."0123456789"],
};
const pass = async (predicted: number): Promise<Forward> => {
  const { layers } = await model.layerOutputs(image);
  return {
    network: "article",
    input: { ...image },
    layers,
    scores: [...layers.at(-1)!.values],
    predicted,
    judgement: undefined,
  };
};
const byName = (name: string) => steps.findIndex((step) => step.name === name) + 1;
const back = (name: string) => wayBack(get(view), steps[byName(name) - 1]!.told(get(page)!));

beforeEach(async () => {
  view.set(initialView);
  network.set(facts);
  forward.set(await pass(3));
  entered.set(undefined);
  answers.set({});
  ticked.set(new Set());
});

it("a step sets its part of the view, and the next takes it back", () => {
  goTo(byName("kernel"));
  expect(get(view)).toMatchObject({ step: byName("kernel"), pin: { layer: "C1" } });
  goTo(byName("sharing"));
  expect(get(view)).toEqual({ ...initialView, step: byName("sharing") });
  goTo(byName("today"));
  expect(get(view).with).toBe("1998");
});

it("what the address says stays; the step fills in the rest", () => {
  const pin = { layer: "C1", map: 5, row: 1, column: 2 };
  view.set({ ...initialView, step: byName("kernel"), pin });
  arrive(byName("kernel"));
  expect(get(view).pin).toEqual(pin);
  view.set({ ...initialView, step: byName("kernel") });
  arrive(byName("kernel"));
  expect(get(view).pin).toMatchObject({ layer: "C1" });
  expect(get(entered)?.page.view.pin).toEqual(get(view).pin);
});

it("who pins a unit has left a step, unless that is its task", () => {
  goTo(byName("sharing"));
  expect(back("sharing")).toEqual({});
  view.update((now) => ({ ...now, pin: { layer: "C3", map: 0, row: 0, column: 0 } }));
  expect(back("sharing")).toEqual({ pin: undefined });
  goTo(byName("field"));
  view.update((now) => ({ ...now, pin: { layer: "C5", map: 0, row: 0, column: 0 } }));
  expect(back("field")).toEqual({});
});

it("a task is ticked when it is done, and not before the first answer of a page that loads", async () => {
  forward.set(undefined);
  const stop = keepTicks();
  arrive(1);
  forward.set(await pass(3));
  expect(get(ticked)).toEqual(new Set());
  forward.set(await pass(8));
  expect(get(ticked)).toEqual(new Set([1]));
  goTo(byName("flat"));
  expect(get(ticked)).toEqual(new Set([1]));
  goTo(byName("sharing"));
  answer({ shares: false });
  expect(get(ticked)).toEqual(new Set([1, byName("sharing")]));
  stop();
});
