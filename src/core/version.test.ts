import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { version } from "./version.ts";

test("the version is that of package.json", async () => {
  expect(version).toBe(JSON.parse(await readFile("package.json", "utf8")).version);
});
