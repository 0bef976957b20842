import { expect, test } from "vitest";
import { widest } from "../../core/columns.ts";
import { measuredLines } from "./measured-lines.ts";

const names = ["runs/first", "runs/second-with-a-name"];
const measured = {
  images: 2000,
  right: 1900,
  members: [
    { right: 1800, without: 1899 },
    { right: 1850, without: 1901 },
  ],
};

test("a table where it fits, else a few lines for each", () => {
  const table = measuredLines(names, measured, 80);
  expect(table).toEqual([
    "                         accuracy  all without it  it helps by",
    "runs/first                 90.00%          94.95%     +1 image",
    "runs/second-with-a-name    92.50%          95.05%     -1 image",
    "all together               95.00%",
  ]);
  expect(measuredLines(names, measured, widest(table))).toEqual(table);
  const list = measuredLines(names, measured, 40);
  expect(widest(list)).toBeLessThanOrEqual(40);
  expect(list).toEqual([
    "runs/first",
    "  accuracy:       90.00%",
    "  all without it: 94.95%",
    "  it helps by:    +1 image",
    "runs/second-with-a-name",
    "  accuracy:       92.50%",
    "  all without it: 95.05%",
    "  it helps by:    -1 image",
    "all together",
    "  accuracy:       95.00%",
  ]);
});
