/** The server of the page with whatever a socket may send it. */
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageServer } from "./page-server.ts";
import { bytesResource, type Resource } from "./resource.ts";

const large = new Uint8Array(32e6);
const files = new Map<string, Resource>([
  ["/", { type: "text/html; charset=utf-8", read: async () => Buffer.from("the page") }],
  ["/large", bytesResource(large)],
  ["/broken", { type: "text/plain", read: () => Promise.reject(new Error("EACCES: /home/someone/file")) }],
]);
const errors: string[] = [];
const server = pageServer({ get: (path) => files.get(path) }, "127.0.0.1", ({ message }) => errors.push(message));
const open = new Set<Socket>();

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function connected(): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  open.add(socket.on("error", () => {}));
  await once(socket, "connect");
  return socket;
}

/** What the server sends until it ends the connection. */
async function answerTo(sent: string): Promise<string> {
  const socket = await connected();
  socket.write(sent);
  const parts: Buffer[] = [];
  socket.on("data", (part) => parts.push(part as Buffer));
  await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(parts).toString("latin1");
}

/** The answer to a request, in a connection that ends after it. */
function answerOf(line: string, headers: readonly string[] = ["Host: 127.0.0.1"]): Promise<string> {
  return answerTo([line, ...headers, "Connection: close", "", ""].join("\r\n"));
}

const status = (answer: string) => Number(answer.split(" ")[1] ?? 0);

/** What every answer of ours has. */
const always = [
  "Cross-Origin-Opener-Policy: same-origin",
  "Cross-Origin-Embedder-Policy: require-corp",
  "Cross-Origin-Resource-Policy: same-origin",
  "Content-Security-Policy: default-src 'self'; ",
  "X-Content-Type-Options: nosniff",
  "Referrer-Policy: no-referrer",
];

it.each([
  ["GET / HTTP/1.1", 200],
  ["GET /none HTTP/1.1", 404],
  ["POST / HTTP/1.1", 405],
  ["GET /broken HTTP/1.1", 500],
])("%s: the headers that keep other sites out", async (line, expected) => {
  const answer = await answerOf(line);
  expect(status(answer)).toBe(expected);
  for (const header of always) expect(answer).toContain(`\r\n${header}`);
  expect(answer).not.toMatch(/\r\nAccess-Control/i);
});

it.each([
  ["cross-site", "no-cors", 403],
  ["cross-site", "navigate", 200],
  ["same-origin", "cors", 200],
])("a request of a %s page, mode %s", async (site, mode, expected) => {
  const headers = ["Host: 127.0.0.1", `Sec-Fetch-Site: ${site}`, `Sec-Fetch-Mode: ${mode}`];
  expect(status(await answerOf("GET / HTTP/1.1", headers))).toBe(expected);
});

it.each([
  ["Content-Length: 0", 200],
  ["Content-Length: 5", 400],
  ["Transfer-Encoding: chunked", 400],
  ["Content-Length: 5\r\nTransfer-Encoding: chunked", 400],
])("a request with %s", async (header, expected) => {
  expect(status(await answerOf("GET / HTTP/1.1", ["Host: 127.0.0.1", header]))).toBe(expected);
});

it("a file that cannot be read is named in the terminal, not on the page", async () => {
  errors.length = 0;
  expect(await answerOf("GET /broken HTTP/1.1")).not.toContain("someone");
  expect(errors).toEqual(["EACCES: /home/someone/file"]);
});

it.each([
  "/../etc/passwd",
  "/%2e%2e/etc/passwd",
  "/%2E%2E%2fetc%2fpasswd",
  "/..%5c..%5cpackage.json",
  "/\\..\\package.json",
  "/%00",
  "/%2500",
  "/index.html%00.css",
  "//",
  "///etc/passwd",
  "/./",
  "/.",
  "//127.0.0.1/",
  "http://127.0.0.1/",
  "http://attacker.example/",
  "file:///etc/passwd",
  "*",
  "?",
  "/__proto__",
  "/constructor",
  "/%F0%28%8C%28",
  `/${"a/".repeat(4000)}`,
])("%s is nothing", async (path) => {
  const answer = await answerOf(`GET ${path} HTTP/1.1`);
  expect([400, 404]).toContain(status(answer));
  expect(answer).not.toContain("the page");
});

it.each(["/ x", "/\u0001", "/\r\n", "\u0000"])("a malformed address, %j, is refused", async (path) => {
  expect([400, 404]).toContain(status(await answerOf(`GET ${path} HTTP/1.1`)));
});

