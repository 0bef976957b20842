import fc from "fast-check";
import { expect, test } from "vitest";
import { duplicateKey } from "./json-keys.ts";

test.each([
  ['{"a":1,"a":2}', "a"],
  ['{"a":1,"b":{"c":1,"a":2,"c":3}}', "c"],
  ['{"a":{"b":1},"b":[{"c":1}],"a":2}', "a"],
  ['[[],{"a":[{}],"a":1}]', "a"],
  ['{"\\u0061":1,"a":2}', "a"],
  ['{"":1,"":2}', ""],
  ['{ "a" : 1 , "a" : 2 }', "a"],
  ['{"\\"":1,"\\\\":2,"\\"":3}', '"'],
  ['{"__proto__":1,"__proto__":2}', "__proto__"],
])("%s: a key twice", (text, key) => {
  JSON.parse(text);
  expect(duplicateKey(text)).toBe(key);
});

test.each([
  '{"a":{"a":{"a":1}},"b":{"a":1}}',
  '[{"a":1},{"a":2}]',
  '{"a":[{"b":1},{"b":1}],"b":1}',
  '{"a":"a","b":"a"}',
  '{"a":"{\\"b\\":1,\\"b\\":2}","b":"]}:\\\\"}',
  '{"a":"\\\\","b":"\\\\\\"a\\":","c":":"}',
  '["a","a",":",["a"]]',
  '"a"',
  "3",
  "{}",
])("%s: no key twice", (text) => {
  JSON.parse(text);
  expect(duplicateKey(text)).toBeUndefined();
});

test("the output of JSON.stringify has no duplicate keys", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => {
      expect(duplicateKey(text)).toBeUndefined();
    }),
  );
});
