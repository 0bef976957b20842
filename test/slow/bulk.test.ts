/** `lenet5 predict --bulk` that is killed at every call into the file system, at random moments, and on a full disk. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { random } from "../../src/core/random.ts";
import { writeScans } from "../end-to-end/bulk-pictures.ts";
import { lenet5Killed } from "../end-to-end/kills.ts";
import { expectOneLine, lenet5, scratchFolder, writePng } from "../end-to-end/lenet5-command.ts";

let scratch: string;
let scans: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  scans = join(scratch, "scans");
  await writeScans(scans);
});
afterAll(() => rm(scratch, { recursive: true }));

/** A command that reads the scans into a new file. */
async function command(name: string): Promise<{ readonly out: string; readonly args: readonly string[] }> {
  const out = join(await mkdtemp(join(scratch, "out-")), name);
  return { out, args: ["predict", "--bulk", scans, "--out", out, "--shard", "30", "--jobs", "2"] };
}

async function whole(name: string): Promise<Buffer> {
  const { out, args } = await command(name);
  expect(await lenet5(args)).toMatchObject({ code: 2 });
  return readFile(out);
}

test("killed at every call into the file system, the command goes on and writes the same bytes", async () => {
  const expected = await whole("answers.parquet");
  for (let calls = 1, isDone = false; !isDone; calls++) {
    for (const isHalf of [false, true]) {
      const { out, args } = await command("answers.parquet");
      const { code } = await lenet5Killed(args, { calls, isHalf });
      if (code === null) {
        const { code, error } = await lenet5(args);
        expect({ code, error }, `call ${calls}`).toEqual({ code: 2, error: expect.stringMatching(/^error: .*\n$/) });
      } else isDone = true;
      expect((await readFile(out)).equals(expected), `call ${calls}`).toBe(true);
    }
  }
});

test("thousands of pictures, killed at random until they are read, have the bytes of a run without kills", async () => {
  const folder = join(scratch, "thousands");
  for (let i = 0; i < 3000; i++) {
    if (i % 500 === 0) await mkdir(join(folder, `${i / 500}`), { recursive: true });
    await writePng(join(folder, `${Math.floor(i / 500)}`, `${i}.png`), i % 60);
  }
  const args = (out: string, jobs: number) => ["predict", "--bulk", folder, "--out", out, "--jobs", String(jobs)];
  const [expected, out] = [join(scratch, "expected.jsonl"), join(scratch, "killed.jsonl")];
  expect(await lenet5(args(expected, 2))).toMatchObject({ code: 0, error: "" });
  const draw = random(5, "bulk");
  let kills = 0;
  for (let code: number | null = null; code === null; kills++) {
    const delay = Math.round(draw.uniform() * 600);
    const signals = kills < 12 ? [{ after: "read by", name: "SIGKILL", delay } as const] : [];
    ({ code } = await lenet5(args(out, 1 + (kills % 3)), { signals, alone: true }));
  }
  expect(kills).toBeGreaterThan(3);
  expect((await readFile(out)).equals(await readFile(expected))).toBe(true);
  expect((await readdir(scratch)).filter((name) => name.startsWith("killed"))).toEqual(["killed.jsonl"]);
});

test.runIf(canMount())("a full disk ends the command in one line; with more room it goes on", async () => {
  const disk = await mkdtemp(join(tmpdir(), "lenet5-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=96k", "tmpfs", disk]);
  try {
    const out = join(disk, "answers.jsonl");
    const args = ["predict", "--bulk", scans, "--out", out, "--shard", "20"];
    expectOneLine(await lenet5(args), /cannot write ".*": the disk is full; free some space/);
    const kept = (await readdir(`${out}.shards`)).filter((name) => name.endsWith(".shard"));
    execFileSync("mount", ["-o", "remount,size=4m", disk]);
    const { code, out: said } = await lenet5(args);
    expect(code).toBe(2);
    if (kept.length > 0) expect(said).toContain(`Going on: ${kept.length} of 4 shards are done`);
    expect((await readFile(out)).equals(await whole("answers.jsonl"))).toBe(true);
    expect(await readdir(disk)).toEqual(["answers.jsonl"]);
  } finally {
    execFileSync("umount", ["-l", disk]);
  }
});

/** Whether small file systems can be mounted here, which needs root. */
function canMount(): boolean {
  try {
    const folder = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "pipe" });
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return false;
  }
}
