/**
 * `node tools/screenshots.js` draws docs/page/: every area of the page at 360, 1024 and 2560 pixels, light and dark, as
 * WebP. With names, such as `train-1024-light`, only these. Build the page first: `npm run build:web`.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import chromium from "@sparticuz/chromium";
import { chromium as playwright } from "playwright-core";

/** @typedef {import("playwright-core").Page} Page */

const root = fileURLToPath(new URL("..", import.meta.url));
const built = join(root, "dist/web");
const out = join(root, "docs/page");

/** Width and height of the window, and the width of its picture. */
const sizes = /** @type {const} */ ([
  [360, 780, 360],
  [1024, 768, 1024],
  [2560, 1440, 1280],
]);

/**
 * Each area: its address, and what is done in it before the picture is taken.
 * @type {Record<string, { hash: string, act?: (page: Page, isPhone: boolean) => Promise<unknown> }>}
 */
const shots = {
  draw: { hash: "" },
  tour: { hash: "step=3", act: (page, isPhone) => (isPhone ? open(page, "tour") : page.waitForTimeout(500)) },
  inside: {
    hash: "step=7&pin=C3.7.4.6",
    act: (page, isPhone) =>
      isPhone
        ? page.getByRole("button", { name: "Inside" }).click()
        : page.locator(".inspector").scrollIntoViewIfNeeded(),
  },
  train: {
    hash: "area=train&train=images:6000,epochs:3",
    async act(page, isPhone) {
      if (isPhone) await open(page, "train");
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.locator("[data-training=ended]").waitFor({ timeout: 120_000 });
      await page.waitForTimeout(1500);
    },
  },
  compare: {
    hash: "area=compare&with=1998",
    act: (page, isPhone) => (isPhone ? open(page, "compare") : page.waitForTimeout(1500)),
  },
  break: { hash: "area=break", act: (page, isPhone) => (isPhone ? open(page, "break") : page.waitForTimeout(1500)) },
  yours: { hash: "area=yours", act: (page, isPhone) => (isPhone ? open(page, "yours") : page.waitForTimeout(500)) },
};

/** Opens an area on a phone, unless its address did. @param {Page} page @param {string} area */
async function open(page, area) {
  if ((await page.locator("main.sheet-rail").count()) === 0) await page.locator(`#tab-${area}`).click();
}

const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json" };
const server = createServer(async ({ url = "/" }, response) => {
  const path = join(built, url === "/" ? "index.html" : url.replace(/[?#].*/, ""));
  try {
    const content = await readFile(path);
    const type = types[/** @type {keyof typeof types} */ (extname(path))] ?? "application/octet-stream";
    response.writeHead(200, {
      "Content-Type": extname(path) === ".svg" ? "image/svg+xml" : type,
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: ["--no-sandbox", "--headless=shell", "--disable-gpu"],
});
const chosen = process.argv.slice(2);
await mkdir(out, { recursive: true });
let total = 0;
for (const [area, { hash, act }] of Object.entries(shots)) {
  for (const [width, height, shown] of sizes) {
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      const name = `${area}-${width}-${colorScheme}`;
      if (chosen.length > 0 && !chosen.includes(name)) continue;
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme,
        reducedMotion: "reduce",
        serviceWorkers: "block",
      });
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${port}/${hash && `#${hash}`}`);
      await page.locator('[data-answer]:not([data-answer=""])').waitFor();
      await act?.(page, width < 720);
      await page.waitForTimeout(800);
      const bytes = await webp(await page.screenshot(), shown / width);
      await writeFile(join(out, `${name}.webp`), bytes);
      total += bytes.length;
      console.log(`${name}: ${Math.round(bytes.length / 1000)} kB`);
      await context.close();
    }
  }
}
console.log(`docs/page: ${Math.round(total / 1000)} kB`);
await browser.close();
server.close();

/** A picture as WebP. @param {Buffer} png @param {number} scale */
async function webp(png, scale) {
  const page = await browser.newPage();
  const address = await page.evaluate(
    async ([text, scale]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${text}`;
      await image.decode();
      const [width, height] = [image.width * scale, image.height * scale].map(Math.round);
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, width, height);
      return canvas.toDataURL("image/webp", 0.5);
    },
    /** @type {const} */ ([png.toString("base64"), scale]),
  );
  await page.close();
  return Buffer.from(address.split(",")[1], "base64");
}
