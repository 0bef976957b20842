/** What the page loads. */
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { served, stopServers } from "../site.ts";
import { closePages, watched } from "./open-page.ts";

const built = fileURLToPath(new URL("../../dist/web", import.meta.url));

/** The limit of what is loaded until the network has read the first drawing, compressed, without weights and data. */
const MAX_BYTES = 300_000;

afterAll(async () => {
  await closePages();
  stopServers();
});

it("the first load is at most 300 kB, without what is needed later", async () => {
  const asked: string[] = [];
  const address = await served(built, true, (path) => asked.push(path));
  const { page, faults } = await watched(address, { serviceWorkers: "block" });
  await page.waitForTimeout(500);
  const files = [...new Set(asked)].map((path) => relative(built, path));
  const sizes = await Promise.all(
    files.map(async (name) => {
      const content = await readFile(`${built}/${name}`);
      return { name, bytes: name.endsWith(".woff2") ? content.length : gzipSync(content).length };
    }),
  );
  const counted = sizes.filter(({ name }) => !name.endsWith(".safetensors"));
  const bytes = counted.reduce((sum, one) => sum + one.bytes, 0);
  const largest = counted.toSorted((a, b) => b.bytes - a.bytes).map((one) => `${one.name} ${one.bytes}`);
  expect(bytes, largest.join("\n")).toBeLessThan(MAX_BYTES);
  expect(bytes).toBeGreaterThan(100_000);
  expect(sizes.filter(({ name }) => name.endsWith(".safetensors")).map(({ name }) => name)).toEqual([
    "weights/article.safetensors",
  ]);
  expect(files.filter((name) => /Train|Compare|Break|Yours|plot/i.test(name))).toEqual([]);
  expect(faults).toEqual([]);
  process.stdout.write(`first load: ${Math.round(bytes / 1000)} kB in ${counted.length} files\n`);
  await page.context().close();
});
