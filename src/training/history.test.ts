import { expect, it } from "vitest";
import { display } from "../core/display.ts";
import { addEpoch, emptyHistory, type History } from "./history.ts";

const threeEpochs = (): History => {
  const history = emptyHistory();
  addEpoch(history, 4, { loss: 3 });
  addEpoch(history, 5, { loss: 2, val_loss: 2.5 });
  addEpoch(history, 6, { loss: 1 });
  return history;
};

it("a number that an epoch lacks is NaN, also for earlier epochs", () => {
  const { epochs, history } = threeEpochs();
  expect(epochs).toEqual([4, 5, 6]);
  expect(history).toEqual({ loss: [3, 2, 1], val_loss: [Number.NaN, 2.5, Number.NaN] });
});

it("has only its numbers in JSON", () => {
  expect(JSON.parse(JSON.stringify(threeEpochs()))).toEqual({
    epochs: [4, 5, 6],
    history: { loss: [3, 2, 1], val_loss: [null, 2.5, null] },
  });
  expect(Reflect.ownKeys({ ...threeEpochs() })).toEqual(["epochs", "history"]);
});

it("displays its curves in a notebook, also those of epochs added later", async () => {
  const shown = await (Reflect.get(threeEpochs(), display) as () => Promise<Record<string, string>>)();
  expect(shown["text/html"]).toContain("validation: 2.5 at epoch 5");
  expect(shown["text/plain"]).toBe(JSON.stringify(threeEpochs()));
});
