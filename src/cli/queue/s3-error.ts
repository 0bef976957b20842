import type { S3ServiceException } from "@aws-sdk/client-s3";
import { environment } from "#platform";
import { InputError } from "../../core/errors.ts";
import { oneLine } from "../output.ts";
import { Refused } from "./store.ts";

const DENIED = "access is denied; these keys need s3:GetObject, s3:PutObject and s3:ListBucket";
const REGION = "the bucket is in another region; set AWS_REGION to it";
const UNREACHABLE = "there is no answer; check AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, and the network";

/** By the names of errors of S3 and of the SDK, the codes of the system, and one message of the SDK. */
const reasons: Readonly<Record<string, string>> = {
  CredentialsProviderError: "there are no keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  InvalidAccessKeyId: "it does not know this key; check AWS_ACCESS_KEY_ID",
  SignatureDoesNotMatch: "the secret key is wrong; check AWS_SECRET_ACCESS_KEY",
  ExpiredToken: "the keys have expired; set new ones, with AWS_SESSION_TOKEN",
  InvalidToken: "the session token is wrong; check AWS_SESSION_TOKEN",
  AccessDenied: DENIED,
  Forbidden: DENIED,
  NoSuchBucket: "there is no such bucket; make it, or correct its name",
  "Region is missing": "there is no region; set AWS_REGION to that of the bucket",
  PermanentRedirect: REGION,
  AuthorizationHeaderMalformed: REGION,
  ECONNREFUSED: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  TimeoutError: UNREACHABLE,
};

/** A failure of a request to S3, in one line without keys. A store that cannot be reached may be there again later. */
export function s3Error(error: unknown, shown: string): InputError {
  const { name, code, message, $metadata } = error as NodeJS.ErrnoException &
    Partial<Pick<S3ServiceException, "$metadata">>;
  const found = [name, code ?? "", message].find((known) => Object.hasOwn(reasons, known));
  const status = `it does not answer as S3 does, with status ${$metadata?.httpStatusCode}`;
  const other = [name, message].includes("UnknownError") ? status : withoutKeys(message || name);
  const reason = found === undefined ? other : `${reasons[found]} (${found})`;
  const isRefusal = found !== undefined && reasons[found] !== UNREACHABLE;
  return new (isRefusal ? Refused : InputError)(`--store: cannot use ${shown}: ${reason}`, { cause: error });
}

/** A store may repeat in a message what it was sent. */
function withoutKeys(message: string): string {
  const secrets = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].flatMap((name) => environment(name) ?? []);
  return secrets.reduce((text, secret) => text.replaceAll(secret, "***"), oneLine(message));
}
