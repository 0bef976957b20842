/** The same library in a real browser: Chromium from an npm package. Skipped with a message where it does not start. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Failed } from "./browser-failures.ts";
import { type Trained, trained } from "./browser-training.ts";
import { startChromium } from "./chromium.ts";

let browser: Browser | undefined;
let why = "";
let script = "";
const servers: Server[] = [];

beforeAll(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL("browser-training.ts", import.meta.url)),
    platform: "browser",
    logLevel: "warn",
    plugins: [{ name: "the built library", resolveId: (id, from) => builtFile(id, from) }],
  });
  script = (await bundle.generate({ format: "esm", codeSplitting: false })).output[0].code;
  ({ browser, why } = await startChromium());
}, 120_000);

afterAll(async () => {
  await browser?.close();
  for (const server of servers) server.close();
});

/** The file in `dist` for an import of the library's source. */
function builtFile(id: string, from: string | undefined): string | null {
  if (!from || !id.startsWith(".")) return null;
  const [path, source] = [resolve(dirname(from), id), fileURLToPath(new URL("../../src/", import.meta.url))];
  const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
  return path.startsWith(source) ? path.replace(source, dist).replace(/ts$/, "js") : null;
}

/** The address of an empty page that can import the bundle. */
async function page(isolated: boolean): Promise<string> {
  const isolation: Record<string, string> = isolated
    ? { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" }
    : {};
  const server = createServer((request, response) => {
    const isScript = request.url === "/training.js";
    response.writeHead(200, { "Content-Type": isScript ? "text/javascript" : "text/html", ...isolation });
    response.end(isScript ? script : "<!doctype html><title>lenet5</title>");
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

let node: Promise<Trained> | undefined;
const inNode = () => (node ??= trained());

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
  const got = (await tab.evaluate('import("/training.js").then(({ trained }) => trained())')) as Trained;
  expect(got).toEqual(await inNode());
  expect(faults).toEqual([]);
});

describe.for<[string, boolean]>([
  ["with shared memory", true],
  ["without shared memory", false],
])("a thread fails in a browser, %s", ([_, isolated]) => {
  it.for<[string, string, RegExp]>([
    ["trap", "wait", /^a thread of the engine failed: unreachable; the model is as after batch \d+$/],
    ["memory", "wait", /^a thread of the engine failed: .*could not allocate memory; the model is as after batch \d+$/],
    ["loop", "wait", /^a thread of the engine stopped answering: no progress for 2\d seconds in training of "small"; /],
    ["sleep", "terminate", /^a thread of the engine stopped answering: no progress for 2\d seconds/],
    ["loop", "abort", /^aborted$/],
  ])(
    "%s, %s: the call ends, the model is as after whole steps, and learns on",
    // A browser takes a while to give back the memory of a thread that used it up.
    { retry: 3 },
    async ([kind, then, cause], context) => {
      if (!browser) return context.skip(`no browser starts here (${why})`);
      const tab = await browser.newPage();
      await tab.goto(await page(isolated));
      const call = `import("/training.js").then(({ failed }) => failed(${JSON.stringify(kind)}, ${JSON.stringify(then)}))`;
      const got = (await tab.evaluate(call)) as Failed;
      expect(got).toMatchObject({ why: expect.stringMatching(cause), isRight: true, goesOn: true, left: 0 });
      expect(got.batches).toBeGreaterThan(0);
      expect(got.seconds).toBeLessThan(10);
      await tab.close();
    },
  );
});
