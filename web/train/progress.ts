/** What a training reports, in the stores: figures change at most four times a second. */
import { get } from "svelte/store";
import { addLosses, longerBand, lossAxis, lossBand } from "../state/loss-band.ts";
import { losses, type Training, type TrainingPlan, training } from "../state/training.ts";
import { roundUp } from "./numbers.ts";
import { Pace } from "./pace.ts";
import type { TrainEvent } from "./train-api.ts";

/** Milliseconds between two changes of the figures. */
const BEAT = 250;

let pace = new Pace();
/** Changes that wait for the next beat. */
let changes: Partial<Training> = {};
let timer: ReturnType<typeof setTimeout> | undefined;

type EventOf<Type extends TrainEvent["type"]> = Extract<TrainEvent, { readonly type: Type }>;

/** Forgets what waits, and all losses. */
export function clear(): void {
  clearTimeout(timer);
  timer = undefined;
  changes = {};
  pace = new Pace();
  losses.set(undefined);
}

/** Makes room for the losses of a training. */
export function begin({ stepsPerEpoch, epochs, guessing }: TrainingPlan): void {
  losses.set({ band: lossBand(stepsPerEpoch * epochs), top: lossAxis(guessing), version: 0 });
}

/** Makes room for more epochs. */
export function extend(epochs: number): void {
  const { plan } = get(training);
  if (!plan) return;
  const longer = { ...plan, epochs: plan.epochs + epochs };
  const now = get(losses);
  if (now)
    losses.set({ ...now, band: longerBand(now.band, longer.epochs * plan.stepsPerEpoch), version: now.version + 1 });
  change({ plan: longer, status: "running", line: "", checksum: undefined, testAccuracy: undefined });
}

/** Adds the losses of batches. */
export function addBatches({ first, losses: each, learningRate, time }: EventOf<"batches">): void {
  const now = get(losses);
  const { plan } = get(training);
  if (!now || !plan) return;
  if (now.top === undefined) losses.set({ ...now, top: roundUp(Math.max(...each)) });
  addLosses(now.band, first, each);
  const done = first + each.length;
  pace.add(each.length * plan.batchSize, time);
  const left = (plan.epochs * plan.stepsPerEpoch - done) * plan.batchSize;
  const { imagesPerSecond } = pace;
  later({
    batches: done,
    loss: each.reduce((sum, loss) => sum + loss, 0) / each.length,
    learningRate,
    imagesPerSecond,
    secondsLeft: imagesPerSecond && left / imagesPerSecond,
  });
}

/** Adds an epoch to the history. */
export function addEpoch({ epoch, logs, found }: EventOf<"epoch">): void {
  const { epochs, history } = get(training).history;
  const names = Object.keys({ ...history, ...logs });
  const added = names.map((name) => [name, [...(history[name] ?? []), logs[name] ?? null]]);
  change({ history: { epochs: [...epochs, epoch], history: Object.fromEntries(added) }, newest: found });
}

/** Changes the store now, with what waits. */
export function change(some: Partial<Training>): void {
  clearTimeout(timer);
  timer = undefined;
  const all = { ...changes, ...some };
  changes = {};
  if ("batches" in all) losses.update((now) => now && { ...now, version: now.version + 1 });
  training.update((now) => ({ ...now, ...all }));
}

/** Changes the store at the next beat. */
export function later(some: Partial<Training>): void {
  changes = { ...changes, ...some };
  timer ??= setTimeout(() => change({}), BEAT);
}
