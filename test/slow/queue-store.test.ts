/** Sweeps whose data and runs travel through a store: a folder, and S3 of a real server. */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SweepJson } from "../../src/report/sweep/sweep-results.ts";
import { expectOneLine, lenet5, lenet5Json } from "../end-to-end/lenet5-command.ts";
import { type S3Server, s3Python, startS3 } from "../services/s3.ts";
import { queueRig, redisServer, timeless } from "./queue-rig.ts";
import { printed, type StartedWorker, started } from "./queue-workers.ts";

const redis = redisServer();
const python = redis && s3Python();

describe.runIf(redis)("with Redis", () => {
  const rig = queueRig(redis!);

  /** The same sweep here, and on a worker without data; what the worker printed. */
  async function sameBits(name: string, store: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const file = await rig.sweepFile(name, { measure: "val_loss" });
    const here = await lenet5Json<SweepJson>([...rig.sweepArgs(file, `${name}-here`), "--jobs", "2"]);
    const worker = rig.workerWith({ ...env, XDG_CACHE_HOME: join(rig.scratch, `${name}-cache`) }, "--store", store);
    const args = [...rig.sweepArgs(file, `${name}-there`), "--store", store];
    const there = await lenet5Json<SweepJson>(args, { env: { ...rig.env, ...env }, alone: true });
    expect(timeless(there)).toBe(timeless(here));
    const run = join(rig.scratch, `${name}-there`, "trials/0001-seed-1");
    expect(await lenet5Json(["evaluate", run])).toBeTruthy();
    const config = await readFile(join(run, "config.json"), "utf8");
    return [worker.text(), JSON.stringify(there), config].join("\n");
  }

  test("a folder", async () => {
    const store = join(rig.scratch, "store");
    await mkdir(store);
    await sameBits("folder", store);
    const kept = await readdir(store, { recursive: true });
    expect(kept).toContainEqual(expect.stringMatching(/^folder-.*\/0001-seed-1\.zip$/));
    expect(kept).toContainEqual(expect.stringMatching(/^data\/\w{64}\/letters\/files\.json$/));
  });

  describe.runIf(python)("S3", () => {
    let s3: S3Server;
    let store: string;
    beforeAll(async () => {
      s3 = await startS3(python!);
      store = `s3://${s3.bucket}/tests`;
    });
    afterAll(() => s3?.end());

    test("has the same bits, and the keys are in nothing that is kept or printed", async () => {
      const texts = await sameBits("s3", store, s3.env);
      expect(texts).not.toContain(s3.env.AWS_SECRET_ACCESS_KEY);
    });

    test("wrong keys and a bucket that is not there end sweep and worker in one line", async () => {
      const file = await rig.sweepFile("refused");
      const wrong = { ...rig.env, ...s3.env, AWS_SECRET_ACCESS_KEY: "wrong-secret" };
      const sweep = await lenet5([...rig.sweepArgs(file, "refused"), "--store", store], { alone: true, env: wrong });
      expectOneLine(sweep, /--store: cannot use s3:\/\/sweeps\/tests\/ at http:.*the secret key is wrong/);
      expect(sweep.error).not.toContain("wrong-secret");
      const env = { ...rig.env, ...s3.env };
      const gone = await lenet5(["worker", "--store", "s3://gone"], { alone: true, env });
      expectOneLine(gone, /--store: cannot use s3:\/\/gone\/ at http:.*there is no such bucket/);
    });

    test("a store that does not answer for a while delays a sweep, and loses nothing", async () => {
      const file = await rig.sweepFile("paused", { choose: "sobol", measure: "val_loss", trials: 3 });
      const here = await lenet5Json<SweepJson>([...rig.sweepArgs(file, "paused-here"), "--jobs", "2"]);
      const env = { ...s3.env, XDG_CACHE_HOME: join(rig.scratch, "paused-cache") };
      const worker: StartedWorker = rig.workerWith(env, "--store", store);
      const args = [...rig.sweepArgs(file, "paused-there"), "--store", store];
      const sweep = started(args, { ...rig.env, ...s3.env });
      await printed(worker, /Begins: /);
      s3.process.kill("SIGSTOP");
      // Shorter than a request is waited for.
      await delay(6000);
      s3.process.kill("SIGCONT");
      expect(await sweep.ended(), sweep.text()).toBe(0);
      const there = await lenet5Json<SweepJson>(args, { alone: true, env: { ...rig.env, ...s3.env } });
      expect(timeless(there)).toBe(timeless(here));
    });

    test("a worker is killed, and the store is away for longer than an upload may take: each trial ends once, with the same bits", async () => {
      const name = "store-killed";
      const more = { train: { data: rig.data, epochs: 12 }, choose: "sobol", measure: "val_loss", trials: 4 };
      const file = await rig.sweepFile(name, more);
      const here = await lenet5Json<SweepJson>([...rig.sweepArgs(file, `${name}-here`), "--jobs", "2"]);
      const env = { ...s3.env, XDG_CACHE_HOME: join(rig.scratch, `${name}-cache`) };
      const worker = () => rig.workerWith(env, "--store", store);
      const [killed, other] = [worker(), worker()];
      const args = [...rig.sweepArgs(file, `${name}-there`), "--store", store];
      const sweep = started(args, { ...rig.env, ...s3.env });
      await Promise.all([killed, other].map((each) => printed(each, /Begins: /)));
      await delay(1000 * Math.random());
      await killed.ended("SIGKILL");
      const anew = worker();
      // Without a byte for 10 seconds, an upload is given up and tried again.
      s3.process.kill("SIGSTOP");
      await delay(13_000);
      s3.process.kill("SIGCONT");
      expect(await sweep.ended(), sweep.text()).toBe(0);
      const ends = sweep.text().match(/^Trial \d+: /gm) ?? [];
      expect([...ends].sort()).toEqual(here.trials.map(({ trial }) => `Trial ${trial}: `).sort());
      const there = await lenet5Json<SweepJson>(args, { alone: true, env: { ...rig.env, ...s3.env } });
      expect(timeless(there)).toBe(timeless(here));
      for (const { trial } of here.trials) {
        const modelOf = (out: string) =>
          readFile(join(rig.scratch, out, "trials", `000${trial}-seed-1`, "model.safetensors"));
        expect((await modelOf(`${name}-there`)).equals(await modelOf(`${name}-here`)), `trial ${trial}`).toBe(true);
      }
      expect(anew.text()).toMatch(/takes trainings/);
    });
  });
});
