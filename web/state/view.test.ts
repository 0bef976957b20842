import { expect, it } from "vitest";
import { initialView, readView, type View, viewText } from "./view.ts";

it("a view is read again as it was written", () => {
  const view: View = {
    ...initialView,
    net: "1998",
    area: "break",
    step: 7,
    pin: { layer: "C3", map: 7, row: 4, column: 6 },
    ink: [{ erases: true, points: [{ x: 1, y: 255, width: 22 }] }],
    sample: "mnist.7",
    hide: ["train", "yours"],
    time: 128,
    train: { ...initialView.train, epochs: 2, seed: 3, layers: "conv2d 6, 5" },
  };
  expect(readView(`#${viewText(view)}`)).toEqual({ view, faults: [] });
});

it("the initial view needs no address", () => {
  expect(viewText(initialView)).toBe("");
  expect(readView("")).toEqual({ view: initialView, faults: [] });
});

it.each([
  "adjust=x:99",
  "adjust=size:1",
  "adjust=x:",
  "off=C1",
  "v=2",
  "step=",
  `with=${"a".repeat(300)}`,
  "train=seed:%2525",
  "step=x",
  "pin=C3",
  "ink=%%%",
  "ink=AAAB",
  "area=home",
  "what=1",
  "train=epochs:many",
  "time=now",
  "hide=x",
])("%s in an address is ignored, and said", (text) => {
  const { view, faults } = readView(text);
  expect(view).toEqual(initialView);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(/^The address has .*: expected /);
});
