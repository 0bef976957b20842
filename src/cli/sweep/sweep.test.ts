import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sweep } from "./sweep.ts";

test("a sweep whose earlier results cannot be read does not leave its folder locked", async () => {
  const scratch = await mkdtemp(join(tmpdir(), "lenet5-sweep-"));
  const file = join(scratch, "a.json");
  await writeFile(file, JSON.stringify({ train: { data: "digits" }, vary: { epochs: [1, 2] }, choose: "grid" }));
  const out = join(scratch, "out");
  await mkdir(out);
  // A file, where a folder is expected.
  await writeFile(join(out, "trials"), "");
  await expect(sweep(file, { out }, "lenet5 sweep a.json", "1.0.0")).rejects.toThrow(/^cannot list ".*trials"/);
  expect(await readdir(out)).not.toContain("run.lock");
  await rm(scratch, { recursive: true });
});
