/** Trainings of the page on whole data sets, and twenty one after the other. Minutes. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { longTasks } from "../page/main-thread.ts";
import { closePages, openPage, watched } from "../page/open-page.ts";
import { served, stopServers } from "../site.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "dist/cli/main.js");
const mnist = process.env.LENET5_DATA;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lenet5-page-"));
});
afterEach(stopServers);
afterAll(async () => {
  await closePages();
  await rm(folder, { recursive: true });
});

const ended = (page: Page) => page.locator("[data-training=ended]").waitFor({ timeout: 600_000 });
const shown = (page: Page, name: string) => page.locator(`[data-${name}]`).getAttribute(`data-${name}`);

/** Draws a stroke on the pad while training goes on. */
async function draw(page: Page): Promise<void> {
  const { x, y, width, height } = (await page.getByLabel("Drawing pad").boundingBox())!;
  await page.mouse.move(x + 0.4 * width, y + 0.2 * height);
  await page.mouse.down();
  for (let step = 0; step <= 20; step++)
    await page.mouse.move(x + (0.4 + 0.01 * step) * width, y + (0.2 + 0.03 * step) * height);
  await page.mouse.up();
}

it("two epochs of built-in digits: past 90%, to the checksum of the command line", async () => {
  const { page, faults } = await openPage({ hash: "area=train&train=epochs:2" });
  const tasks = await longTasks(page.context().browser()!);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.locator("[data-training=running]").waitFor();
  for (let strokes = 0; strokes < 5; strokes++) await draw(page);
  await ended(page);
  expect(await tasks()).toEqual([]);
  const accuracy = Number(await shown(page, "test-accuracy"));
  expect(accuracy).toBeGreaterThan(0.9);
  const words = ["train", "--data", "digits", "--epochs", "2", "--out", join(folder, "run"), "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...words]);
  const { checksum, test } = JSON.parse(stdout);
  expect(await shown(page, "checksum")).toBe(checksum);
  expect(accuracy).toBe(test.accuracy);
  expect(faults).toEqual([]);
});

it.skipIf(mnist === undefined)("MNIST beside the page: past 97% after two epochs", async () => {
  const site = join(folder, "site");
  await cp(join(root, "dist/web"), site, { recursive: true });
  await symlink(mnist!, join(site, "mnist"));
  await writeFile(join(site, "served.json"), JSON.stringify({ mnist: true, runs: [] }));
  const address = `${await served(site, true)}#area=train&train=data:mnist,epochs:2&net=trained`;
  const { page, faults } = await watched(address, { serviceWorkers: "block" });
  await ended(page);
  expect(Number(await shown(page, "test-accuracy"))).toBeGreaterThan(0.97);
  expect(faults).toEqual([]);
});

/** The memory of all of Chromium's processes, in MB. */
function megabytes(pids: readonly number[]): number {
  const kilobytes = pids
    .filter((pid) => existsSync(`/proc/${pid}/status`))
    .map((pid) => Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0));
  return kilobytes.reduce((a, b) => a + b, 0) / 1024;
}

it.skipIf(!existsSync("/proc"))("memory is flat over 20 trainings", async () => {
  // Enough images that a training is seen to run.
  const { page } = await openPage({ hash: "area=train&train=images:10000,epochs:1" });
  const session = await page.context().browser()!.newBrowserCDPSession();
  const own = await page.context().newCDPSession(page);
  const used: number[] = [];
  for (let i = 0; i < 20; i++) {
    const running = page.locator("[data-training=running]").waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await running;
    await ended(page);
    await own.send("HeapProfiler.collectGarbage");
    await page.waitForTimeout(500);
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    used.push(Math.round(megabytes(processInfo.map(({ id }) => id))));
  }
  const mean = (some: readonly number[]) => some.reduce((a, b) => a + b, 0) / some.length;
  expect(mean(used.slice(-4)) - mean(used.slice(3, 7)), `MB: ${used.join(" ")}`).toBeLessThan(30);
});
