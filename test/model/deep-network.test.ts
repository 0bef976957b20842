import { expect, test } from "vitest";
import { timesOfChain } from "../deep-network.ts";

// test/slow/deep-networks.test.ts compares the times of more layers.
test("a chain of 2,000 layers is built, shown, run, trained, saved and loaded", async () => {
  const times = Object.values(await timesOfChain(2000));
  expect(times).toHaveLength(11);
  expect(Math.max(...times)).toBeLessThan(10_000); // 0.5 s
}, 60_000);
