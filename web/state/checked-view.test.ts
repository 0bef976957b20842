import { lenet5, modern } from "lenet5";
import { get } from "svelte/store";
import { beforeEach, expect, it } from "vitest";
import { checkView } from "./checked-view.ts";
import type { NetworkFacts } from "./network.ts";
import { network, notice, show, view } from "./state.ts";
import { initialView, type Unit } from "./view.ts";

checkView();

beforeEach(() => {
  network.set(undefined);
  view.set(initialView);
  notice.set(undefined);
});

const facts = { id: "article", summary: lenet5({ threads: 1 }).summaryData() } as unknown as NetworkFacts;
const unit = (layer: string, map: number, row: number, column: number): Unit => ({ layer, map, row, column });

it("a unit that the network has stays", () => {
  show({ pin: unit("output", 0, 0, 3), second: unit("C3", 15, 9, 9) });
  network.set(facts);
  expect(get(view).pin).toEqual(unit("output", 0, 0, 3));
  expect(get(view).second).toEqual(unit("C3", 15, 9, 9));
  expect(get(notice)).toBeUndefined();
});

it("a unit that the network lacks is refused once the network is there", () => {
  show({ pin: unit("output", 3, 0, 0), second: unit("C1", 0, 0, 0) });
  expect(get(view).pin).toBeDefined();
  network.set(facts);
  expect(get(view).pin).toBeUndefined();
  expect(get(view).second).toBeUndefined();
  expect(get(notice)).toEqual({
    text: "The network has no unit output.3.0.0: expected output.0.0.0 to output.0.0.9.",
    isError: true,
  });
});

it("a second unit that the network lacks leaves the first", () => {
  network.set(facts);
  show({ pin: unit("C1", 0, 0, 0), second: unit("Q9", 0, 0, 0) });
  expect(get(view).pin).toBeDefined();
  expect(get(view).second).toBeUndefined();
  expect(get(notice)?.text).toMatch(/^The network has no layer of the unit Q9.0.0.0: expected .*C1, .*output/);
});

it("names the layers as the stage does, and takes their units by those names", () => {
  network.set({ id: "modern", summary: modern({ threads: 1 }).summaryData() } as unknown as NetworkFacts);
  show({ net: "modern", pin: unit("C2", 3, 12, 14) });
  expect(get(view).pin).toEqual(unit("C2", 3, 12, 14));
  show({ pin: unit("C3", 0, 0, 0) });
  expect(get(notice)?.text).toBe(
    "The network has no layer of the unit C3.0.0.0: expected image, C1, C2, S3, C4, C5, S6, C7, C8, means, output.",
  );
});

it("waits for the network that the view names", () => {
  network.set(facts);
  show({ net: "other", pin: unit("X", 0, 0, 0) });
  expect(get(view).pin).toBeDefined();
});

it("a network is not compared with itself", () => {
  show({ net: "1998", with: "1998" });
  expect(get(view).with).toBe("");
  expect(get(notice)?.text).toMatch(/not compared with itself/);
});
