/** `lenet5 predict --bulk` that is killed at every call into the file system and at random; disks and threads that fail. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { random } from "../../src/core/random.ts";
import { writePhotos, writeScans } from "../end-to-end/bulk-pictures.ts";
import { lenet5Killed } from "../end-to-end/kills.ts";
import { expectOneLine, lenet5, scratchFolder, writePng } from "../end-to-end/lenet5-command.ts";
import { preloaded } from "../end-to-end/preloaded.ts";

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

test("thousands of pictures, killed again and again while they are read, have the bytes of a run without kills", async () => {
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
    const delay = kills % 2 === 0 ? 0 : Math.round(draw.uniform() * 40);
    // Not before: a kill while a picture is read alone counts as that picture's fault, which other tests are about.
    const signals = kills < 12 ? [{ after: "pictures/s", name: "SIGKILL", delay } as const] : [];
    ({ code } = await lenet5(args(out, 1 + (kills % 3)), { signals, alone: true }));
  }
  expect(kills).toBeGreaterThan(3);
  const lines = await linesOf(expected);
  expect((await linesOf(out)).filter((line, i) => line !== lines[i])).toEqual([]);
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

describe("a place or a disk that fails while pictures are read", () => {
  const args = (source: string, out: string) => {
    return ["predict", "--bulk", source, "--out", out, "--shard", "8", "--jobs", "1"];
  };

  /** The command goes on, and its answers are those of one that nothing happened to. */
  async function expectWhole(source: string, out: string): Promise<void> {
    const again = await lenet5(args(source, out));
    expect(again).toMatchObject({ code: 0, error: "" });
    expect(again.out).toContain("Going on: 1 of 3 shards are done\n");
    const undisturbed = `${out}.other.csv`;
    expect(await lenet5(args(source, undisturbed))).toMatchObject({ code: 0 });
    expect(await readFile(out, "utf8")).toBe(await readFile(undisturbed, "utf8"));
  }

  test.each([
    ["a folder that vanishes", "folder", false],
    ["a folder on a disk that is unmounted", "folder", true],
    ["a list of pictures on a disk that is unmounted", "list", true],
  ])("%s ends it in one line; it goes on when the pictures are back", async (_, kind, isEmpty) => {
    const { photos, list, out } = await writePhotos(scratch);
    const source = kind === "list" ? list : photos;
    const [from, to] = [JSON.stringify(photos), JSON.stringify(`${photos}-away`)];
    const gone = `fs.renameSync(${from}, ${to}); ${isEmpty ? `fs.mkdirSync(${from});` : ""}`;
    const stopped = await lenet5(args(source, out), { alone: true, env: preloaded("/12.png", gone) });
    expectOneLine(stopped, /--bulk: ".*photos" is gone or empty, .*: run the same command again when they are back$/m);
    // From the first picture of a shard on, nothing was there.
    if (isEmpty) expectOneLine(await lenet5(args(source, out)), /photos" is gone or empty/);
    if (isEmpty) await rmdir(photos);
    await rename(`${photos}-away`, photos);
    await expectWhole(source, out);
  });

  test("a disk that does not answer ends it in one line, and no answer says that the picture is bad", async () => {
    const { photos, out } = await writePhotos(scratch);
    const env = preloaded("/12.png", 'throw Object.assign(new Error("EIO"), { code: "EIO" });');
    const message = /12\.png": the disk does not answer \(EIO\).*; then run the same command again$/m;
    expectOneLine(await lenet5(args(photos, out), { alone: true, env }), message);
    await expectWhole(photos, out);
  });
});

