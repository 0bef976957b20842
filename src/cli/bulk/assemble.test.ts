import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { assemble } from "./assemble.ts";

test("a file of answers that appeared meanwhile is not replaced; one with the same bytes is the end", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lenet5-assemble-"));
  const shards = ["1", "2"].map((name) => join(folder, `${name}.shard`));
  for (const [i, path] of shards.entries()) await writeFile(path, `{"file":"${i}.png"}\n`);
  const out = join(folder, "answers.jsonl");
  await writeFile(out, "mine");
  await expect(assemble(folder, shards, { out, format: "jsonl" })).rejects.toThrow(/exists already: delete it/);
  expect(await readFile(out, "utf8")).toBe("mine");
  await rm(out);
  for (const _ of ["moved", "there already"]) {
    await assemble(folder, shards, { out, format: "jsonl" });
    expect(await readFile(out, "utf8")).toBe('{"file":"0.png"}\n{"file":"1.png"}\n');
  }
  await rm(folder, { recursive: true });
});
