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
  const [, bucket, path = ""] = /^s3:\/\/([a-z\d][a-z\d.-]{1,61}[a-z\d])(?:\/(.*?))?\/?$/.exec(given) ?? [];
  const isPath = path === "" || path.split("/").every((part) => !/^\.{0,2}$/.test(part));
  // Another text may hold keys: it is not shown.
  if (bucket === undefined || !isPath)
    throw new InputError(
      "--store: expected s3://bucket/prefix, with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, got another text",
    );
  return { bucket, prefix: path === "" ? "" : `${path}/` };
}
