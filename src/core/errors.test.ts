import { expect, test } from "vitest";
import { checkOptions, InputError, listed, numberWithin, oneOf, shown, wholeNumber } from "./errors.ts";

test("an InputError is an Error with the name InputError", () => {
  const error = new InputError("wrong");
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe("InputError");
});

test.each([
  [[], "nothing"],
  [["a"], '"a"'],
  [["a", "b"], '"a" or "b"'],
  [["a", "b", "c"], '"a", "b" or "c"'],
])("listed: %j", (names, text) => expect(listed(names)).toBe(text));

test("oneOf: returns a known name, and lists the allowed names for another", () => {
  expect(oneOf("x", "b", ["a", "b"])).toBe("b");
  expect(() => oneOf("x", "c", ["a", "b"])).toThrow(new InputError('x: expected "a" or "b", got "c"'));
  expect(() => oneOf("x", 3 as never, ["a"])).toThrow(new InputError('x: expected "a", got 3'));
});

test("wholeNumber: a whole number that is large enough", () => {
  expect([wholeNumber("x", 1), wholeNumber("x", 0, 0), wholeNumber("x", 7, 7)]).toEqual([1, 0, 7]);
  expect(() => wholeNumber("x", 0)).toThrow(new InputError("x: expected a whole number of at least 1, got 0"));
  expect(() => wholeNumber("x", 6, 7)).toThrow("at least 7, got 6");
  for (const value of [1.5, Number.NaN, Infinity, "2" as never])
    expect(() => wholeNumber("x", value)).toThrow(InputError);
});

test("numberWithin: both limits are allowed, infinite numbers are not", () => {
  expect([numberWithin("x", 0, 0, 1), numberWithin("x", 1, 0, 1), numberWithin("x", 9, -2)]).toEqual([0, 1, 9]);
  const refusals: [unknown, number, number | undefined, string][] = [
    [1.1, 0, 1, "from 0 to 1, got 1.1"],
    [-0.1, 0, 1, "from 0 to 1, got -0.1"],
    [-3, -2, undefined, "of at least -2, got -3"],
    [0, Number.MIN_VALUE, undefined, "above 0, got 0"],
    [Number.NaN, 0, undefined, "of at least 0, got NaN"],
    [Infinity, 0, undefined, "of at least 0, got Infinity"],
    ["0.5", 0, 1, 'from 0 to 1, got "0.5"'],
  ];
  for (const [value, least, most, end] of refusals) {
    const refused = () => numberWithin("x", value as number, least, most);
    expect(refused).toThrow(new InputError(`x: expected a finite number ${end}`));
  }
});

test("checkOptions: an object that has only known names", () => {
  checkOptions("thing", {}, ["a", "b"]);
  checkOptions("thing", { b: undefined, a: 1 }, ["a", "b"]);
  expect(() => checkOptions("thing", { a: 1, c: 2 }, ["a", "b"])).toThrow(
    new InputError('thing: expected options "a" or "b", got "c"'),
  );
  for (const options of [undefined, null, 3, "a", [1], () => 1]) {
    expect(() => checkOptions("thing", options, ["a"])).toThrow("thing: expected options such as { a: ... }, got ");
  }
});

/** A list that contains itself. */
const endless: unknown[] = [];
endless.push(endless);

test.each<[unknown, string]>([
  ["a", '"a"'],
  ["é\n".repeat(50), JSON.stringify("é\n".repeat(30))],
  [() => 1, "a function"],
  [undefined, "undefined"],
  [null, "null"],
  [-0.5, "-0.5"],
  [3n, "3"],
  [[1, "b"], 'an array [1,"b"]'],
  [{ a: 1 }, 'an object {"a":1}'],
  [[1n], 'an array ["1"]'],
  [endless, "an array"],
  [{ toJSON: () => undefined }, "an object"],
  [{ long: "x".repeat(99) }, `an object {"long":"${"x".repeat(51)}`],
])("shown: %s", (value, text) => expect(shown(value)).toBe(text));
