import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { checkedJson } from "./checked-json.ts";
import { InputError } from "./errors.ts";
import { jsonFrom } from "./json.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("jsonFrom", () => {
  it("reads texts and bytes as JSON.parse does", () => {
    const value = { a: [1, -2.5e3, null, true, 'x "[{\\ é'], "[[[[": {} };
    expect(jsonFrom(JSON.stringify(value), "file")).toEqual(value);
    expect(jsonFrom(bytes(`\ufeff ${JSON.stringify(value)}`), "file")).toEqual(value);
    expect(jsonFrom("12", "file")).toBe(12);
  });

  it.each([
    ["", "file: expected JSON, got an empty text: is the file cut?"],
    [" \n", "file: expected JSON, got an empty text: is the file cut?"],
    ["{} x", "file: expected JSON, got another text (at "],
    ['{"a": \u001b[31m}', "file: expected JSON, got another text"],
    ['["a', "file: expected JSON, got another text"],
    ['["\\', "file: expected JSON, got another text"],
    ["]]]", "file: expected JSON, got another text"],
  ])("refuses %j in one line without quoting it", (text, message) => {
    expect(() => jsonFrom(text, "file")).toThrow(InputError);
    expect(() => jsonFrom(text, "file")).toThrow(message);
    expect(() => jsonFrom(text, "file")).not.toThrow("\u001b");
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(() => jsonFrom(Uint8Array.of(0x22, 0xff, 0x22), "file")).toThrow("file: expected JSON in UTF-8");
  });

  it("counts brackets within each other, not those in strings", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    expect(jsonFrom(nested(100), "file")).toBeInstanceOf(Array);
    expect(() => jsonFrom(nested(101), "file")).toThrow("file: expected at most 100 brackets within each other");
    expect(() => jsonFrom(`{"a":${nested(3)}}`, "file", { depth: 3 })).toThrow("at most 3 brackets");
    expect(jsonFrom(`["\\"${"[".repeat(200)}",${"[],".repeat(200)}{}]`, "file")).toHaveLength(202);
    expect(() => jsonFrom("[".repeat(50_000_000), "file")).toThrow("brackets"); // JSON.parse would overflow the stack
  });

  it("refuses long texts before it reads them", () => {
    expect(jsonFrom('"abc"', "file", { length: 5 })).toBe("abc");
    expect(() => jsonFrom('"abc"', "file", { length: 4 })).toThrow("JSON of at most 4 characters, got 5");
    expect(() => jsonFrom(new Uint8Array(2 ** 26 + 1), "file")).toThrow(`at most ${2 ** 26} characters`);
  });

  it.each([
    '{"__proto__": {"a": 1}}',
    '[{"b": {"__proto__": 1}}]',
    '{"\\u005f_proto__": 1}',
    '{"\\u005F_proto_\\u005f":1}',
  ])("refuses the key of a prototype in %s", (text) => {
    expect(() => jsonFrom(text, "file")).toThrow('file: expected JSON, got the key "__proto__"');
  });

  it("takes __proto__ as a value, and other keys of objects' prototypes as their own", () => {
    expect(jsonFrom('["__proto__"]', "file")).toEqual(["__proto__"]);
    const value = jsonFrom('{"constructor": {"prototype": {"polluted": 1}}, "toString": 2}', "file") as object;
    expect(Object.assign({}, value)).toHaveProperty("toString", 2);
    expect({}).not.toHaveProperty("polluted");
    expect(Object.keys(jsonFrom('{"__proto__": 1}', "file", { anyKey: true }) as object)).toEqual(["__proto__"]);
  });

  it("takes time in proportion to the length", () => {
    const start = performance.now();
    jsonFrom(`[${"{},".repeat(2_000_000)}"__proto__"]`, "file");
    expect(performance.now() - start).toBeLessThan(10_000); // about 1 s
  });
});

describe("checkedJson", () => {
  const schema = v.object({ list: v.array(v.object({ size: v.number() })) });

  it("gives what the schema takes", () => {
    expect(checkedJson(schema, '{"list": [{"size": 1}], "more": 2}', "file")).toEqual({ list: [{ size: 1 }] });
  });

  it("names the place that is wrong", () => {
    expect(() => checkedJson(schema, '{"list": [{"size": 1}, {"size": "2"}]}', "file")).toThrow(
      /^file: list\.1\.size: expected number, got "2"$/,
    );
    expect(() => checkedJson(schema, "1", "file")).toThrow(/^file: content: /);
    expect(() => checkedJson(schema, '{"list": ', "file")).toThrow("file: expected JSON");
  });
});
