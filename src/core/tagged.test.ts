import { expect, it } from "vitest";
import { InputError } from "./errors.ts";
import { taggedOptions } from "./tagged.ts";

const types = ["step", "cosine"] as const;

it("the tag and the options are separated", () => {
  expect(taggedOptions("rate", { type: "cosine", alpha: 0, steps: 3 }, types)).toEqual({
    type: "cosine",
    options: { alpha: 0, steps: 3 },
  });
});

it.each([[null], [undefined], [3], ["step"], [{}], [{ steps: 3 }], [[]]])("refuses %j, which has no tag", (given) => {
  const refused = () => taggedOptions("rate", given, types);
  expect(refused).toThrow(/^rate: expected an object such as \{ type: "step" \}, got /);
  expect(refused).toThrow(InputError);
});

it("refuses a tag of another table", () => {
  expect(() => taggedOptions("rate", { type: "adam" }, types)).toThrow(
    'rate type: expected "step" or "cosine", got "adam"',
  );
});
