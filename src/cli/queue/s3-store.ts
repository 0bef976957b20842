/** S3, or what has its interface, by the AWS SDK: an optional package, loaded when a store of this kind is used. */
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import type * as s3 from "@aws-sdk/client-s3";
import { environment } from "#platform";
import { InputError } from "../../core/errors.ts";
import { s3Error } from "./s3-error.ts";
import type { S3Place } from "./s3-place.ts";
import { checkSize, checkStore, MAX_STORED, type Store } from "./store.ts";

/** Milliseconds for a connection, and without a byte after that. */
const CONNECTION = 5000;
const SILENCE = 10_000;
/** How often something is asked for. The pauses between, some 6 seconds together, bridge a restart of the store. */
const REQUESTS = 8;
/** How often an object is read that is cut off. */
const READINGS = 3;

/**
 * Keys, region and endpoint are those that the SDK finds: in AWS's own variables, a profile, or the role of the machine.
 * @throws InputError in one line where the package is missing, or the bucket cannot be read or written
 */
export async function s3Store({ bucket, prefix }: S3Place): Promise<Store> {
  const { S3Client, GetObjectCommand, PutObjectCommand } = await loaded();
  const endpoint = otherEndpoint();
  const shown = `s3://${bucket}/${prefix}${endpoint ? ` at ${endpoint.origin}` : ""}`;
  const refusal = (error: unknown) => s3Error(error, shown);
  const clientOf = (maxAttempts: number) =>
    new S3Client({
      // Other stores than Amazon's need no region, and have no host for each bucket.
      ...(endpoint && {
        endpoint: endpoint.href,
        forcePathStyle: true,
        region: environment("AWS_REGION") ?? "us-east-1",
      }),
      maxAttempts,
      requestHandler: { connectionTimeout: CONNECTION, socketTimeout: SILENCE },
      // Not every store but Amazon's knows those that the SDK adds by itself.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
  const client = clientOf(REQUESTS);
  const placeOf = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });

  const putBy = (client: s3.S3Client) => async (name: string, content: Uint8Array) => {
    checkSize(name, content);
    await client.send(new PutObjectCommand({ ...placeOf(name), Body: content })).catch((error) => {
      throw refusal(error);
    });
  };
  const store: Store = {
    async get(name) {
      for (let reading = 1; ; reading++) {
        const object = await client.send(new GetObjectCommand(placeOf(name))).catch((error: Error) => {
          if (error.name !== "NoSuchKey") throw refusal(error);
        });
        if (!object) return undefined;
        try {
          return await contentOf(object, `${name} in ${shown}`);
        } catch (error) {
          if (error instanceof InputError) throw error;
          if (reading === READINGS) throw refusal(error);
        }
      }
    },
    put: putBy(clientOf(1)),
  };
  // Nothing has this name: where that is the answer, keys, region, bucket and endpoint are right.
  if (await store.get(`lenet5-${randomUUID()}`)) throw refusal(new Error("it does not answer as S3 does"));
  await checkStore({ get: store.get, put: putBy(client) }, shown);
  return store;
}

/** @throws Error where it is cut off, InputError where it is too large */
async function contentOf({ Body: body, ContentLength: length }: s3.GetObjectCommandOutput, what: string) {
  const parts: Uint8Array[] = [];
  let size = 0;
  // A loop that is left ends the connection.
  for await (const part of body as Readable) {
    size += part.length;
    if (Math.max(size, length ?? 0) > MAX_STORED)
      throw new InputError(`--store: expected at most ${MAX_STORED} bytes, got more: ${what}`);
    parts.push(part);
  }
  if (length !== undefined && size !== length) throw new Error(`expected ${length} bytes, got ${size}`);
  const { buffer, byteOffset } = Buffer.concat(parts);
  return new Uint8Array(buffer, byteOffset, size);
}

/** The address of a store that is not Amazon's. */
function otherEndpoint(): URL | undefined {
  const name = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].find((variable) => environment(variable) !== undefined);
  if (name === undefined) return undefined;
  const given = environment(name)!;
  if (/^https?:/.test(given) && URL.canParse(given)) return new URL(given);
  // It may hold a password.
  throw new InputError(`${name}: expected an address such as https://store:9000, got another text`);
}

async function loaded(): Promise<typeof s3> {
  // On Node 20, ten lines about its versions of 2027.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  try {
    return await import("@aws-sdk/client-s3");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new InputError(
      "--store: expected the package @aws-sdk/client-s3 beside lenet5, got none: install it with npm install @aws-sdk/client-s3",
      { cause: error },
    );
  }
}
