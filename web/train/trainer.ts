/** The page's side of the worker that trains: it follows requests, and keeps the stores and the network up to date. */
import * as Comlink from "comlink";
import { get } from "svelte/store";
import { dataOfUser } from "../networks/data.ts";
import { replaced, updated } from "../networks/networks.ts";
import type { DataId } from "../state/data.ts";
import { addKnown, network, notice, other, show, view } from "../state/state.ts";
import type { TrainSettings } from "../state/train-settings.ts";
import { asked, draft, type Moment, TRAINED, type TrainingRequest, training, untrained } from "../state/training.ts";
import { initialView } from "../state/view.ts";
import { faultOf, roundsOf } from "./check.ts";
import { counted } from "./numbers.ts";
import { addBatches, addEpoch, begin, change, clear, extend, later } from "./progress.ts";
import type { TrainApi, TrainEvent, Weights } from "./train-api.ts";
import TrainWorker from "./train-worker.ts?worker";

let worker: Worker | undefined;
let api: Comlink.Remote<TrainApi> | undefined;
/** Whether the worker has trained: the next training gets a new one, so that no memory stays behind. */
let isUsed = false;
/** The newest weights; those on the stage are older ones while the user looks back. */
let newest: { readonly weights: Weights; readonly epoch: number } | undefined;

/** The worker, for questions about networks. */
export function trainWorker(): Comlink.Remote<TrainApi> {
  if (!api) {
    const made = new TrainWorker();
    made.addEventListener("error", () => {
      // Later failures come as answers of the worker.
      if (made === worker && get(training).status === "preparing")
        failed(new Error("The part of the page that trains could not be loaded: load the page again."));
    });
    worker = made;
    api = Comlink.wrap<TrainApi>(made);
  }
  return api;
}

function release(): void {
  api?.[Comlink.releaseProxy]();
  worker?.terminate();
  api = undefined;
  worker = undefined;
  isUsed = false;
}

/** Follows what is asked of the training, and the moment that the user looks at. Called once. */
export function followRequests(): void {
  asked.subscribe((request) => {
    if (!request) return;
    asked.set(undefined);
    void follow(request);
  });
  let time = get(view).time;
  view.subscribe((now) => {
    if (now.time === time) return;
    time = now.time;
    void look();
  });
}

async function follow(request: TrainingRequest): Promise<void> {
  const { status } = get(training);
  const isOver = status === "idle" || status === "ended";
  if (request === "again") {
    notice.set({
      text: "The network of this link is trained again in your browser, to the same weights.",
      isError: false,
    });
    return start(get(view).train, false);
  }
  if (request === "reset" || (request === "stop" && status === "preparing")) return reset();
  if (isOver) {
    if (request !== "start" && request !== "step") return;
    show({ train: { ...(get(draft) ?? get(view).train), more: "", until: 0 }, time: undefined });
    draft.set(undefined);
    return start(get(view).train, request === "step");
  }
  if (request === "start" || status === "preparing") return;
  if (request === "resume") {
    change({ status: "running", line: "", checksum: undefined });
    stopAt(get(training).plan?.settings.until ?? 0);
  }
  await trainWorker()[request]();
}

/** Trains from the seed's initial weights. */
async function start(settings: TrainSettings, isStep: boolean): Promise<void> {
  const fault = faultOf(settings);
  if (fault !== undefined) return notice.set({ text: fault, isError: true });
  if (isUsed) release();
  isUsed = true;
  clear();
  newest = undefined;
  change({ ...untrained, settings, status: "preparing", line: "Preparing" });
  const own = trainWorker();
  let steps = isStep ? 1 : 0;
  const report = async (event: TrainEvent) => {
    if (own !== api) return;
    const isFirstStep = event.type === "paused" && steps-- > 0;
    await (isFirstStep ? own.step() : heard(event));
  };
  try {
    const around = { page: document.baseURI, yours: dataOfUser(settings.data as DataId) };
    let isComplete = await own.train(settings, around, Comlink.proxy(report), isStep);
    for (const { epochs, learningRate } of roundsOf(settings.more)) {
      if (!isComplete || own !== api) return;
      extend(epochs);
      isComplete = await own.goOn(epochs, learningRate);
    }
  } catch (error) {
    if (own === api) failed(error as Error);
  }
}

