import { describe, expect, expectTypeOf, it } from "vitest";
import {
  belowOne,
  type Check,
  type ConfigOf,
  callable,
  checkedOptions,
  choice,
  finite,
  flag,
  type OptionsOf,
  optional,
  positive,
  required,
  text,
  whole,
  within,
} from "./options.ts";

const spec = {
  size: required((_, size: number | [number, number]) => (typeof size === "number" ? [size, size] : size)),
  momentum: optional(within(0, 1), 0),
  rate: optional(positive, 0.1),
  steps: optional(whole(), undefined),
  share: optional(belowOne, 0),
  nesterov: optional(flag, false),
  padding: optional(choice(["valid", "same"]), "valid"),
};

describe("checkedOptions", () => {
  it("completes options with their defaults, as the config keeps them", () => {
    expect(checkedOptions("thing", spec, { size: 2 })).toEqual({
      size: [2, 2],
      momentum: 0,
      rate: 0.1,
      share: 0,
      nesterov: false,
      padding: "valid",
    });
    expect(checkedOptions("thing", spec, { size: [1, 2], steps: 3, momentum: 1 })).toMatchObject({
      size: [1, 2],
      steps: 3,
      momentum: 1,
    });
  });

  it("treats an option that is undefined as absent", () => {
    expect(checkedOptions("thing", spec, { size: 2, momentum: undefined }).momentum).toBe(0);
  });

  it.each([
    [{}, "thing size: expected"],
    [{ size: 2, momentun: 0.9 }, 'got "momentun"'],
    [{ size: 2, momentum: 2 }, "thing momentum: expected a finite number from 0 to 1, got 2"],
    [{ size: 2, rate: 0 }, "thing rate: expected a finite number above 0, got 0"],
    [{ size: 2, steps: 1.5 }, "thing steps: expected a whole number of at least 1, got 1.5"],
    [{ size: 2, rate: 1e-320 }, "thing rate: expected a finite number above 0, got 1e-320 (0 in 32 bits)"],
    [{ size: 2, rate: 1e39 }, "thing rate: expected a finite number above 0, got 1e+39 (Infinity in 32 bits)"],
    [{ size: 2, share: 1 }, "thing share: expected a number in [0, 1), got 1"],
    [{ size: 2, share: 1 - 2 ** -40 }, "thing share: expected a number in [0, 1), got 0.9999999999990905"],
    [{ size: 2, nesterov: "yes" }, 'thing nesterov: expected true or false, got "yes"'],
    [{ size: 2, padding: "full" }, 'thing padding: expected "valid" or "same", got "full"'],
    [undefined, "thing: expected options such as { size: ... }, got undefined"],
  ])("refuses %j", (options, message) => {
    const strict = { ...spec, size: required(whole()) };
    expect(() => checkedOptions("thing", strict, options as never)).toThrow(message);
  });

  it("has types that follow from the declaration", () => {
    expectTypeOf<OptionsOf<typeof spec>["size"]>().toEqualTypeOf<number | [number, number]>();
    expectTypeOf<OptionsOf<typeof spec>["padding"]>().toEqualTypeOf<"valid" | "same" | undefined>();
    expectTypeOf<ConfigOf<typeof spec>["size"]>().toEqualTypeOf<number[]>();
    expectTypeOf<ConfigOf<typeof spec>["momentum"]>().toEqualTypeOf<number>();
    expectTypeOf<ConfigOf<typeof spec>["steps"]>().toEqualTypeOf<number | undefined>();
    // Interfaces can be made of a declaration.
    interface ThingOptions extends OptionsOf<typeof spec> {}
    const thing: ThingOptions = { size: 3, rate: 0.2 };
    expect(checkedOptions("thing", spec, thing).rate).toBe(0.2);
    // @ts-expect-error size is required
    expect(() => checkedOptions("thing", { size: required(whole()) }, {})).toThrow();
  });
});

describe("a check", () => {
  const makeOne = () => 1;
  const checks: Record<
    string,
    [check: Check<never, unknown>, accepted: unknown[], refused: unknown[], expected: string]
  > = {
    finite: [finite, [0, -1e30, 2.5], [Number.NaN, Number.POSITIVE_INFINITY, 1e300, "2", null], "a finite number"],
    belowOne: [belowOne, [0, 0.999], [-0.1, 1, 2, Number.NaN, "0.5", null], "a number in [0, 1)"],
    text: [text, ["a", " "], ["", 3, null, {}], "a text"],
    callable: [callable(), [makeOne, Math.max], [undefined, {}, "makeOne"], "a function"],
  };

  it.each(Object.entries(checks))("%s returns the values that it accepts and refuses all others", (_, entry) => {
    const [check, accepted, refused, expected] = entry;
    for (const value of accepted) expect(check("thing size", value as never)).toBe(value);
    for (const value of refused)
      expect(() => check("thing size", value as never)).toThrow(`thing size: expected ${expected}, got `);
  });
});
