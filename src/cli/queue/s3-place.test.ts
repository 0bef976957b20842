import { expect, test } from "vitest";
import { s3Place } from "./s3-place.ts";

test.each([
  ["s3://sweeps", "sweeps", ""],
  ["s3://sweeps/", "sweeps", ""],
  ["s3://my.sweeps-1/mnist", "my.sweeps-1", "mnist/"],
  ["s3://sweeps/a b/é/", "sweeps", "a b/é/"],
])("%s", (given, bucket, prefix) => {
  expect(s3Place(given)).toEqual({ bucket, prefix });
});

test("a path is a folder, whatever is in it", () => {
  for (const path of ["/mnt/s3://x", "store", "./s3", "C:\\store"]) expect(s3Place(path)).toBeUndefined();
});

test.each([
  "s3:",
  "s3://",
  "s3:/x",
  "S3://sweeps",
  "s3://Sweeps",
  "s3://a",
  "s3://sweeps//a",
  "s3://sweeps/../a",
  "s3://k:secret@sweeps",
])("%s is refused, and not repeated", (given) => {
  expect(() => s3Place(given)).toThrow(/^--store: expected s3:\/\/bucket\/prefix, .* got another text$/);
});
