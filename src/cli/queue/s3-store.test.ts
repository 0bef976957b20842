/** Against a server that answers as a test says. test/slow/queue-store.test.ts has a real one. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openStore } from "./open-store.ts";
import { Refused, TooLarge } from "./store.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let requests: IncomingMessage[];
let answer: Answer;
let kept: Map<string, Buffer>;
beforeEach(async () => {
  requests = [];
  kept = new Map();
  answer = keeping;
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const none = { AWS_ENDPOINT_URL: "", AWS_SESSION_TOKEN: "", AWS_PROFILE: "" };
  const nowhere = {
    AWS_CONFIG_FILE: "/nowhere",
    AWS_SHARED_CREDENTIALS_FILE: "/nowhere",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const given = {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret-key",
  };
  for (const [name, value] of Object.entries({ ...none, ...nowhere, ...given })) vi.stubEnv(name, value);
  vi.stubEnv("AWS_REGION", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
  server.closeAllConnections();
});

/** An answer as S3 gives it where something is wrong. */
function failing(status: number, code: string, message = "no"): Answer {
  return (_, response) =>
    response
      .writeHead(status, { "content-type": "application/xml" })
      .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}

const sending =
  (content: string, length = content.length): Answer =>
  (_, response) => {
    response.writeHead(200, { "content-length": length }).write(content);
    // What was written is sent before.
    if (length === content.length) response.end();
    else setTimeout(() => response.destroy(), 20);
  };

/** A store without any trouble. */
const keeping: Answer = (request, response) => {
  const [path] = request.url!.split("?") as [string];
  const parts: Buffer[] = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    if (request.method === "PUT") kept.set(path, Buffer.concat(parts));
    const content = request.method === "PUT" ? "" : kept.get(path);
    if (content === undefined) failing(404, "NoSuchKey")(request, response);
    else response.end(content);
  });
};

/** One after the other; the last one again and again. */
function inTurn(...answers: Answer[]): Answer {
  return (request, response) => (answers.length > 1 ? answers.shift()! : answers[0]!)(request, response);
}

test("what is put is got; a request is signed, and has no secret", async () => {
  const store = await openStore("s3://sweeps/mnist");
  const content = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  await store.put("lr-1/0001-seed-1.zip", content);
  expect(Buffer.compare((await store.get("lr-1/0001-seed-1.zip"))!, content)).toBe(0);
  const paths = new Set(requests.map(({ url }) => url!.split("?")[0]));
  expect([...paths]).toEqual([
    expect.stringMatching(/^\/sweeps\/mnist\/lenet5-[\w-]{36}$/),
    "/sweeps/mnist/lenet5-check",
    "/sweeps/mnist/lr-1/0001-seed-1.zip",
  ]);
  for (const { headers } of requests) {
    expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=key\/\d+\/us-east-1\/s3\/aws4_request/);
    expect(JSON.stringify(headers)).not.toContain("secret-key");
    // Stores that are not Amazon's may refuse what they do not know.
    expect(Object.keys(headers).filter((name) => /checksum|trailer/.test(name))).toEqual([]);
  }
  expect(await store.get("lr-1/0002-seed-1.zip")).toBeUndefined();
});

test.each<[string, Answer, RegExp]>([
  ["a wrong key", failing(403, "SignatureDoesNotMatch"), /the secret key is wrong; check AWS_SECRET_ACCESS_KEY \(SignatureDoesNotMatch\)$/],
  ["a key without rights", failing(403, "AccessDenied"), /these keys need s3:GetObject, s3:PutObject and s3:ListBucket \(AccessDenied\)$/],
  ["a bucket that is not there", failing(404, "NoSuchBucket"), /there is no such bucket; make it, or correct its name \(NoSuchBucket\)$/],
  ["a message with the secret", failing(400, "Odd", "your secret-key"), /: your \*\*\*$/],
  ["a server that is no store", (_, response) => response.writeHead(404).end("<html>no</html>"), /: it does not answer as S3 does, with status 404$/],
])("%s: one line", async (_, given, reason) => {
  answer = given;
  const opened = openStore("s3://sweeps/mnist");
  await expect(opened).rejects.toThrow(/^--store: cannot use s3:\/\/sweeps\/mnist\/ at http:\/\/127\.0\.0\.1:\d+: [^\n]+$/);
  await expect(opened).rejects.toThrow(reason);
  expect(requests).toHaveLength(1);
}); // biome-ignore format: one line each

test("no keys, no region, no endpoint, nobody there: one line", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "");
  await expect(openStore("s3://sweeps")).rejects.toThrow(
    /there are no keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/,
  );
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_ENDPOINT_URL_S3", "user:secret@store");
  await expect(openStore("s3://sweeps")).rejects.toThrow("AWS_ENDPOINT_URL_S3: expected an address such as https://store:9000, got another text"); // biome-ignore format: one line
  vi.stubEnv("AWS_ENDPOINT_URL_S3", "");
  await expect(openStore("s3://sweeps")).rejects.toThrow(/there is no region; set AWS_REGION/);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1");
  await expect(openStore("s3://sweeps")).rejects.toThrow(
    /at http:\/\/127\.0\.0\.1:1: there is no answer; .*\(ECONNREFUSED\)$/,
  );
});

test("a store that is busy is asked again, and an answer that was cut off is read again", async () => {
  const store = await openStore("s3://sweeps");
  answer = inTurn(failing(503, "SlowDown"), sending("whole", 100), failing(500, "InternalError"), sending("whole"));
  expect(new TextDecoder().decode(await store.get("a"))).toBe("whole");
  answer = sending("cut", 100);
  await expect(store.get("a")).rejects.toThrow(/^--store: cannot use s3:\/\/sweeps\/ [^\n]+$/);
});

test("more bytes than a run or a part of data has are refused before they are read", async () => {
  const store = await openStore("s3://sweeps");
  answer = sending("x", 2 ** 28 + 1);
  await expect(store.get("a")).rejects.toThrow(
    /^--store: expected at most 268435456 bytes, got more: a in s3:\/\/sweeps/,
  );
});

test("a store that cannot be written is refused when it is opened", async () => {
  answer = (request, response) =>
    (request.method === "PUT" ? failing(403, "AccessDenied") : keeping)(request, response);
  await expect(openStore("s3://sweeps")).rejects.toThrow(
    /these keys need s3:GetObject, s3:PutObject .*\(AccessDenied\)$/,
  );
  answer = (request, response) => (request.method === "PUT" ? response.end() : keeping(request, response));
  await expect(openStore("s3://sweeps")).rejects.toThrow(
    /^--store: expected to read from s3:\/\/sweeps\/ .* what was written to it, got something else$/,
  );
});

test("what is put is sent once: who puts it tries again, unless it was refused or is too large", async () => {
  const store = await openStore("s3://sweeps");
  requests = [];
  answer = failing(503, "SlowDown");
  const busy = store.put("a", new Uint8Array(1));
  await expect(busy).rejects.toThrow(/^--store: cannot use s3:\/\/sweeps\//);
  await expect(busy).rejects.not.toBeInstanceOf(Refused);
  answer = failing(403, "AccessDenied");
  await expect(store.put("a", new Uint8Array(1))).rejects.toBeInstanceOf(Refused);
  expect(requests).toHaveLength(2);
  const large = store.put("a", new Uint8Array(2 ** 28 + 1));
  await expect(large).rejects.toBeInstanceOf(TooLarge);
  await expect(large).rejects.toThrow(/^--store: expected at most 268435456 bytes, got 268435457 for a$/);
  expect(requests).toHaveLength(2);
});
