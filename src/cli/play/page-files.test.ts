import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { pageFiles } from "./page-files.ts";

it("files of a page that is built anew are found without another start", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lenet5-page-"));
  const weights = await mkdtemp(join(tmpdir(), "lenet5-weights-"));
  onTestFinished(async () => {
    for (const made of [folder, weights]) await rm(made, { recursive: true });
  });
  const folders = { page: folder, weights };
  await expect(pageFiles(folders)).rejects.toThrow(/^play: expected the built page in .*, found none/);
  await writeFile(join(folder, "index.html"), "page");
  await writeFile(join(weights, "article.safetensors"), "weights");
  const files = await pageFiles(folders);
  expect(await files.get("/weights/article.safetensors")).toBeDefined();
  expect(await files.get("/")).toBe(await files.get("/index.html"));
  expect(await files.get("/new.css")).toBeUndefined();

  await writeFile(join(folder, "new.css"), "p {}");
  const style = await files.get("/new.css");
  expect(style?.type).toMatch(/^text\/css/);
  expect(new TextDecoder().decode(await style!.read())).toBe("p {}");
  await rm(join(folder, "index.html"));
  expect(await files.get("/other.css")).toBeUndefined();
});
