/**
 * How fast the page follows a drawing, in Chromium: `node bench/page.js [--seconds 10] [--network article]`, after
 * `npm run build:web`.
 * Strokes are drawn with the mouse on the pad. Of each movement: the time from its event until the values of all layers
 * are there; the time that painting their maps takes; both together, which is the page's own time; the time from the
 * mouse to the painted maps, which includes waiting for the browser's frames: one until the event, one until the paint.
 * Then times between frames, and main-thread tasks above 50 ms. At the end, images a second of three epochs of LeNet-5
 * on built-in digits, as the page shows it, with the stage following.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { cpus } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sparticuz from "@sparticuz/chromium";
import { chromium } from "playwright-core";
import { parsed, whole } from "./options.js";

const { seconds, network } = parsed({
  seconds: { type: "string", default: "10" },
  network: { type: "string", default: "article" },
});
const folder = fileURLToPath(new URL("../dist/web", import.meta.url));

/** @type {Record<string, string>} */
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};
const server = createServer(async ({ url = "/" }, response) => {
  const { pathname } = new URL(url, "http://localhost");
  const file = join(folder, pathname === "/" ? "index.html" : pathname);
  try {
    const bytes = await readFile(file);
    response.writeHead(200, {
      "Content-Type": types[extname(file)] ?? "application/octet-stream",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(undefined)));
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

const browser = await chromium.launch({
  executablePath: await sparticuz.executablePath(),
  args: ["--no-sandbox", "--headless=shell", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: "block" });
await page.addInitScript(() => {
  /** @type {{ values: number[], latencies: number[], paints: number[], frames: number[], tasks: number[], moved: number, began: number }} */
  const times = { values: [], latencies: [], paints: [], frames: [], tasks: [], moved: 0, began: 0 };
  Object.assign(globalThis, { times });
  addEventListener(
    "pointermove",
    (event) => {
      // Of a movement whose maps are not yet painted, the time goes on.
      if (event.buttons === 0 || times.moved > 0) return;
      times.moved = event.timeStamp;
      times.began = performance.now();
    },
    { capture: true },
  );
  let [arrived, frameBegan] = [0, 0];
  const { Worker } = globalThis;
  globalThis.Worker = class extends Worker {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      this.addEventListener("message", () => {
        arrived = performance.now();
      });
    }
  };
  const { requestAnimationFrame } = globalThis;
  globalThis.requestAnimationFrame = (callback) =>
    requestAnimationFrame((now) => {
      frameBegan = performance.now();
      callback(now);
    });
  // The stage writes all its maps at once into a picture that no document holds.
  const { putImageData } = OffscreenCanvasRenderingContext2D.prototype;
  OffscreenCanvasRenderingContext2D.prototype.putImageData = function (
    /** @type {ImageData} */ image,
    /** @type {number} */ x,
    /** @type {number} */ y,
  ) {
    Reflect.apply(putImageData, this, [image, x, y]);
    if (times.moved === 0 || image.width < 200) return;
    const { moved } = times;
    times.moved = 0;
    times.values.push(arrived - times.began);
    // What is painted in this frame is there when the next task begins.
    const { port1, port2 } = new MessageChannel();
    const began = frameBegan;
    port1.onmessage = () => {
      times.latencies.push(performance.now() - moved);
      times.paints.push(performance.now() - began);
    };
    port2.postMessage(undefined);
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) times.tasks.push(duration);
  }).observe({ type: "longtask" });
});
await page.goto(`http://127.0.0.1:${port}/#net=${network}`);
await page.locator("[data-answer]:not([data-answer=''])").waitFor();
await page.waitForTimeout(1000);

const pad = await page.getByLabel("Drawing pad").boundingBox();
if (!pad) throw new Error("expected a pad on the page");
await page.evaluate(() => {
  const { times } = /** @type {any} */ (globalThis);
  [times.values, times.latencies, times.paints, times.tasks] = [[], [], [], []];
  let last = performance.now();
  const frame = (/** @type {number} */ now) => {
    times.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
});
const end = Date.now() + 1000 * whole("--seconds", seconds);
while (Date.now() < end) {
  await page.getByRole("button", { name: "Clear" }).click();
  const at = (/** @type {number} */ i) => {
    const turn = i / 9;
    return /** @type {const} */ ([
      pad.x + pad.width * (0.5 + 0.3 * Math.cos(turn)),
      pad.y + pad.height * (0.5 + 0.35 * Math.sin(turn)),
    ]);
  };
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let i = 1; i < 60 && Date.now() < end; i++) {
    await page.mouse.move(...at(i));
    await page.waitForTimeout(25);
  }
  await page.mouse.up();
}
const { values, latencies, paints, frames, tasks } = await page.evaluate(() => /** @type {any} */ (globalThis).times);
await page.goto("about:blank");
await page.goto(`http://127.0.0.1:${port}/#area=train&train=epochs:3`);
await page.getByRole("button", { name: "Start", exact: true }).click();
await page.getByText("Right on test images").waitFor({ timeout: 300_000 });
const speed = await page
  .locator("dt", { hasText: "Images a second" })
  .locator("xpath=following-sibling::dd[1]")
  .innerText();
const version = browser.version();
await browser.close();
server.close();

/** @param {number[]} values @param {number} share */
const quantile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;
/** @param {string} name @param {number[]} values */
const line = (name, values) =>
  console.log(
    `${name.padEnd(22)} ${[0.5, 0.95, 1].map((share) => `${quantile(values, share).toFixed(1)} ms`.padStart(10)).join("")}   of ${values.length}`,
  );

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores; Node ${process.version}, Chromium ${version}; network ${network}`,
);
console.log(`${"".padEnd(22)} ${["median", "95%", "most"].map((name) => name.padStart(10)).join("")}`);
line("event to values", values);
line("painting", paints);
const own = values.map((/** @type {number} */ time, /** @type {number} */ i) => time + (paints[i] ?? Number.NaN));
line("both together", own.filter(Number.isFinite));
line("mouse to painted maps", latencies);
line("between frames", frames);
console.log(
  `tasks above 50 ms: ${tasks.length}${tasks.length > 0 ? `, the longest ${Math.max(...tasks).toFixed(0)} ms` : ""}`,
);
console.log(`training: ${speed} images a second`);
