/** A training in Node: the same code as in the worker. */
import { beforeAll, expect, it } from "vitest";
import { usual } from "../state/train-settings.ts";
import { prepared } from "./prepare.ts";
import { Session } from "./session.ts";
import type { TrainEvent } from "./train-api.ts";

const settings = { ...usual, images: 600, epochs: 2, threads: 1, batchSize: 50 };
const around = { page: "http://localhost/", say: () => {} };

type Ended = Extract<TrainEvent, { type: "ended" }>;

/** Trains, and lets `meanwhile` act on each event. */
async function trained(given = {}, meanwhile: (event: TrainEvent, session: Session) => unknown = () => {}) {
  const events: TrainEvent[] = [];
  const session = new Session(await prepared({ ...settings, ...given }, around), async (event) => {
    events.push(event);
    await meanwhile(event, session);
  });
  await session.run();
  const of = <Type extends TrainEvent["type"]>(type: Type) =>
    events.filter((event): event is Extract<TrainEvent, { type: Type }> => event.type === type);
  return { session, events, of, ended: of("ended").at(-1) as Ended };
}

let whole: Awaited<ReturnType<typeof trained>>;
beforeAll(async () => {
  whole = await trained();
});

it("reports every batch's loss, each epoch, and the end", () => {
  const losses = whole.of("batches").flatMap(({ losses }) => [...losses]);
  expect(losses).toHaveLength(22);
  expect(losses[0]).toBeGreaterThan(2);
  expect(losses.at(-1)).toBeLessThan(losses[0]!);
  expect(whole.of("epoch").map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(whole.of("epoch")[1]!.found!.evaluation.confusionMatrix).toHaveLength(10);
  expect(whole.ended).toMatchObject({ isComplete: true, line: "" });
  expect(whole.ended.testAccuracy).toBeGreaterThan(0.1);
});

it("keeps the weights at 0, 1, 2, 4, 8 batches and at epochs", () => {
  expect(
    whole
      .of("moments")
      .at(-1)!
      .moments.map(({ batches }) => batches),
  ).toEqual([0, 1, 2, 4, 8, 11, 22]);
  const at = (batches: number) => whole.session.weightsAt(batches)!.weights.get("C1/kernel")!.data;
  expect(at(0)).not.toEqual(at(1));
  expect(at(22)).toEqual(whole.session.model.weights.get("C1/kernel")!.data);
});

it("pauses do not change what is trained", async () => {
  let pauses = 0;
  const { ended, of } = await trained({}, (event, session) => {
    if (event.type === "begun") session.pause();
    if (event.type === "paused") setTimeout(() => (++pauses < 5 ? session.step() : session.resume()));
  });
  expect(of("paused")).toHaveLength(5);
  expect(
    of("batches")
      .slice(0, 4)
      .map(({ losses }) => losses.length),
  ).toEqual([1, 1, 1, 1]);
  expect(ended.checksum).toBe(whole.ended.checksum);
});

it("stops after a batch, and the same settings stop there again", async () => {
  const first = await trained({}, (event, session) => {
    if (event.type === "batches" && event.first + event.losses.length >= 4) session.stop();
  });
  expect(first.ended.isComplete).toBe(false);
  const { batches } = first.of("weights").at(-1)!;
  const again = await trained({ until: batches });
  expect(again.ended.checksum).toBe(first.ended.checksum);
});

it("more epochs at the rate as it stands give the bits of all in one go", async () => {
  const constant = { learningRate: "0.01" };
  const { session } = await trained({ ...constant, epochs: 1 });
  await session.goOn(1, undefined);
  const { ended } = await trained(constant);
  expect(await session.checksum()).toBe(ended.checksum);
});

it("a rate that is too high ends with its cause", async () => {
  const { ended } = await trained({
    network: "own",
    optimizer: "sgd",
    layers: "conv2d 4 5 linear; flatten; dense 20 linear; dense 20 linear",
    learningRate: "50",
  });
  expect(ended.line).toMatch(/^The loss is no number any more at batch \d+: the learning rate, 50 there, is too high/);
});
