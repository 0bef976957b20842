/** The folder of `npm run build:web` on any web server. */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { served, stopServers } from "../site.ts";
import { closePages, watched } from "./open-page.ts";

const built = fileURLToPath(new URL("../../dist/web", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "lenet5-static-"));

afterAll(async () => {
  await closePages();
  stopServers();
  await rm(folder, { recursive: true });
});

const answerOf = '[data-answer]:not([data-answer=""])';

it("in a subfolder without headers: all threads after one reload, and all of it without a network", async () => {
  await cp(built, join(folder, "a", "page"), { recursive: true });
  const { page, faults } = await watched(`${await served(folder, false)}a/page/`);
  const context = page.context();
  let loads = 0;
  page.on("load", () => loads++);
  const isIsolated = () => page.evaluate("crossOriginIsolated").catch(() => false);
  await expect.poll(isIsolated, { timeout: 30_000 }).toBe(true);
  await page.locator(answerOf).waitFor();
  expect(loads).toBeLessThanOrEqual(1);
  // The page asks its service worker to keep everything; asked again, it has nothing to do.
  const kept = `(async () => {
    const names = await caches.keys();
    const cache = await caches.open(names.find((name) => name.startsWith("lenet5 page")));
    return (await cache.match("complete")) ? (await cache.keys()).map(({ url }) => url) : undefined;
  })()`;
  await expect.poll(() => page.evaluate(kept), { timeout: 30_000 }).toBeDefined();
  const addresses = (await page.evaluate(kept)) as string[];
  expect(addresses.filter((address) => address.endsWith(".safetensors"))).toHaveLength(4);
  const names = [
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-resource-policy",
  ];
  const sent = `fetch("./index.html").then(({ headers }) => ${JSON.stringify(names)}.map((name) => headers.get(name)))`;
  const added = [expect.stringContaining("default-src 'self'"), "nosniff", "no-referrer", "same-origin"];
  expect(await page.evaluate(sent)).toEqual(added);
  stopServers();
  const offline = await context.newPage();
  offline.on("pageerror", ({ message }) => void (faults as string[]).push(message));
  await offline.goto(`${page.url().split("#")[0]}#net=1998`);
  expect(await offline.locator(answerOf).getAttribute("data-answer")).toBe("3");
  expect(await offline.evaluate("crossOriginIsolated")).toBe(true);
  expect(faults).toEqual([]);
  await context.close();
});

it("without service workers: one thread, and nothing is missed", async () => {
  const { page, faults } = await watched(await served(built, false), { serviceWorkers: "block" });
  expect(await page.evaluate("crossOriginIsolated")).toBe(false);
  expect(await page.locator(answerOf).getAttribute("data-answer")).toBe("3");
  expect(faults).toEqual([]);
  await page.context().close();
});

it("every place names the same policy", async () => {
  const [, policy] = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(
    await readFile(join(built, "index.html"), "utf8"),
  )!;
  const rules = policy!.split("; ");
  expect(rules).toContain("script-src 'self' 'wasm-unsafe-eval'");
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'[^;]*'unsafe-eval'|https?:|\*/);
  const source = await readFile(fileURLToPath(new URL("../../src/cli/play/page-server.ts", import.meta.url)), "utf8");
  for (const rule of rules) expect(source).toContain(`"${rule}"`);
  expect(await readFile(join(built, "service-worker.js"), "utf8")).toContain(policy);
});

it("opened as a file, the page says what it needs", async () => {
  const { page } = await watched(`file://${built}/index.html`, {}, ".starting");
  const visibility = 'getComputedStyle(document.querySelector(".starting")).visibility';
  expect(await page.evaluate(visibility)).toBe("hidden");
  await expect.poll(() => page.evaluate(visibility), { timeout: 10_000 }).toBe("visible");
  expect(await page.locator(".starting").innerText()).toMatch(/It needs .* a web server/);
  await page.context().close();
});