it.each(["PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "MKCOL", "COPY", "QUERY"])(
  "%s is not allowed",
  async (method) => {
    const answer = await answerOf(`${method} / HTTP/1.1`, ["Host: 127.0.0.1", "Cookie: secret"]);
    // Methods that this Node does not know are malformed for it.
    expect([400, 405]).toContain(status(answer));
    if (method !== "QUERY") expect(answer).toContain("\r\nAllow: GET, HEAD");
    // TRACE would send the request back, cookies included.
    expect(answer).not.toMatch(/secret|the page/);
  },
);

it("neither a tunnel nor another protocol", async () => {
  expect(await answerTo("CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")).toBe("");
  const upgrade = ["Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket"];
  expect(await answerTo(`GET /none HTTP/1.1\r\n${upgrade.join("\r\n")}\r\n\r\n`)).toMatch(/^HTTP\/1.1 404 /);
  expect(await answerTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
});

it("HEAD has the headers and no content", async () => {
  const answer = await answerOf("HEAD /large HTTP/1.1");
  expect(answer).toContain(`\r\nContent-Length: ${large.length}\r\n`);
  expect(answer.endsWith("\r\n\r\n")).toBe(true);
});

it("a range is answered with the whole, which HTTP allows", async () => {
  for (const range of ["bytes=0-3", "bytes=-1", "bytes=9999999999-", `bytes=${"0-0,".repeat(1000)}0-0`]) {
    const answer = await answerOf("GET / HTTP/1.1", ["Host: 127.0.0.1", `Range: ${range}`]);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer.endsWith("\r\n\r\nthe page")).toBe(true);
  }
});

describe("names of other hosts, which a page of another site could make its own", () => {
  it.each([
    "attacker.example",
    "127.0.0.1.attacker.example",
    "attacker.example:80",
    "localhost.attacker.example",
    "localhost@attacker.example",
    "127.0.0.1@attacker.example",
    "[::1].attacker.example",
    "127.0.0.1 attacker.example",
    "localhost.",
    "2130706433",
    "0x7f.1",
    "",
  ])("%j is refused", async (host) => {
    const answer = await answerOf("GET / HTTP/1.1", [`Host: ${host}`]);
    expect([400, 403]).toContain(status(answer));
    expect(answer).not.toContain("the page");
  });

  it("none is refused, in HTTP/1.0 too", async () => {
    expect(status(await answerOf("GET / HTTP/1.1", []))).toBe(400);
    expect(status(await answerOf("GET / HTTP/1.0", []))).toBe(403);
  });

  it.each(["127.0.0.1", "127.0.0.1:1998", "localhost", "LOCALHOST:80", "[::1]:1998", "a.localhost"])(
    "%s is this machine",
    async (host) => {
      expect(await answerOf("GET / HTTP/1.1", [`Host: ${host}`])).toContain("the page");
    },
  );
});

describe("requests in requests", () => {
  const second = "GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

  it.each([
    ["both lengths", ["Content-Length: 5", "Transfer-Encoding: chunked"], `0\r\n\r\n${second}`],
    ["two lengths", ["Content-Length: 0", `Content-Length: ${second.length}`], second],
    ["a length that is no number", ["Content-Length: 0x10"], second],
    ["an unknown encoding", ["Transfer-Encoding: xchunked"], second],
    ["an encoding after chunked", ["Transfer-Encoding: chunked, identity"], second],
    ["a folded header", ["Transfer-Encoding:", " chunked"], `0\r\n\r\n${second}`],
    ["a space before the colon", ["Transfer-Encoding : chunked"], `0\r\n\r\n${second}`],
    ["a wrong chunk", ["Transfer-Encoding: chunked"], `zz\r\n${second}`],
  ])("%s: no second answer", async (_, headers, body) => {
    for (const method of ["GET", "POST"]) {
      const answer = await answerTo([`${method} / HTTP/1.1`, "Host: 127.0.0.1", ...headers, "", body].join("\r\n"));
      expect(answer).toMatch(/^HTTP\/1.1 (400|405) /);
      expect(answer.match(/HTTP\/1.1 2/g)).toBeNull();
    }
  });

  it("the content of a request is not a request", async () => {
    const head = `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${second.length}\r\n\r\n`;
    const answer = await answerTo(`${head}${second}GET /none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 400"]);
  });

  it("what follows a refused request is not read", async () => {
    const refused = `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`;
    expect((await answerTo(refused + second)).match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 405"]);
  });
});

it("heads above 16 KB are refused", async () => {
  expect(status(await answerOf(`GET /${"a".repeat(20_000)} HTTP/1.1`))).toBe(431);
  expect(status(await answerOf("GET / HTTP/1.1", ["Host: 127.0.0.1", `Cookie: ${"a".repeat(20_000)}`]))).toBe(431);
  const many = Array.from({ length: 3000 }, (_, i) => `x${i}: y`);
  expect(status(await answerOf("GET / HTTP/1.1", ["Host: 127.0.0.1", ...many]))).toBe(431);
});

describe("connections that take their time", () => {
  const { headersTimeout, requestTimeout, timeout } = server;

  it("have limits", () => {
    expect([headersTimeout, requestTimeout, timeout, server.keepAliveTimeout]).toEqual([10_000, 20_000, 60_000, 5000]);
  });

  it("end: nothing sent, half a head, a head byte by byte, half a content", async () => {
    server.headersTimeout = server.requestTimeout = 500;
    const slowly = async () => {
      const socket = await connected();
      const closed = new Promise((resolve) => socket.once("close", resolve));
      const timer = setInterval(() => socket.write("a"), 50);
      socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ");
      await closed;
      clearInterval(timer);
    };
    const half = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nab";
    const heads = ["", "GET / HT", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"].map(answerTo);
    const began = performance.now();
    await Promise.all([...heads, slowly(), answerTo(half)]);
    expect(performance.now() - began).toBeLessThan(20_000);
    Object.assign(server, { headersTimeout, requestTimeout });
  });

  it("end where the answer is not taken", async () => {
    server.timeout = 500;
    const socket = await connected();
    const closed = new Promise((resolve) => server.once("timeout", resolve));
    socket.pause();
    socket.write("GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    await closed;
    server.timeout = timeout;
    socket.destroy();
  });

  it("a thousand of them do not keep another from its answer, and leave nothing", async () => {
    const many = await Promise.all(Array.from({ length: 1000 }, connected));
    for (const socket of many.slice(0, 500)) socket.write("GET / HTTP/1.1\r\n");
    expect(await answerOf("GET / HTTP/1.1")).toContain("the page");
    for (const socket of many) socket.destroy();
    for (let tries = 0; tries < 100 && (await connections()) > 0; tries++) await wait(50);
    expect(await connections()).toBe(0);
  });
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}
