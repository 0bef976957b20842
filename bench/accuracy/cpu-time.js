/**
 * Loaded before a program by `node --import`: at the end, the seconds for which all threads of the process kept a core
 * busy, in the file that CPU_TIME names. Unlike the time on a clock, waiting for a busy machine does not count.
 */
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env.CPU_TIME;
if (isMainThread && file !== undefined)
  process.once("exit", () => {
    const { user, system } = process.cpuUsage();
    writeFileSync(file, String((user + system) / 1e6));
  });
