/** Folders served to a real Chromium, with or without cross-origin isolation. */

import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";

/** The headers of a page whose threads share memory. */
export const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

const servers: Server[] = [];

/** Serves a folder; returns its address, which ends with a slash. `onFile` gets the path of each file that is asked for. */
export async function served(folder: string, isIsolated: boolean, onFile?: (path: string) => void): Promise<string> {
  const server = createServer(async (request, response) => {
    const pathname = new URL(request.url ?? "/", "http://localhost").pathname.replace(/\/$/, "/index.html");
    const headers = isIsolated ? isolation : {};
    try {
      const path = join(folder, normalize(decodeURIComponent(pathname)));
      const content = await readFile(path);
      onFile?.(path);
      response.writeHead(200, { "Content-Type": types[extname(pathname)] ?? "application/octet-stream", ...headers });
      response.end(content);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Stops them at once: a browser that keeps its connections open gets no more answers. */
export function stopServers(): void {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
}

/** What a page's `globalThis.results` resolves to, and the size of all scripts that it loaded until then, by gzip. */
export async function resultsOf(
  browser: Browser,
  address: string,
): Promise<{ results: unknown; isIsolated: boolean; scripts: number }> {
  const page = await browser.newPage();
  try {
    const faults: string[] = [];
    const sizes: Promise<number>[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("response", (response) => {
      const isScript = /javascript/.test(response.headers()["content-type"] ?? "");
      if (isScript && response.url().startsWith("http")) {
        sizes.push(response.body().then((body) => gzipSync(body).length));
      }
    });
    await page.goto(address, { waitUntil: "load" });
    await page.waitForFunction("globalThis.results", undefined, { timeout: 60_000 }).catch((error) => {
      throw new Error(`${address} has no results: ${faults.join("; ") || error}`);
    });
    const results = await page.evaluate("globalThis.results");
    if (faults.length > 0) throw new Error(`${address}: ${faults.join("; ")}`);
    const isIsolated = (await page.evaluate("crossOriginIsolated")) as boolean;
    return { results, isIsolated, scripts: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) };
  } finally {
    await page.close();
  }
}
