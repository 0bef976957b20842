/** Trainings whose disk is full or read-only for a while, on small file systems in memory, which root can mount. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Callback, digits, lenet5 as network, openRun, recordRun } from "../../src/index.ts";
import { contentOf } from "./kills.ts";
import { expectOneLine, lenet5, scratchFolder, writeIdxFolder } from "./lenet5-command.ts";

const canMount = mounts();

/** Whether small file systems can be mounted here; says why not. */
function mounts(): boolean {
  try {
    const folder = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "pipe" });
    execFileSync("umount", [folder]);
    return true;
  } catch (error) {
    process.stderr.write(`No disk can be mounted here (${String(error).split("\n")[0]}): tests are left out\n`);
    return false;
  }
}

let scratch: string;
const mounted: string[] = [];
beforeAll(async () => {
  scratch = await scratchFolder();
});
afterAll(async () => {
  for (const disk of mounted) execFileSync("umount", ["-l", disk]);
  await rm(scratch, { recursive: true });
});

async function newDisk(size: string): Promise<string> {
  const disk = await mkdtemp(join(tmpdir(), "lenet5-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", disk]);
  mounted.push(disk);
  return disk;
}

const remount = (disk: string, options: string) => execFileSync("mount", ["-o", `remount,${options}`, disk]);

const data = digits({ train: 200, test: 60, seed: 4 });

/** A training of five epochs that changes its disk at the ends of epochs. */
async function trained(folder: string, changes: Readonly<Record<number, () => void>>): Promise<string[]> {
  const said: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    if (String(text) !== "") said.push(String(text));
    return true;
  });
  try {
    const net = network({ seed: 1, threads: 1 });
    net.compile({ loss: "sparse_categorical_crossentropy" });
    const changing: Callback = { onEpochBegin: (epoch) => changes[epoch]?.() };
    const callbacks = [recordRun({ folder, test: data.test }), changing];
    await net.fit(data.train, { epochs: 5, batchSize: 20, verbose: 0, callbacks });
    return said;
  } finally {
    write.mockRestore();
  }
}

test.runIf(canMount)("a disk that is full for two epochs costs a warning, and no byte of the run", async () => {
  const whole = join(scratch, "whole");
  expect(await trained(whole, {})).toEqual([]);
  const disk = await newDisk("16m");
  const folder = join(disk, "run");
  const filler = join(disk, "filler");
  const fill = () => execFileSync("sh", ["-c", `cat /dev/zero > ${filler} 2>&1 || true`]);
  const said = await trained(folder, { 2: fill, 4: () => execFileSync("rm", [filler]) });
  expect(said.map((line) => line.replaceAll(folder, "RUN"))).toEqual([
    expect.stringMatching(
      /^Warning: cannot write "RUN\/.*": the disk is full; free some space or choose another disk\. Training goes on and saves again later; "RUN" keeps the training up to the end of epoch 1\.\n$/,
    ),
    'Saved again: "RUN" keeps the training up to the end of epoch 4.\n',
  ]);
  expect(await contentOf(folder)).toEqual(await contentOf(whole));
});

test.runIf(canMount)(
  "a disk that stays read-only ends the training with an error; the rest is trained later",
  async () => {
    const disk = await newDisk("16m");
    const folder = join(disk, "run");
    const failed = trained(folder, { 3: () => remount(disk, "ro") });
    await expect(failed).rejects.toThrow(
      /^cannot write ".*": the disk is read-only; choose another place; ".*" keeps the training up to the end of epoch 2$/,
    );
    remount(disk, "rw");
    const { model, initialEpoch } = await (await openRun(folder)).lastCheckpoint({ threads: 1 });
    expect(initialEpoch).toBe(2);
    const callbacks = [recordRun({ folder, test: data.test })];
    await model.fit(data.train, { epochs: 5, batchSize: 20, initialEpoch, verbose: 0, callbacks });
    expect(await contentOf(folder)).toEqual(await contentOf(join(scratch, "whole")));
  },
);

test.runIf(canMount)(
  "lenet5 train on a disk that is too small ends with one line; --resume needs room only",
  async () => {
    const idx = await writeIdxFolder(join(scratch, "data"));
    const disk = await newDisk("700k");
    const folder = join(disk, "run");
    const args = ["train", "--data", idx, "--batch-size", "32", "--epochs", "2", "--out"];
    const ended = await lenet5([...args, folder]);
    expect(ended.code).toBe(2);
    expect(ended.error).toMatch(
      /(^|\n)error: cannot write ".*": the disk is full; .*; then continue with lenet5 train --resume /,
    );
    expect((await readdir(folder)).filter((name) => /lock|tmp/.test(name))).toEqual([]);
    remount(disk, "size=16m");
    expect(await lenet5(["train", "--resume", folder])).toMatchObject({ code: 0, error: "" });
    const other = join(scratch, "roomy");
    await lenet5([...args, other]);
    expect(await contentOf(folder)).toEqual(await contentOf(other));
  },
);

test("a limit on the size of files ends the training with one line", async () => {
  if (process.platform === "win32") return;
  const idx = await writeIdxFolder(join(scratch, "limited-data"));
  const folder = join(scratch, "limited");
  await mkdir(folder);
  const limited = join(scratch, "limited.sh");
  await writeFile(limited, `ulimit -f 100\nexec "$@"\n`);
  const main = new URL("../../dist/cli/main.js", import.meta.url).pathname;
  const args = [limited, process.execPath, main, "train", "--data", idx, "--epochs", "1", "--out", folder];
  const ended = await new Promise<{ code: unknown; out: string; error: string }>((resolve) => {
    import("node:child_process").then(({ execFile }) =>
      execFile("sh", args, (failure, out, error) => resolve({ code: failure?.code ?? 0, out, error })),
    );
  });
  expectOneLine(ended as never, /the file is larger than the system allows/);
  expect(await readdir(folder)).toEqual(["config.json"]);
  expect(await lenet5(["train", "--resume", folder])).toMatchObject({ code: 0, error: "" });
  expect(await readFile(join(folder, "report.html"), "utf8")).toContain("test accuracy");
});
