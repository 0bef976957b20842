/** The same library in a real browser: Chromium from an npm package. Skipped with a message where it does not start. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { startChromium } from "./chromium.ts";

/** Trains a small network and returns all results; runs in Node and, as text, in the page. */
async function trained(library: typeof lenet5): Promise<{ file: string; loss: number[]; prediction: number[] }> {
  const { train, test } = library.digits({ train: 200, test: 20, seed: 3 });
  const net = library.lenet5({ threads: 2, seed: 1 });
  net.compile({
    optimizer: library.adam({ learningRate: library.oneCycle({ learningRate: 3e-3, totalSteps: 14 }) }),
    loss: "sparse_categorical_crossentropy",
    metrics: ["accuracy"],
  });
  const { history } = await net.fit(train, { epochs: 2, batchSize: 32, seed: 1, verbose: 0 });
  const augment = [library.distortions({ copies: 1, rotation: 5 }), library.elasticDistortion()];
  await net.fit(train, { batchSize: 32, seed: 1, verbose: 0, augment });
  const prediction = await net.predict(test.images);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(net.toBytes())));
  return { file: hash.join(" "), loss: history.loss!, prediction: [...prediction.data] };
}

let browser: Browser | undefined;
let why = "";
let script = "";
const servers: Server[] = [];

beforeAll(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL("../../dist/index.js", import.meta.url)),
    platform: "browser",
    logLevel: "warn",
  });
  script = (await bundle.generate({ format: "esm", codeSplitting: false })).output[0].code;
  ({ browser, why } = await startChromium());
}, 120_000);

afterAll(async () => {
  await browser?.close();
  for (const server of servers) server.close();
});

/** The address of an empty page that can import the library. */
async function page(isolated: boolean): Promise<string> {
  const isolation: Record<string, string> = isolated
    ? { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" }
    : {};
  const server = createServer((request, response) => {
    const isScript = request.url === "/lenet5.js";
    response.writeHead(200, { "Content-Type": isScript ? "text/javascript" : "text/html", ...isolation });
    response.end(isScript ? script : "<!doctype html><title>lenet5</title>");
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it.for<[string, boolean]>([
  ["with shared memory and threads", true],
  ["without shared memory, on one worker", false],
])("a browser trains to the same bits as Node, %s", async ([_, isolated], context) => {
  if (!browser) return context.skip(`no browser starts here (${why})`);
  const tab = await browser.newPage();
  const faults: string[] = [];
  tab.on("pageerror", (error) => faults.push(error.message));
  tab.on(
    "console",
    (message) => message.type() === "error" && !/favicon/.test(message.text()) && faults.push(message.text()),
  );
  await tab.goto(await page(isolated));
  expect(await tab.evaluate("crossOriginIsolated")).toBe(isolated);
  const work = `import("/lenet5.js").then(${trained.toString()})`;
  const got = (await tab.evaluate(work)) as Awaited<ReturnType<typeof trained>>;
  expect(got).toEqual(await trained(lenet5));
  expect(faults).toEqual([]);
});
