import { expect, test } from "vitest";
import { columnsOf } from "../../core/columns.ts";
import { wrapped } from "./wrapped.ts";

/** Time of the processor: on a busy machine, the clock tells nothing. */
const milliseconds = () => process.cpuUsage().user / 1000;

test("rows are broken at spaces, and within words that are wider than a row", () => {
  expect(wrapped("one two three", 20)).toEqual(["one two three"]);
  expect(wrapped("one two three", 8)).toEqual(["one two", "  three"]);
  expect(wrapped("  one two", 7)).toEqual(["  one", "    two"]);
  expect(wrapped("one abcdefghij", 6)).toEqual(["one", "  abcd", "  efgh", "  ij"]);
  expect(wrapped("one  two", 20)).toEqual(["one  two"]);
  for (const row of wrapped("数字".repeat(50), 9)) expect(columnsOf(row)).toBeLessThanOrEqual(9);
  expect(wrapped("abc", 1)).toEqual(["a", "  b", "  c"]);
});

test("a word of 100,000 letters takes linear time", () => {
  const start = milliseconds();
  expect(wrapped("a".repeat(100_000), 80).length).toBeGreaterThan(1200);
  expect(milliseconds() - start).toBeLessThan(3000);
});