/** More epochs after the last one, at a constant learning rate, or with "" at the rate as it stands. */
export async function goOn(epochs: number, learningRate: string): Promise<void> {
  const { train } = get(view);
  const round = learningRate === "" ? `${epochs}` : `${epochs}@${learningRate}`;
  const settings = { ...train, more: `${train.more} ${round}`.trim() };
  const fault = faultOf(settings);
  if (fault !== undefined) return notice.set({ text: fault, isError: true });
  const own = trainWorker();
  show({ train: settings, time: undefined });
  change({ settings });
  extend(epochs);
  try {
    await own.goOn(epochs, learningRate === "" ? undefined : Number(learningRate));
  } catch (error) {
    if (own === api) failed(error as Error);
  }
}

/** Ends a training and shows the seed's initial weights again. */
async function reset(): Promise<void> {
  const own = api;
  const initial = isUsed ? await own?.weightsAt(0) : undefined;
  if (own !== api) return;
  release();
  clear();
  newest = undefined;
  show({ train: { ...(get(draft) ?? get(view).train), more: "", until: 0 }, time: undefined });
  draft.set(undefined);
  change(untrained);
  if (initial) await updated(TRAINED, initial.weights, 0);
  else leaveStage();
}

/** Shows the network that comes with the page where a training has not begun. */
function leaveStage(): void {
  if (get(view).net === TRAINED && get(network)?.id !== TRAINED) show({ net: initialView.net });
  if (get(view).with === TRAINED && get(other)?.id !== TRAINED) show({ with: initialView.with });
}

function failed(error: Error): void {
  leaveStage();
  change({ status: "ended", line: error.message });
  notice.set({ text: error.message, isError: true });
}

async function heard(event: TrainEvent): Promise<void> {
  switch (event.type) {
    case "preparing":
      return change({ line: event.line });
    case "begun": {
      const { plan } = event;
      begin(plan);
      await replaced(TRAINED, { type: "file", bytes: event.model, name: "the trained network" });
      addKnown(TRAINED, "Trained here");
      if (get(view).with !== TRAINED) show({ net: TRAINED });
      return change({ plan, status: "running", line: "" });
    }
    case "batches":
      return addBatches(event);
    case "weights":
      newest = event;
      return showNewest();
    case "moments":
      later({ moments: event.moments });
      return checkTime(event.moments);
    case "epoch":
      return addEpoch(event);
    case "paused":
      change({ status: "paused", checksum: event.checksum });
      return stopAt(get(training).batches);
    case "ended":
      return ended(event);
  }
}

function ended({ line, checksum, testAccuracy, isComplete }: Extract<TrainEvent, { type: "ended" }>): void {
  change({ status: "ended", line, checksum, testAccuracy, secondsLeft: undefined });
  const { batches: done, moments } = get(training);
  if (!isComplete) stopAt(done);
  checkTime(moments);
}

/** Keeps in the address where the training stands, so that a link gives the same weights; 0 for its end. */
function stopAt(until: number): void {
  const settings = { ...get(view).train, until };
  show({ train: settings });
  change({ settings });
}

/** Shows the moment of the view once it is there, and says so where it is not kept. */
function checkTime(moments: readonly Moment[]): void {
  const { time } = get(view);
  const newest = moments.at(-1);
  if (time === undefined || !newest) return;
  if (moments.some(({ batches: at }) => at === time)) return void look();
  if (newest.batches < time && get(training).status !== "ended") return;
  notice.set({
    text: `The weights after ${counted(time)} batches are not kept: the newest are shown.`,
    isError: false,
  });
  show({ time: undefined });
}

/** Puts the newest weights on the stage, unless the user looks back. */
async function showNewest(): Promise<void> {
  if (newest && get(view).time === undefined) await updated(TRAINED, newest.weights, newest.epoch);
}

/** Puts the weights of the moment of the view on the stage. */
async function look(): Promise<void> {
  const { time } = get(view);
  if (time === undefined) return showNewest();
  const found = isUsed ? await api?.weightsAt(time) : undefined;
  if (found && get(view).time === time) await updated(TRAINED, found.weights, found.epoch);
}
