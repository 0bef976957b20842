import { expect, it } from "vitest";
import type { Moment } from "../state/training.ts";
import { isKept, mostMoments, nearest, placeOf, thinned, untilNext } from "./moments.ts";

it("weights are kept at 1, 2, 4, 8, ... batches", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map(untilNext)).toEqual([1, 1, 2, 1, 4, 3, 2, 1, 8]);
  expect([1, 2, 3, 4, 6, 8].map(isKept)).toEqual([true, true, false, true, false, true]);
});

it("at most 64 stay: the first, the newest, and every second epoch of those between", () => {
  let kept: readonly Moment[] = [0, 1, 2, 4, 8, 16].map((batches) => ({ batches, images: batches }));
  for (let epoch = 1; epoch <= 1000; epoch++) {
    kept = thinned([...kept, { batches: 30 * epoch, images: 30 * epoch, epoch }]);
    expect(kept.length).toBeLessThanOrEqual(64);
    expect(kept.at(-1)!.epoch).toBe(epoch);
  }
  expect(kept.slice(0, 7).map(({ batches }) => batches)).toEqual([0, 1, 2, 4, 8, 16, 32 * 30]);
  const gaps = kept.slice(7).map(({ epoch = 0 }, i) => epoch - kept[i + 6]!.epoch!);
  expect(Math.max(...gaps)).toBe(32);
});

it("of large networks fewer are kept", () => {
  expect([60_806, 1e6, 1e8].map(mostMoments)).toEqual([64, 16, 3]);
  const moments = [0, 1, 2, 4, 8, 16, 32].map((batches) => ({ batches, images: batches }));
  expect(thinned(moments, 3).map(({ batches }) => batches)).toEqual([0, 8, 32]);
  expect(thinned(moments.slice(0, 6), 3).map(({ batches }) => batches)).toEqual([0, 8, 16]);
});

it("places are logarithmic, from 0 to 1", () => {
  expect(placeOf(0, 1023)).toBe(0);
  expect(placeOf(31, 1023)).toBeCloseTo(0.5);
  expect(placeOf(1023, 1023)).toBe(1);
  const moments = [0, 31, 1023].map((images) => ({ batches: images, images }));
  expect([0, 0.2, 0.3, 0.6, 0.8, 1].map((place) => nearest(moments, place, 1023))).toEqual([0, 0, 1, 1, 2, 2]);
});
