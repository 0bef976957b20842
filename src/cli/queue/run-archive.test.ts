import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packedRun, unpackedRun, writeRun } from "./run-archive.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-archive-"));
});
afterAll(() => rm(scratch, { recursive: true }));

const config = { title: "a", notes: { Data: "~/data" }, extra: { network: "net.ts", module: "/there/net.ts", data: "/there/data", dataFromRun: "../data" } }; // biome-ignore format: one line

test("a run goes to another machine: its files, without its lock, with the places of that machine", async () => {
  const from = join(scratch, "from");
  await mkdir(from);
  expect(await packedRun(from)).toBeUndefined();
  await writeFile(join(from, "config.json"), JSON.stringify(config));
  await writeFile(join(from, "model.safetensors"), "weights");
  await writeFile(join(from, "run.lock"), "mine");
  await writeFile(join(from, ".model.safetensors.1.tmp"), "half");
  const packed = await packedRun(from);
  const to = join(scratch, "to", "run");
  await mkdir(to, { recursive: true });
  await writeFile(join(to, "checkpoint.safetensors"), "older");
  const files = await unpackedRun(packed!);
  await writeRun(files, to, { data: "/here/data", network: { given: "./net.ts", path: "/here/net.ts" } });
  expect(await readdir(to)).toEqual(["config.json", "model.safetensors"]);
  expect(await readFile(join(to, "model.safetensors"), "utf8")).toBe("weights");
  const moved = JSON.parse(await readFile(join(to, "config.json"), "utf8"));
  expect(moved).toMatchObject({ title: "a", notes: { Data: "/here/data" } });
  expect(moved.extra).toMatchObject({ network: "./net.ts", module: "/here/net.ts", data: "/here/data" });
  await writeRun(files, to, { data: "digits" });
  const drawn = JSON.parse(await readFile(join(to, "config.json"), "utf8"));
  expect(drawn.extra).toMatchObject({ data: "digits" });
  expect(drawn.extra).not.toHaveProperty("dataFromRun");
});

test.each(["../config.json", "/etc/passwd", "a/b.json", "run.lock", "..", ".bashrc"])(
  "a packed run with a file %j is refused",
  async (name) => {
    const packed = zipSync({ "config.json": strToU8(JSON.stringify(config)), [name]: strToU8("x") });
    await expect(unpackedRun(packed)).rejects.toThrow(/^run: expected files of a run/);
  },
);

test("a damaged one is refused in one line", async () => {
  await expect(unpackedRun(strToU8("nothing"))).rejects.toThrow(/^run: /);
});
