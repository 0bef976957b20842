/** Requests that `lenet5 play` must refuse: paths outside of the page, other methods, broken HTTP. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

const parts = [
  "..",
  "%2e%2e",
  "%252e%252e",
  "..%2f",
  "..%5c",
  "..\\",
  "%00",
  "etc",
  "passwd",
  "package.json",
  "assets",
];
const extra = ["weights", "index.html", "%c0%ae", "%", "\x01", "é", ".", "", "a".repeat(3000), "C:", "file:", "?", "#"];
const methods = ["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "G\x00T"];
const hosts = ["localhost", "127.0.0.1", "attacker.example", "", "localhost\r\nX: y", "[::1]"];
const headers = [
  "",
  "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
  "Range: bytes=0-1\r\n",
  `X: ${"y".repeat(20_000)}\r\n`,
];

/**
 * The server, which all cases share.
 * @type {{ port: number } | undefined}
 */
let server;

async function started() {
  const child = spawn(process.execPath, [command, "play", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.on("exit", () => child.kill());
  let text = "";
  for await (const data of child.stdout) {
    text += data;
    const port = /http:\/\/[^:\s]+:(\d+)/.exec(text)?.[1];
    if (port !== undefined) {
      child.stdout.resume();
      child.unref();
      return { port: Number(port) };
    }
  }
  throw new Error(`lenet5 play ended: ${text}`);
}

/**
 * @param {import("../soak.js").Case} given
 * @returns {Promise<import("../soak.js").Outcome>}
 */
export async function page({ random }) {
  /** @param {number} limit */
  const below = (limit) => Math.floor(random.uniform() * limit);
  /** @param {string[]} list */
  const pick = (list) => list[below(list.length)];
  server ??= await started();
  /** @type {import("../soak.js").Outcome} */
  const result = { tried: 0, refused: 0, survived: 0, lost: [] };
  for (let i = 0; i < 50; i++) {
    const path = Array.from({ length: 1 + below(8) }, () => pick(below(2) === 0 ? parts : extra)).join("/");
    const request = `${pick(methods)} /${path} HTTP/1.1\r\nHost: ${pick(hosts)}:${server.port}\r\n${pick(headers)}Connection: close\r\n\r\n`;
    const bytes = Buffer.from(request, "latin1");
    if (below(8) === 0) bytes[below(bytes.length)] = below(256);
    const answer = await exchange(server.port, bytes);
    result.tried++;
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
    const isWrong = status === 200 ? !mayAnswer(bytes.toString("latin1"), server.port) : status >= 300 && status < 400;
    if (isWrong || status >= 500 || /root:x:|"devDependencies"/.test(answer))
      result.lost.push(`${JSON.stringify(bytes.toString("latin1"))} was answered with ${answer.slice(0, 200)}`);
    else result.refused += Number(status !== 200);
  }
  const whole = await exchange(
    server.port,
    `GET / HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: close\r\n\r\n`,
  );
  if (!/^HTTP\/1\.1 200/.test(whole))
    result.lost.push(`after these, the page was answered with ${whole.slice(0, 200)}`);
  else result.survived += result.tried;
  return result;
}

/**
 * Whether a request is one for the page, by its own rules: a name of this machine, a method that reads, one length, and
 * the address of the only file of the page that the parts above can name. A request without a version is one of HTTP/0.9.
 * @param {string} request
 * @param {number} port
 */
function mayAnswer(request, port) {
  const [first = "", host = "", ...others] = request.split("\r\n");
  const isOwn = ["localhost", "127.0.0.1", "[::1]"].some((name) => [`${name}:${port}`, name].includes(host.slice(6)));
  const hasTwoLengths = others.some((line) => /^transfer-encoding:/i.test(line));
  return isOwn && !hasTwoLengths && /^(GET|HEAD) \/(index\.html)?([?#]\S*)?( HTTP\/1\.[01])?$/.test(first);
}

/**
 * What the server answers until it closes the connection.
 * @param {number} port
 * @param {string | Uint8Array} request
 */
async function exchange(port, request) {
  const socket = connect({ port, host: "127.0.0.1" });
  let answer = "";
  socket.setTimeout(10_000, () => socket.destroy(new Error("no answer in 10 s")));
  socket.on("data", (data) => {
    answer += data.toString("latin1");
  });
  const failed = new Promise((resolve) => socket.on("error", resolve));
  socket.write(request);
  const error = await Promise.race([once(socket, "close").catch((cause) => cause), failed]);
  const { code } = /** @type {{ code?: string }} */ (error ?? {});
  if (answer === "" && error instanceof Error && code !== "ECONNRESET" && code !== "EPIPE") throw error;
  return answer;
}