describe("a picture that breaks off whatever reads it", () => {
  const args = (out: string) => [
    ...["predict", "--bulk", join(scans, "page 2"), "--out", out, "--shard", "8", "--jobs", "2"],
  ];

  /** The answers of a command that nothing happens to. */
  let undisturbed: readonly string[];
  beforeAll(async () => {
    const out = join(scratch, "undisturbed.jsonl");
    expect(await lenet5(args(out))).toMatchObject({ code: 0 });
    undisturbed = await linesOf(out);
  });

  /** All answers but that of one picture are as without trouble. */
  async function expectOthers(out: string): Promise<void> {
    const lines = await linesOf(out);
    expect(JSON.parse(lines[12]!).error).toMatch(
      /12\.png: reading it broke off twice, .*: try it alone with lenet5 predict$/,
    );
    expect(lines.toSpliced(12, 1)).toEqual(undisturbed.toSpliced(12, 1));
    expect(await readdir(scratch)).not.toContain(`${basename(out)}.shards`);
  }

  test("the process: it is tried alone, and after the second time its row has an error", async () => {
    const out = join(scratch, "killed-by.jsonl");
    const env = preloaded("/12.png", 'process.kill(process.pid, "SIGKILL");');
    expect(await lenet5(args(out), { alone: true, env })).toMatchObject({ code: null });
    const second = await lenet5(args(out), { alone: true, env });
    expect(second.code).toBe(null);
    expect(second.out).toMatch(/^The last command broke off while it read [12] pictures?: read again first, alone$/m);
    const third = await lenet5(args(out), { alone: true, env });
    expect(third).toMatchObject({ code: 2, error: expect.stringMatching(/^error: 1 of 30 pictures cannot be read/) });
    await expectOthers(out);
  });

  test("its thread, in one command", async () => {
    const out = join(scratch, "thread-ended.jsonl");
    const { code, out: said } = await lenet5(args(out), { alone: true, env: preloaded("/12.png", "process.exit(7);") });
    expect(code).toBe(2);
    expect(said.match(/^Note: .*$/gm)).toEqual([
      'Note: the thread of shard 2 failed: exit code 7; "12.png" is read again, alone',
      'Note: the thread of shard 2 failed: exit code 7; "12.png" is given up, and its row has an error',
    ]);
    await expectOthers(out);
  });

  test("in its shard, but not alone: no answer says that it is bad", async () => {
    const [out, reads] = [join(scratch, "good.jsonl"), JSON.stringify(join(scratch, "reads"))];
    // Every second time it is read alone.
    const count = `const count = 1 + (fs.existsSync(${reads}) ? Number(readFileSync(${reads}, "utf8")) : 0);`;
    const kill = `fs.writeFileSync(${reads}, String(count)); if (count % 2 === 1 && count < 6) `;
    const env = preloaded("/12.png", `${count} ${kill} process.kill(process.pid, "SIGKILL");`);
    for (let kills = 0; kills < 3; kills++)
      expect(await lenet5(args(out), { alone: true, env })).toMatchObject({ code: null });
    expect(await lenet5(args(out), { alone: true, env })).toMatchObject({ code: 0, error: "" });
    expect(await linesOf(out)).toEqual(undisturbed);
  });

  test("its thread in its shard, but not alone: the command ends with the cause", async () => {
    const [out, reads] = [join(scratch, "again.jsonl"), JSON.stringify(join(scratch, "reads-again"))];
    const count = `const count = 1 + (fs.existsSync(${reads}) ? Number(readFileSync(${reads}, "utf8")) : 0);`;
    const end = `fs.writeFileSync(${reads}, String(count)); if (count % 2 === 1) process.exit(7);`;
    const env = preloaded("/12.png", `${count} ${end}`);
    const { code, error } = await lenet5(args(out), { alone: true, env });
    expect(error).toMatch(/^error: .*exit code 7, again at "12\.png", which can be read alone: give fewer --jobs\n$/);
    expect(code).toBe(1);
    expect(await lenet5(args(out))).toMatchObject({ code: 0, error: "" });
    expect(await linesOf(out)).toEqual(undisturbed);
  });

  test("as do all others: the command ends with the cause after the third in a row", async () => {
    const out = join(scratch, "all.jsonl");
    const { code, error } = await lenet5(args(out), { alone: true, env: preloaded(".png", "process.exit(7);") });
    expect(error).toMatch(
      /^error: reading broke off at 3 pictures in a row, the last one ".*png": .* exit code 7; .*\n$/,
    );
    expect(code).toBe(1);
    expect(await lenet5(args(out))).toMatchObject({ code: 2 });
    const failed = (await linesOf(out)).filter((line) => JSON.parse(line).error !== undefined);
    expect(failed).toHaveLength(3);
  });

  test("a command that is stopped at once has not broken off", async () => {
    const out = join(scratch, "stopped.csv");
    const stop =
      'process.kill(process.pid, "SIGTERM"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000);';
    const env = preloaded("/12.png", stop);
    expect(await lenet5(args(out), { alone: true, env })).toMatchObject({ code: 143 });
    expect((await readdir(`${out}.shards`)).filter((name) => /reading|broken/.test(name))).toEqual([]);
  });
});

async function linesOf(path: string): Promise<readonly string[]> {
  return (await readFile(path, "utf8")).trimEnd().split("\n");
}

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
