import type { Picture, Tensor } from "lenet5";
import { get } from "svelte/store";
import { expect, it, vi } from "vitest";
import { unadjusted } from "../state/adjust.ts";
import { prepared } from "../state/drawing.ts";
import type { NetworkFacts } from "../state/network.ts";
import { input, network, other, otherInput } from "../state/state.ts";
import { adjustFor, followOtherInput } from "./other-input.ts";

const image = (side: number): Tensor<Uint8Array> => ({ shape: [side, side, 1], data: new Uint8Array(side * side) });
const facts = (id: string, size: number) => ({ id, preparation: { size: [size, size] } }) as unknown as NetworkFacts;

it("the second network prepares the same picture itself; an image without a picture is fitted", async () => {
  const [own, zeros, picture] = [image(28), image(28), { width: 1, height: 1, data: new Uint8Array(4) } as Picture];
  const worker = { prepare: vi.fn(async () => own), fitted: vi.fn(async () => zeros) };
  followOtherInput(worker);
  const given = image(32);
  network.set(facts("article", 32));
  prepared.set({ picture, input: given });
  input.set(given);
  expect(get(otherInput)).toBeUndefined();

  other.set(facts("same", 32));
  await vi.waitFor(() => expect(get(otherInput)).toBe(given));
  expect(worker.prepare).not.toHaveBeenCalled();

  other.set(facts("small", 28));
  await vi.waitFor(() => expect(get(otherInput)).toBe(own));
  expect(worker.prepare).toHaveBeenCalledWith(picture, "small");
  expect(worker.fitted).not.toHaveBeenCalled();

  const sample = image(32);
  input.set(sample);
  await vi.waitFor(() => expect(get(otherInput)).toBe(zeros));
  expect(worker.fitted).toHaveBeenCalledWith(sample, "small");

  other.set(undefined);
  await vi.waitFor(() => expect(get(otherInput)).toBeUndefined());
});

it("a box stays as far from the middle of a smaller image", () => {
  const adjust = { ...unadjusted, x: 3, box: 4, row: 16, column: 10 };
  expect(adjustFor(adjust, image(32), image(28))).toEqual({ ...adjust, row: 14, column: 8 });
  expect(adjustFor(adjust, image(32), image(32))).toBe(adjust);
});
