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
  ["s3:", /with lower-case letters and two slashes/],
  ["s3:/x", /with lower-case letters and two slashes/],
  ["S3://sweeps", /with lower-case letters and two slashes/],
  ["s3://", /with a bucket of 3 to 63 lower-case letters, digits, dots and hyphens/],
  ["s3://Sweeps", /with a bucket of 3 to 63 lower-case letters/],
  ["s3://my_sweeps", /with a bucket of 3 to 63 lower-case letters/],
  ["s3://a", /with a bucket of 3 to 63 lower-case letters/],
  ["s3://-sweeps", /a letter or digit at each end/],
  ["s3://sweeps//a", /with a prefix whose parts are not empty/],
  ["s3://sweeps/../a", /with a prefix whose parts are not empty/],
  ["s3://k:secret@sweeps", /with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/],
])("%s is refused by the rule that it breaks, and not repeated", (given, rule) => {
  expect(() => s3Place(given)).toThrow(rule);
  expect(() => s3Place(given)).toThrow(
    /^--store: expected s3:\/\/bucket\/prefix with [^_@]*(AWS_\w+ and AWS_\w+)?, got another text$/,
  );
});
