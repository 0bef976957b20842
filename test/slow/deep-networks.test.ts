/** Very deep networks: no stack overflows, and time grows with the layers, not with their square. About a minute. */
import { expect, test } from "vitest";
import { timesOfChain } from "../deep-network.ts";

test("20,000 layers take about four times as long as 5,000", async () => {
  await timesOfChain(1000); // functions are compiled
  const [some, many] = [await timesOfChain(5000), await timesOfChain(20_000)];
  // 4 where time grows with the layers, 16 where it grows with their square; short times vary.
  const grown = Object.entries(many).filter(([name, ms]) => ms > 3000 && ms > 10 * some[name]!);
  expect(grown).toEqual([]);
}, 600_000);
