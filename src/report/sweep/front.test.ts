import { expect, test } from "vitest";
import { decided, sweepOf, trialOf } from "../../../test/made-up-sweep.ts";
import { textWidth } from "../drawing/text.ts";
import { fenced } from "./fence.ts";
import { costFront, frontOf } from "./front.ts";
import { parallelCoordinates } from "./parallel.ts";
import type { TrialJson } from "./sweep-results.ts";

test("the front has the trials that none beats at the same cost or a lower one", () => {
  const values = [0.5, 0.4, 0.7, 0.7, 0.9];
  const sweep = sweepOf(values.map((value, i) => trialOf(i + 1, value, { optimizer: "sgd" })).reverse());
  expect(frontOf(sweep, "parameters").map(({ trial }) => trial)).toEqual([1, 3, 5]);
  const loss = { ...sweep, metric: "val_loss" as const };
  expect(frontOf(loss, "seconds").map(({ trial }) => trial)).toEqual([1, 2]);
});

test("trials that did not learn do not press the others together", () => {
  const good = Array.from({ length: 12 }, (_, i) => trialOf(i + 1, 0.97 + i / 1000, { optimizer: "sgd" }));
  const values = (trials: readonly TrialJson[]) => trials.map(({ value }) => value!);
  expect(fenced(decided, values(good))).toEqual({ min: 0.97, max: 0.981, beyond: 0 });
  const bad = [0.1, 0.11].map((value, i) => trialOf(20 + i, value, { optimizer: "adam" }));
  const sweep = sweepOf([...good.reverse(), ...bad]);
  expect(fenced(sweep, values(sweep.trials))).toEqual({ min: 0.97, max: 0.981, beyond: 2 });
  for (const figure of [costFront(sweep, "seconds"), parallelCoordinates(sweep)])
    expect(figure.note).toContain("2 trials are worse than the axis shows");
  // A loss is better where it is smaller.
  expect(fenced({ metric: "val_loss" }, [0.1, 0.11, 0.12, 0.13, 2.3])).toEqual({ min: 0.1, max: 0.13, beyond: 1 });
});

test("trials of fewer epochs have rings, and the best has a mark", () => {
  const early = (trial: number, value: number, epochs: number) =>
    trialOf(trial, value, { optimizer: "sgd" }, { state: "stopped", epochs });
  const sweep = sweepOf([trialOf(3, 0.9, { optimizer: "adam" }), early(1, 0.6, 1), early(2, 0.5, 1)]);
  const figure = costFront(sweep, "seconds");
  expect(figure.keys.map(({ name, open }) => [name, open === true]).slice(2)).toEqual([
    ["2 epochs", false],
    ["1 epoch", true],
  ]);
  expect(figure.svg).toContain("best: trial 3");
  expect(costFront(decided, "seconds").keys).toHaveLength(2);
});

test("a trial that is worse than the axis shows has an arrow at its end, with its value", () => {
  const values = [0.98, 0.975, 0.97, 0.965, 0.1];
  const sweep = sweepOf(values.map((value, i) => trialOf(i + 1, value, { optimizer: "sgd" })));
  const cost = costFront(sweep, "seconds");
  expect(cost.note).toBe("1 trial is worse than the axis shows (arrow)");
  const [, tip, text] =
    /<title>trial 5: 10\.00%<\/title><path d="M\S+ \S+L\S+ ([\d.]+)Z"[^>]*\/><text[^>]*>([^<]*)</.exec(cost.svg)!;
  expect(text).toBe("10.00%");
  // Below every dot.
  const dots = [...cost.svg.matchAll(/<circle cx="[\d.]+" cy="([\d.]+)" r="[34]"/g)].map(([, y]) => Number(y));
  expect(Math.max(...dots)).toBeLessThan(Number(tip) - 10);
  expect(parallelCoordinates(sweep).svg).toContain(">↓ 10.00%<");
  const losses = { ...sweepOf(values.map((value, i) => trialOf(i + 1, 1 / value, {}))), metric: "val_loss" as const };
  expect(costFront(losses, "seconds").svg).toMatch(/<title>trial 5: 10\.0<\/title><path/);
  expect(parallelCoordinates(losses).svg).toContain(">↓ 10.0<");
});

test("the axis shows all values where the better ones still have a quarter of it", () => {
  const values = [0.79, 0.78, 0.72, 0.72, 0.7, 0.64, 0.51, 0.33];
  expect(fenced(decided, values)).toEqual({ min: 0.33, max: 0.79, beyond: 0 });
});

test("the name of the best trial is above every dot, and the last tick ends within the figure", () => {
  const trainings = (seconds: number) => [{ seed: 1, values: [0.4, 0.5], seconds, parameters: 1000 }];
  for (const [best, other] of [
    [80, 20],
    [20, 80],
    [4000, 50],
  ] as const) {
    const trials = [0.97, 0.9].map((value, i) =>
      trialOf(i + 1, value, {}, { trainings: trainings(i === 0 ? best : other) }),
    );
    const { inline } = costFront(sweepOf(trials), "seconds");
    const width = Number(/viewBox="0 0 (\d+)/.exec(inline)![1]);
    const [, x, y, name] = /<text x="([\d.]+)" y="([\d.]+)" font-weight="600">(best: [^<]*)</.exec(inline)!;
    expect(Number(x) + textWidth(name!, 13)).toBeLessThanOrEqual(width);
    const rings = [...inline.matchAll(/cy="([\d.]+)" r="7\.5"/g)].map(([, cy]) => Number(cy) - 7.5);
    expect(rings).toHaveLength(1);
    expect(rings[0]).toBeGreaterThan(Number(y) + 4);
    const ticks = [...inline.matchAll(/<text[^>]*translate\(([\d.]+),[\d.]+\)"[^>]*>([^<]* (?:s|min))</g)];
    expect(ticks.length).toBeGreaterThan(0);
    const spans = ticks.map(([, x, text]) => [Number(x), textWidth(text!, 12) / 2] as const);
    for (const [x, half] of spans) expect(x + half).toBeLessThanOrEqual(width);
    for (const [i, [x, half]] of spans.slice(1).entries()) expect(spans[i]![0] + spans[i]![1]).toBeLessThan(x - half);
  }
});
