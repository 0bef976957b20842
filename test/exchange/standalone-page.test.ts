/** A standalone file in a real page with a strict policy, and as a file of Node. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportStandalone } from "../../src/exchange.ts";
import { pretrained } from "../../src/index.ts";
import { startChromium } from "../end-to-end/chromium.ts";

/** Draws a 7, as a hand does with a round pen, on a canvas that is bare, white or black; and one in a worker's canvas. */
const page = `
import { classify } from "./digit.js";
function draw(canvas, ground) {
  const context = canvas.getContext("2d");
  if (ground) { context.fillStyle = ground; context.fillRect(0, 0, 280, 280); }
  context.lineWidth = 20;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = ground === "black" ? "white" : "black";
  context.beginPath();
  for (const [x, y] of [[80, 70], [195, 65], [130, 220]]) context.lineTo(x, y);
  context.stroke();
  return canvas;
}
const canvas = () => Object.assign(document.createElement("canvas"), { width: 280, height: 280 });
const bare = draw(canvas());
globalThis.answers = [
  ...[bare, draw(canvas(), "white"), draw(canvas(), "black"), draw(new OffscreenCanvas(280, 280))].map(classify),
  classify(bare.getContext("2d").getImageData(0, 0, 280, 280)),
  classify(canvas()),
];
`;

/** Nothing but the page's own scripts: neither evaluated text nor WebAssembly, workers or other addresses. */
const policy = "default-src 'none'; script-src 'self'";

let text: Uint8Array;
let browser: Browser | undefined;
let why = "";
let server: Server | undefined;
let folder: string | undefined;

beforeAll(async () => {
  text = (await exportStandalone(await pretrained())).bytes;
  ({ browser, why } = await startChromium());
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  if (folder) await rm(folder, { recursive: true });
});

test("classifies canvases in a page with a strict policy", async (context) => {
  if (!browser) return context.skip(`no browser starts here (${why})`);
  const files: Record<string, string | Uint8Array> = { "/digit.js": text, "/page.js": page };
  server = createServer(({ url }, response) => {
    const found = files[url ?? ""];
    const type = found ? "text/javascript" : "text/html";
    response.writeHead(200, { "Content-Type": type, "Content-Security-Policy": policy });
    response.end(found ?? '<!doctype html><title>digit</title><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  const tab = await browser.newPage();
  const faults: string[] = [];
  tab.on("pageerror", (error) => faults.push(error.message));
  tab.on("console", (message) => {
    if (message.type() === "error" && !/favicon/.test(message.text())) faults.push(message.text());
  });
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await tab.waitForFunction("globalThis.answers");
  const answers = (await tab.evaluate("answers")) as { text: string; label?: number; confidence?: number }[];
  expect(faults).toEqual([]);
  expect(answers.map(({ text }) => text)).toEqual(["7", "7", "7", "7", "7", ""]);
  expect(answers[0]!.confidence).toBeGreaterThan(0.9);
  expect(answers[4]).toEqual(answers[0]);
  expect(answers[5]).not.toHaveProperty("label");
});

test("is a file that Node imports", async () => {
  folder = await mkdtemp(join(tmpdir(), "lenet5-standalone-"));
  await writeFile(join(folder, "digit.mjs"), text);
  const program = `
    import { classify } from "./digit.mjs";
    const data = new Uint8ClampedArray(4 * 280 * 280);
    for (let y = 60; y < 220; y++) for (let x = 130; x < 150; x++) data[4 * (280 * y + x) + 3] = 255;
    console.log(JSON.stringify(classify({ width: 280, height: 280, data }).label));`;
  await writeFile(join(folder, "program.mjs"), program);
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "program.mjs")]);
  expect(JSON.parse(stdout)).toBe(1);
});
