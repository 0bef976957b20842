import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkLearning } from "../../bench/peers/learning.js";
import { median } from "../../bench/peers/median.js";
import { networks } from "../../bench/peers/networks.js";
import { chart, markdown, type Row } from "../../bench/peers/report.js";
import * as lenet5 from "../../src/index.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("tables and figure of the comparison are those of the kept results", () => {
  const results = JSON.parse(read("bench/results.json"));
  expect(read("docs/peers.md")).toContain(`<!-- peers -->\n\n${markdown(results)}\n\n<!-- /peers -->`);
  expect(read("docs/peers.svg")).toBe(chart(results).svg);
});

test.each(Object.entries(networks))(
  "network %s has the parameters that it states",
  (_, { image, layers, parameters }) => {
    const makers = lenet5 as unknown as Record<
      string,
      (options: object) => (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor
    >;
    const inputs = lenet5.input({ shape: image });
    const outputs = layers.reduce((x, { layer, ...options }) => makers[layer]!(options)(x), inputs);
    expect(lenet5.model({ inputs, outputs }).summaryData().trainableParams).toBe(parameters);
  },
);

test("the median of an even number of rounds is not the worse of two", () => {
  expect([[7], [1, 2], [9, 4, 3], [1, 2, 4, 9]].map(median)).toEqual([7, 1.5, 4, 3]);
});

test("a framework that does not train as the others do gets no numbers", () => {
  const reasonOf = (losses: number[], slow = false) => {
    const entry = (losses: number[], slow = false) => ({
      process: { losses, contestant: { slow } },
      row: { name: "", threads: 1 } as Row,
    });
    const odd = entry(losses, slow);
    checkLearning([entry([1.6, 0.2, 0.1]), odd, entry([1.7, 0.2, 0.1]), entry([1.6, 0.3, 0.2])]);
    return odd.row.reason;
  };
  expect(reasonOf([1.8, 0.2, 0.1])).toBeUndefined();
  expect(reasonOf([2.3, 2.3, 2.2])).toContain("mean loss");
  expect(reasonOf([0.1, 0.05, 0.01])).toContain("mean loss");
  expect(reasonOf([Number.NaN, Number.NaN, Number.NaN])).toContain("mean loss");
  expect(reasonOf([2.3, 2.2, 2.1], true)).toBeUndefined();
  expect(reasonOf([2.3], true)).toBeUndefined();
  expect(reasonOf([Number.NaN], true)).toContain("NaN");
  expect(reasonOf([2.3, 2.3], true)).toContain("2.3 to 2.3");
});
