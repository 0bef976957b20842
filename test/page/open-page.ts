/** The built page in a real Chromium. */
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { startChromium } from "../end-to-end/chromium.ts";
import { served } from "../site.ts";

const folder = fileURLToPath(new URL("../../dist/web", import.meta.url));

let started: Promise<Browser> | undefined;

/** The browser of this test file; `afterAll(closePages)` closes it. */
async function browser(): Promise<Browser> {
  started ??= startChromium().then(({ browser, why }) => {
    if (!browser) throw new Error(why);
    return browser;
  });
  return started;
}

export interface OpenOptions extends BrowserContextOptions {
  /** The settings in the address: what stands behind `#`. */
  readonly hash?: string;
  /** Whether the server sets the headers that let threads share memory. Default true. */
  readonly isolated?: boolean;
}

/** A page, and what it complained about: errors of the console and of scripts. */
export interface OpenedPage {
  readonly page: Page;
  readonly faults: readonly string[];
}

/** Opens the page and waits until the network has answered. */
export async function openPage({ hash = "", isolated = true, ...options }: OpenOptions = {}): Promise<OpenedPage> {
  const address = await served(folder, isolated);
  return watched(hash ? `${address}#${hash}` : address, options);
}

/** Opens an address of the page and waits until the network has answered. */
export async function watched(address: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const context = await (await browser()).newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(address);
  await page.locator("[data-answer]:not([data-answer=''])").waitFor({ timeout: 60_000 });
  return { page, faults };
}

export async function closePages(): Promise<void> {
  await (await started)?.close();
}
