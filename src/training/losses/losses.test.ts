import { describe, expect, it } from "vitest";
import { rbfMap } from "./rbf-map.ts";
import { checkedLoss, losses, lossNames } from "./table.ts";

describe.each(lossNames)("%s", (name) => {
  it("is the same by name, as an object and as saved JSON", () => {
    const loss = checkedLoss("loss", name);
    expect(loss.type).toBe(name);
    expect(checkedLoss("loss", loss)).toEqual(loss);
    expect(checkedLoss("loss", JSON.parse(JSON.stringify(loss)))).toEqual(loss);
  });

  it("refuses an unknown option", () => {
    expect(() => checkedLoss("loss", { type: name, jj: 1 })).toThrow(/expected (options .*|no options), got "jj"/);
  });
});

it("losses of distances take class numbers", () => {
  for (const name of lossNames) if (losses[name].outputs === "distances") expect(losses[name].targets).toBe("classes");
});

it("rbf_map has j, default 5, above 0", () => {
  expect(checkedLoss("loss", "rbf_map")).toEqual({ type: "rbf_map", j: 5 });
  expect(rbfMap({ j: 2 })).toEqual({ type: "rbf_map", j: 2 });
  for (const j of [0, -1, Number.NaN]) {
    expect(() => rbfMap({ j })).toThrow("rbfMap j: expected a finite number above 0");
    expect(() => checkedLoss("loss", { type: "rbf_map", j })).toThrow("rbfMap j: expected a finite number above 0");
  }
});

it.each([["hnge"], [undefined], [null], [3], [{ type: "hnge" }], [{}], [{ loss: "rbf_map", j: 5 }]])(
  "refuses %j",
  (given) => {
    expect(() => checkedLoss("compile loss", given)).toThrow(/^compile loss.*: expected .*, got /);
  },
);
