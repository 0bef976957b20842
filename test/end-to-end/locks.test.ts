/** Lock files between real processes. */
import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { takeLock } from "../../src/platform/node/locks.ts";
import { temporaryName } from "../../src/platform/node/temporary-files.ts";

const program = fileURLToPath(new URL("./lock-taker.js", import.meta.url));
const platform = new URL("../../dist/platform/node.js", import.meta.url).href;

let scratch: string;
let takers: ChildProcess[];
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-locks-"));
  takers = await Promise.all([1, 2, 3].map(started));
});
afterAll(async () => {
  for (const taker of takers) taker.kill("SIGKILL");
  await rm(scratch, { recursive: true });
});

async function started(): Promise<ChildProcess> {
  const child = fork(program, [platform]);
  await once(child, "message");
  return child;
}

async function asked(child: ChildProcess, message: object | string) {
  const answer = once(child, "message");
  child.send(message);
  return (await answer)[0];
}

/** What is left of a lock whose process was killed while it held it. */
async function leftLock(path: string): Promise<string> {
  const child = await started();
  await asked(child, { path, at: 0 });
  child.kill("SIGKILL");
  await once(child, "exit");
  return readFile(path, "utf8");
}

/** All processes try at the same moment; the one that has the lock. */
async function oneTakes(path: string): Promise<ChildProcess> {
  const at = Date.now() + 4;
  const answers = await Promise.all(takers.map((taker) => asked(taker, { path, at })));
  expect(answers.map(({ isTaken, isRunning }) => isTaken || isRunning)).toEqual([true, true, true]);
  const taken = takers.filter((_, i) => answers[i].isTaken);
  expect(taken).toHaveLength(1);
  return taken[0]!;
}

test("taking a lock removes temporary files that killed processes left in its folder", async () => {
  const folder = await mkdtemp(join(scratch, "left-"));
  const gone = spawnSync(process.execPath, ["--version"]).pid;
  const own = temporaryName("a.txt");
  const left = own.replace(`-${process.pid}-`, `-${gone}-`);
  for (const name of [own, left]) await writeFile(join(folder, name), "");
  const lock = await takeLock(join(folder, "run.lock"));
  if (!lock.isTaken) expect.fail();
  await lock.release();
  expect(await readdir(folder)).toEqual([own]);
});

test("of processes that try at the same moment, one gets the lock", async () => {
  const path = join(scratch, "new.lock");
  for (let i = 0; i < 50; i++) await asked(await oneTakes(path), "release");
  expect((await readdir(scratch)).filter((name) => name.startsWith("new.lock"))).toEqual([]);
});

test("of processes that take over the lock of a killed one at the same moment, one gets it", async () => {
  const path = join(scratch, "left.lock");
  const left = await leftLock(path);
  for (let i = 0; i < 50; i++) {
    // Each with an id of its own, as in life.
    await writeFile(path, left.replace(/"id": "[^"]*"/, `"id": "left-${i}"`));
    // In some tries, one was killed while it replaced the lock.
    if (i % 3 === 0) await writeFile(`${path}.left-${i}.claim`, left.replace(/"id": "[^"]*"/, `"id": "claim-${i}"`));
    await asked(await oneTakes(path), "release");
  }
  expect((await readdir(scratch)).filter((name) => name.startsWith("left.lock"))).toEqual([]);
});

test("a lock tells its process from a later one with the same number, and from one after a restart", async () => {
  const path = join(scratch, "reused.lock");
  const lock = await takeLock(path);
  if (!lock.isTaken) throw new Error("not taken");
  expect(await takeLock(path)).toMatchObject({ isTaken: false, isRunning: true, pid: process.pid, host: hostname() });
  const own = JSON.parse(await readFile(path, "utf8"));
  expect(own.start).toEqual(process.platform === "win32" ? null : expect.stringMatching(/./));
  expect(await lock.isHeld()).toBe(true);
  await writeFile(path, JSON.stringify({ ...own, id: "earlier", start: "another time" }));
  expect(await lock.isHeld()).toBe(false);
  const next = await takeLock(path);
  expect(next.isTaken).toBe(process.platform !== "win32");
  await lock.release(); // of the old one: the new one stays
  expect(next.isTaken && (await next.isHeld())).toBe(true);
  if (next.isTaken) await next.release();
  expect(await readdir(scratch)).not.toContain("reused.lock");
});

test("a lock of another machine or container stays; a file that is no lock is refused", async () => {
  const path = join(scratch, "far.lock");
  const lock = await takeLock(path);
  const own = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...own, host: "far", place: "far", pid: 2 ** 22 }));
  expect(await takeLock(path)).toEqual({
    isTaken: false,
    isRunning: false,
    pid: 2 ** 22,
    host: "far",
    since: own.since,
  });
  const wrong = ["", "{", "{}", JSON.stringify({ ...own, id: "../x" }), JSON.stringify({ ...own, pid: -1 })];
  await Promise.all(
    wrong.map(async (text, i) => {
      await writeFile(`${path}${i}`, text);
      await expect(takeLock(`${path}${i}`)).rejects.toThrow(/is no lock file of lenet5: .* delete it/);
    }),
  );
  if (lock.isTaken) await lock.release();
});

test("a lock is released when its process ends by itself", async () => {
  const path = join(scratch, "ended.lock");
  const child = await started();
  await asked(child, { path, at: 0 });
  expect(await readdir(scratch)).toContain("ended.lock");
  child.disconnect();
  await once(child, "exit");
  expect(await readdir(scratch)).not.toContain("ended.lock");
});

test("a lock that was taken is given, also where what others left cannot be removed", async () => {
  const path = join(scratch, "with-a-folder");
  await mkdir(`${path}.left.claim`);
  const lock = await takeLock(path);
  expect(lock.isTaken).toBe(true);
  if (lock.isTaken) await lock.release();
});
