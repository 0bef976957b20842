import { expect, test } from "vitest";
import { settingRules } from "../sweep/setting-rules.ts";
import { checkedJob, checkedProgress, checkedResult } from "./payload.ts";

const rules = settingRules();
const sha256 = "a".repeat(64);
const job = {
  lenet5: "1.0.0",
  sweep: "lr-0a1b2c3d",
  task: { trial: 1, settings: { epochs: 2, seed: 1, network: "./net.ts" } },
  command: "lenet5 sweep lr.yaml",
  data: { kind: "files", name: "letters", sha256 },
  network: { name: "net.ts", sha256 },
  inStore: false,
};

test("a job stays what it is", () => {
  expect(checkedJob(job, rules)).toEqual(job);
  const { network: _, ...others } = job;
  const digits = { ...others, data: { kind: "digits" }, run: "UEs=" };
  expect(checkedJob(digits, rules)).toEqual(digits);
});

test.each<[object, RegExp]>([
  [{ sweep: "../x" }, /^job\.sweep: /],
  [{ data: { kind: "files", name: "../x", sha256 } }, /^job\.data\.name: expected a name without folders/],
  [{ data: { kind: "mnist" } }, /^job\.data\.sha256: /],
  [{ data: { kind: "web", name: "x", sha256 } }, /^job\.data/],
  [{ data: { kind: "files", name: "..", sha256 } }, /expected a name without folders/],
  [{ network: { name: "/etc/passwd", sha256 } }, /^job\.network\.name: expected a name without folders/],
  [{ network: { name: "net.ts", sha256: "b" } }, /expected a SHA-256/],
  [
    { task: { trial: 1, settings: { out: "/tmp/x" } } },
    /^job\.task\.settings: expected options of lenet5 train, got "out"/,
  ],
  [{ task: { trial: 1, settings: { resume: "x" } } }, /got "resume"/],
  [{ task: { trial: 1, settings: { toString: "x" } } }, /got "toString"/],
  [{ task: { trial: 1, settings: { epochs: "many" } } }, /^job\.task\.settings\.epochs: expected a whole number/],
  [{ task: { trial: 0, settings: {} } }, /^job\.task\.trial: /],
  [{ inStore: "yes" }, /^job\.inStore: /],
])("a job with %j is refused in one line", (wrong, message) => {
  expect(() => checkedJob({ ...job, ...wrong }, rules)).toThrow(message);
});

test.each([null, "job", [], 1])("%j is no job", (given) => {
  expect(() => checkedJob(given, rules)).toThrow(/^job/);
});

const progress = { epochs: 2, history: { val_accuracy: [0.5], val_loss: [null] }, seconds: 1, parameters: 10 };

test("results and progress are trainings, failures and lines, and nothing else", () => {
  expect(checkedResult(progress)).toEqual(progress);
  expect(checkedResult({ failure: "refused" })).toEqual({ failure: "refused" });
  expect(() => checkedResult({ ...progress, seconds: "1" })).toThrow(/^result/);
  expect(checkedProgress(progress)).toEqual(progress);
  expect(checkedProgress({ line: "a" })).toEqual({ line: "a" });
  expect(checkedProgress(3)).toBeUndefined();
});

test("texts of a worker are one line, which cannot steer a terminal", () => {
  const hostile = " a\n\u001b[2Jb\n";
  expect(checkedProgress({ line: hostile })).toEqual({ line: "a \u241b[2Jb" });
  expect(checkedResult({ failure: hostile })).toEqual({ failure: "a \u241b[2Jb" });
  expect(checkedProgress({ line: "a".repeat(1001) })).toBeUndefined();
});
