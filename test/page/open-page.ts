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
  // Its service worker has tests of its own: here it would load the page again, or keep files meanwhile.
  return watched(hash ? `${address}#${hash}` : address, { serviceWorkers: "block", ...options });
}

/** What the page shows when its network has answered. */
const answered = "[data-answer]:not([data-answer=''])";

/** Opens an address of the page and waits until something is there, by default the network's answer. */
export async function watched(
  address: string,
  options: BrowserContextOptions = {},
  until = answered,
): Promise<OpenedPage> {
  const context = await (await browser()).newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  const own = new URL(address).origin;
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== own)
      faults.push(`a request to ${request.url()}`);
  });
  await page.goto(address);
  await page.locator(until).waitFor({ state: "attached", timeout: 60_000 });
  return { page, faults };
}

export async function closePages(): Promise<void> {
  await (await started)?.close();
}
