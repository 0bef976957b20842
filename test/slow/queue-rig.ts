/** What tests of a queue have in common: a real server, data in two places, and workers as processes of this machine. */
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { SweepJson } from "../../src/report/sweep/sweep-results.ts";
import { scratchFolder, writeIdxFolder } from "../end-to-end/lenet5-command.ts";
import { postgresPassword, postgresPrograms, startPostgres } from "../services/postgres.ts";
import { redisPassword, redisProgram, startRedis } from "../services/redis.ts";
import type { Service } from "../services/service.ts";
import { type StartedWorker, started } from "./queue-workers.ts";

/** A server that is installed here. */
export interface QueueServer {
  readonly password: string;
  /** Whether a job stops being a worker's by the passing of time; otherwise it does when it is given to another one. */
  readonly locksExpire: boolean;
  start(): Promise<Service>;
}

/** Redis or Valkey; undefined where there is none. */
export function redisServer(): QueueServer | undefined {
  const program = redisProgram();
  return program === undefined
    ? undefined
    : { password: redisPassword, locksExpire: true, start: () => startRedis(program) };
}

export function postgresServer(): QueueServer | undefined {
  const programs = postgresPrograms();
  return programs === undefined
    ? undefined
    : { password: postgresPassword, locksExpire: false, start: () => startPostgres(programs) };
}

/** The server of a test file, which runs from its first test to its last one; workers end with each test. */
export function queueRig({ password, start }: QueueServer) {
  let scratch: string;
  let data: string;
  let elsewhere: string;
  let service: Service;
  const workers: StartedWorker[] = [];

  beforeAll(async () => {
    scratch = await scratchFolder();
    data = await writeIdxFolder(join(scratch, "letters"));
    // The same data in another place, as on another machine.
    elsewhere = join(scratch, "elsewhere");
    await mkdir(elsewhere);
    await cp(data, join(elsewhere, "letters"), { recursive: true });
    service = await start();
  });
  afterEach(async () => {
    for (const each of workers.splice(0)) await each.ended("SIGKILL");
  });
  afterAll(async () => {
    await service?.end();
    await rm(scratch, { recursive: true });
  });

  const rig = {
    password,
    get service() {
      return service;
    },
    get scratch() {
      return scratch;
    },
    get data() {
      return data;
    },
    get env(): Record<string, string> {
      return { LENET5_QUEUE: service.address, LENET5_QUEUE_PASSWORD: password, TMPDIR: scratch };
    },
    /** A worker that has the data, with more options. */
    worker: (...more: string[]) => rig.workerWith({}, "--data-folder", elsewhere, ...more),
    workerWith(env: Readonly<Record<string, string>>, ...more: string[]): StartedWorker {
      const made = started(["worker", "--jobs", "1", "--lost-after", "2", ...more], { ...rig.env, ...env });
      workers.push(made);
      return made;
    },
    /** Words of `lenet5` for a sweep into a folder of this name. */
    sweepArgs: (file: string, out: string) => ["sweep", file, "--out", join(scratch, out)],
    async sweepFile(name: string, more: object = {}): Promise<string> {
      const sweep = {
        train: { data, epochs: 4, "checkpoint-seconds": 0.05 },
        vary: { "learning-rate": { from: 0.001, to: 0.1, log: true }, optimizer: ["sgd", "adam"] },
        choose: { by: "halving", eta: 2 },
        measure: { metric: "val_loss", seeds: 2 },
        trials: 4,
        ...more,
      };
      const path = join(scratch, `${name}.json`);
      await writeFile(path, JSON.stringify(sweep));
      return path;
    },
  };
  return rig;
}

/** The bytes of the results, without times and the names of folders. */
export const timeless = ({ command: _, bestCommands: __, ...results }: SweepJson) =>
  JSON.stringify(results, (key, value) => (key === "seconds" ? 0 : value));
