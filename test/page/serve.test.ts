/** `lenet5 play`: the page from the command line. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digits, lenet5, recordRun } from "../../src/index.ts";
import { lenet5 as command, expectOneLine, writeIdxFolder } from "../end-to-end/lenet5-command.ts";
import { closePages, watched } from "./open-page.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const weights = fileURLToPath(new URL("../../weights/article.safetensors", import.meta.url));
const mnist = process.env.LENET5_DATA;

let folder: string;
let child: ChildProcess;
let started: { readonly address: string; readonly networks: readonly string[]; readonly mnist: boolean };

/** Starts the command; the document that it prints says where the page is. */
async function startPlay(words: readonly string[]): Promise<ChildProcess> {
  const made = spawn(process.execPath, [main, "play", "--port", "0", "--json", ...words], {
    env: { ...process.env, XDG_CACHE_HOME: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for await (const part of made.stdout!) {
    text += part;
    if (text.endsWith("}\n")) break;
  }
  started = JSON.parse(text);
  return made;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lenet5-play-"));
  const run = join(folder, "a run & more");
  const { train } = digits({ train: 64, test: 10 });
  const net = lenet5();
  net.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  await net.fit(train, { epochs: 2, callbacks: [recordRun({ folder: run })] });
  await mkdir(join(folder, "other"));
  for (const name of ["article.safetensors", "other/article.safetensors"]) await cp(weights, join(folder, name));
  child = await startPlay([run, join(folder, "article.safetensors"), join(folder, "other/article.safetensors")]);
});
afterAll(async () => {
  child.kill("SIGKILL");
  await closePages();
  await rm(folder, { recursive: true });
});

/** An answer to a request that is sent as it is written: `fetch` would correct it. */
async function ask(path: string, { method = "GET", headers = {}, body = "" } = {}) {
  const { port } = new URL(started.address);
  const sent = request({ host: "127.0.0.1", port, path, method, headers });
  // A connection that was refused may be cut after its answer.
  sent.on("error", () => {});
  sent.end(body);
  const [response] = await once(sent, "response");
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return { status: response.statusCode, headers: response.headers, content: Buffer.concat(parts) };
}

describe("lenet5 play", () => {
  it("names its networks, and gives each name once", () => {
    const own = ["a run & more", "article-2", "article-3"];
    expect(started.networks).toEqual(["article", "reader", "modern", "1998", ...own]);
    expect(started.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  it("serves the page with headers that let threads share memory and keep everything here", async () => {
    const { status, headers, content } = await ask("/?what=ever");
    expect(status).toBe(200);
    expect(String(content)).toContain("<title>LeNet-5");
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "x-content-type-options": "nosniff",
      "cache-control": "no-cache",
    });
    expect(headers["content-security-policy"]).not.toMatch(/unsafe-inline|unsafe-eval'.*'unsafe-eval|https?:/);
    const [script] = /assets\/[^"]+\.js/.exec(String(content))!;
    const { headers: ofScript } = await ask(`/${script}`, { headers: { "Accept-Encoding": "br, gzip" } });
    expect(ofScript).toMatchObject({
      "content-encoding": "gzip",
      "cache-control": "public, max-age=31536000, immutable",
    });
  });

  it("does not send again what the browser has, and nothing for HEAD", async () => {
    const { headers, content } = await ask("/weights/article.safetensors");
    expect(content.length).toBe(250120);
    const again = await ask("/weights/article.safetensors", { headers: { "If-None-Match": headers.etag } });
    expect([again.status, again.content.length]).toEqual([304, 0]);
    const head = await ask("/weights/article.safetensors", { method: "HEAD" });
    expect([head.status, head.content.length, head.headers["content-length"]]).toEqual([200, 0, "250120"]);
  });

  it("serves the models and the histories of the runs", async () => {
    const { runs } = JSON.parse(String((await ask("/served.json")).content));
    expect(runs).toMatchObject([
      { name: "a run & more", title: "lenet5", history: "runs/1/history.json" },
      { name: "article-2", history: null },
      { name: "article-3", history: null },
    ]);
    const history = JSON.parse(String((await ask(`/${runs[0].history}`)).content));
    expect(history.history.loss).toHaveLength(2);
    for (const { model } of runs) expect((await ask(`/${model}`)).content.length).toBeGreaterThan(240_000);
  });

  it.each([
    "/../package.json",
    "/assets/../../package.json",
    "/%2e%2e/package.json",
    "/assets/..%2f..%2fpackage.json",
    "//etc/passwd",
    "/\\..\\package.json",
    "/assets",
    "/weights/",
    "/runs/1/config.json",
    "/constructor",
    "/%",
    "http://127.0.0.1/etc/passwd",
    `/${"a".repeat(8000)}`,
  ])("%s is nothing", async (path) => {
    const { status, content } = await ask(path);
    expect([status, String(content)]).toEqual([404, "There is nothing at this address.\n"]);
  });

  it("refuses requests to other names, other methods, and more than a request", async () => {
    expect((await ask("/", { headers: { Host: "attacker.example" } })).status).toBe(403);
    expect((await ask("/", { headers: { Host: "127.0.0.1.attacker.example:80" } })).status).toBe(403);
    expect((await ask("/", { headers: { Host: "localhost:8000" } })).status).toBe(200);
    const { status, headers } = await ask("/", { method: "POST", body: "x".repeat(100) });
    expect([status, headers.allow, headers.connection]).toEqual([405, "GET, HEAD", "close"]);
    // The connection may end before its answer is read: the server reads no more of it.
    const endless = ask("/", { headers: { Cookie: "x".repeat(100_000) } });
    expect(
      await endless.then(
        (answer) => answer.status,
        ({ code }) => code,
      ),
    ).toBeOneOf([431, "ECONNRESET", "EPIPE"]);
  });

  it("a network of a run reads on the page", async () => {
    const { page, faults } = await watched(`${started.address}#net=article-2`);
    expect(await page.locator("[data-answer]").getAttribute("data-answer")).toBe("3");
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    expect(faults).toEqual([]);
  });
});

it("an address is text, whatever it has", async () => {
  const mark = encodeURIComponent('"><img src=x onerror="document.title=1"><script>document.title=2</script>');
  const { page, faults } = await watched(
    `${started.address}?${mark}#net=${mark}&sample=${mark}&train=${mark}&${mark}=${mark}`,
  );
  await page.locator("[data-answer]").waitFor();
  expect(await page.evaluate('document.querySelectorAll("img[src=x], body script:not([src])").length')).toBe(0);
  expect(await page.title()).toMatch(/^LeNet-5/);
  expect(faults).toEqual([]);
  await page.context().close();
});

describe("lenet5 play refuses in one line", () => {
  it("what is no network of images", async () => {
    const text = join(folder, "text.txt");
    await writeFile(text, "no model");
    expectOneLine(await command(["play", join(folder, "none")]), /there is no such file or folder/);
    expectOneLine(await command(["play", text]), /text\.txt/);
    expectOneLine(await command(["play", folder]), /the folder has no model\.safetensors/);
  });

  it("data that are not MNIST's, a port that is taken, and a host that is not here", async () => {
    const others = await writeIdxFolder(join(folder, "idx"));
    expectOneLine(await command(["play", "--data", others]), /expected MNIST's t10k-labels-idx1-ubyte/);
    const { port } = new URL(started.address);
    expectOneLine(await command(["play", "--port", port]), new RegExp(`port ${port} is taken; give another`));
    expectOneLine(await command(["play", "--host", "198.51.100.1"]), /--host: expected an address of this machine/);
    expectOneLine(await command(["play", "--host", ""]), /--host: expected an address of this machine, got ""/);
    expectOneLine(await command(["play", "--port", "70000"]), /--port: expected a whole number from 0 to 65535/);
  });
});

it("Ctrl-C ends it at once, with connections open", async () => {
  const sockets = ["", "GET / HT", "GET /weights/article.safetensors HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"].map(
    (text) => {
      const socket = connect(Number(new URL(started.address).port), "127.0.0.1").on("error", () => {});
      socket.pause();
      socket.write(text);
      return socket;
    },
  );
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  const ended = once(child, "exit");
  child.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
});

it.each(["0.0.0.0", "::"])("--host %s warns that other machines can read what it serves", async (host) => {
  const { error } = await startPlay(["--host", host]).then(async (made) => {
    const [text] = await once(made.stderr!, "data");
    made.kill("SIGINT");
    return { error: String(text) };
  });
  expect(error).toMatch(/^Warning: every machine of your network can open the page and read .* it serves\n$/);
});

it.skipIf(!mnist)("MNIST is served under the names that mnist() asks for", async () => {
  child = await startPlay(["--data", mnist!]);
  expect(started.mnist).toBe(true);
  const { content } = await ask("/mnist/t10k-labels-idx1-ubyte.gz");
  expect([...content.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});
