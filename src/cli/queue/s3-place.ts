import { InputError } from "../../core/errors.ts";

/** A part of a bucket. */
export interface S3Place {
  readonly bucket: string;
  /** What the names in it begin with: empty, or with a slash at its end. */
  readonly prefix: string;
}

/** The place that a text such as `s3://bucket/prefix` names; undefined for the path of a folder. */
export function s3Place(given: string): S3Place | undefined {
  if (!/^s3:/i.test(given)) return undefined;
  const [, bucket, path = ""] = /^s3:\/\/([^/]*)(?:\/(.*?))?\/?$/.exec(given) ?? [];
  if (bucket === undefined) throw refusal("with lower-case letters and two slashes");
  if (/[@:]/.test(bucket)) throw refusal("with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  if (!/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(bucket))
    throw refusal(
      "with a bucket of 3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at each end",
    );
  if (path !== "" && path.split("/").some((part) => /^\.{0,2}$/.test(part)))
    throw refusal('with a prefix whose parts are not empty, "." or ".."');
  return { bucket, prefix: path === "" ? "" : `${path}/` };
}

/** The text may hold keys: it is not shown. */
function refusal(rule: string): InputError {
  return new InputError(`--store: expected s3://bucket/prefix ${rule}, got another text`);
}
