import { expect, test } from "vitest";
import { EndedTrainings } from "./ended-trainings.ts";

const ended = (bytes: number) => ({
  packed: new Uint8Array(bytes),
  result: { epochs: 1, history: { val_accuracy: [0.5], val_loss: [0.5] }, seconds: 1, parameters: 10 },
});
const ids = ["a", "b", "c"];

test("the oldest trainings are dropped where all runs together have too many bytes", () => {
  const trainings = new EndedTrainings(10);
  const kept = () => ids.filter((id) => trainings.get(id));
  trainings.set("a", ended(4));
  trainings.set("b", ended(6));
  expect(kept()).toEqual(["a", "b"]);
  trainings.set("c", ended(1));
  expect(kept()).toEqual(["b", "c"]);
  // One that ended again is the newest.
  trainings.set("b", ended(6));
  trainings.set("a", ended(4));
  expect(kept()).toEqual(["a", "b"]);
  trainings.delete("b");
  expect(kept()).toEqual(["a"]);
  trainings.set("c", ended(11));
  expect(kept()).toEqual([]);
});
