/** The worker that trains. Where the page is isolated, the library's threads are further workers. */
import * as Comlink from "comlink";
import { described } from "./own-network.ts";
import { prepared } from "./prepare.ts";
import { Session } from "./session.ts";
import type { TrainApi, TrainEvent } from "./train-api.ts";

let session: Session | undefined;

const api: TrainApi = {
  async describe(layers, shape, classes) {
    return described(layers, { shape, classes });
  },
  async train(settings, around, report, isPaused) {
    const post = (event: TrainEvent) => report(Comlink.transfer(event, buffersOf(event)));
    const say = (line: string) => void post({ type: "preparing", line });
    session = new Session(await prepared(settings, { ...around, say }), post);
    if (isPaused) session.pause();
    return session.run();
  },
  async goOn(epochs, learningRate) {
    return session!.goOn(epochs, learningRate);
  },
  pause: () => session?.pause(),
  resume: () => session?.resume(),
  step: () => session?.step(),
  stop: () => session?.stop(),
  weightsAt: (batches) => session?.weightsAt(batches),
};

/** The memory that an event may take along. */
function buffersOf(event: TrainEvent): Transferable[] {
  if (event.type === "weights") return [...event.weights.values()].map(({ data }) => data.buffer);
  return event.type === "batches" ? [event.losses.buffer] : [];
}

Comlink.expose(api);
