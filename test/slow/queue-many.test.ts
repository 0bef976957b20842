/** Sixteen workers of one queue, to which everything happens at once. */
import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { random } from "../../src/core/random.ts";
import type { SweepJson } from "../../src/report/sweep/sweep-results.ts";
import { lenet5Json } from "../end-to-end/lenet5-command.ts";
import { startProxy } from "../services/proxy.ts";
import { queueRig, redisServer, timeless } from "./queue-rig.ts";
import { printed, started } from "./queue-workers.ts";

const redis = redisServer();

/** A disk of a megabyte, less than a run takes; undefined where no disks may be mounted. */
async function smallDisk(folder: string): Promise<string | undefined> {
  await mkdir(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], { stdio: "pipe" });
  } catch {
    process.stderr.write("No disk can be mounted here: no worker has a full one\n");
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", ["--lazy", folder]));
  return folder;
}

describe.runIf(redis)("Redis", () => {
  const rig = queueRig(redis!);

  test("kills, a cut network, a full disk, a restart of the server: each trial ends once, with the same bits", async () => {
    const file = await rig.sweepFile("many", {
      vary: { "learning-rate": { from: 0.001, to: 0.1, log: true } },
      ...{ choose: "sobol", measure: "val_loss", trials: 24 },
    });
    const here = await lenet5Json<SweepJson>([...rig.sweepArgs(file, "many-here"), "--jobs", "2"]);

    const proxy = await startProxy(rig.service.address);
    onTestFinished(() => proxy.end());
    const cut = rig.workerWith({ LENET5_QUEUE: proxy.address }, "--data-folder", join(rig.scratch, "elsewhere"));
    const disk = await smallDisk(join(rig.scratch, "small-disk"));
    const full = disk === undefined ? undefined : rig.workerWith({ TMPDIR: disk }, "--data-folder", join(rig.scratch, "elsewhere")); // biome-ignore format: one line
    const others = Array.from({ length: full ? 14 : 15 }, () => rig.worker());
    await Promise.all([cut, ...(full ? [full] : []), ...others].map((each) => printed(each, /takes trainings/)));
    const sweep = started(rig.sweepArgs(file, "many-there"), rig.env);
    await printed(cut, /Begins: /);
    proxy.cut();
    const draw = random(1, "many");
    for (let kills = 1; kills <= 16; kills++) {
      await delay(200 + 400 * draw.uniform());
      const place = Math.floor(draw.uniform() * others.length);
      await others[place]!.ended("SIGKILL");
      others[place] = rig.worker();
      if (kills === 6) await rig.service.restart();
      if (kills === 10) proxy.mend();
    }
    expect(await sweep.ended(), sweep.text()).toBe(0);
    // One line for each.
    const ends = sweep.text().match(/^Trial \d+: /gm) ?? [];
    expect([...ends].sort()).toEqual(here.trials.map(({ trial }) => `Trial ${trial}: `).sort());
    const there = await lenet5Json<SweepJson>(rig.sweepArgs(file, "many-there"), { env: rig.env });
    expect(timeless(there)).toBe(timeless(here));
    expect(cut.text()).toMatch(/Queue redis:.*(ECONNREFUSED|ECONNRESET|closed)/);
    if (full) expect(full.text()).toMatch(/the disk is full/);
  });
});
