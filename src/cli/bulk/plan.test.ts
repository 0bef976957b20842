import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { begunPlan, newPlan } from "./plan.ts";
import { sourceAt } from "./source.ts";

test("a new plan leaves nothing of an earlier one: shards, and pictures that broke off", async () => {
  const scratch = await mkdtemp(join(tmpdir(), "lenet5-plan-"));
  const list = join(scratch, "list.txt");
  await writeFile(list, "a.png\nb.png\n");
  await writeFile(join(scratch, "a.png"), "");
  const folder = await mkdtemp(join(scratch, "shards-"));
  for (const ending of ["shard", "reading", "alone", "broken"]) await writeFile(join(folder, `000000.${ending}`), "0");
  await newPlan(folder, await sourceAt(list), { lenet5: "1", model: "m", settings: "s", shard: undefined });
  expect(await readdir(folder)).toEqual(["pictures.jsonl", "plan.json"]);
  await rm(scratch, { recursive: true });
});

test("the plan of another version is refused as such, whatever else it holds", async () => {
  const scratch = await mkdtemp(join(tmpdir(), "lenet5-plan-"));
  const list = join(scratch, "list.txt");
  await writeFile(list, "a.png\n");
  await writeFile(join(scratch, "plan.json"), JSON.stringify({ lenet5: "0.9.0", skipped: null }));
  const begun = (lenet5: string) =>
    sourceAt(list).then((source) =>
      begunPlan(scratch, source, { lenet5, model: "m", settings: "s", shard: undefined }),
    );
  await expect(begun("1.0.0")).rejects.toThrow(/ was begun with another version of lenet5: give the same to go on/);
  await expect(begun("0.9.0")).rejects.toThrow(/plan\.json: model: expected /);
  await rm(scratch, { recursive: true });
});
