/** Which processes of this machine are running. A number alone does not say it: the system gives it out again. */
import { execFile } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { promisify } from "node:util";

/**
 * Where numbers of processes have one meaning: the machine and, on Linux, the container. Machines that share a disk may
 * have the same name.
 */
export function placeOfProcesses(): string {
  const machine = tried(() => [readFileSync("/etc/machine-id", "utf8").trim()], []);
  return [hostname(), ...machine, ...tried(() => [readlinkSync("/proc/self/ns/pid")], [])].join(" ");
}

/** Whether a process of that number exists. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/**
 * What tells a process from an earlier one of the same number: on Linux the boot and the time of its start in ticks
 * since then, on other Unix systems the time of its start. "" for one that is gone; null where the system does not say.
 */
export async function startOf(pid: number): Promise<string | null> {
  if (!exists(pid)) return "";
  if (process.platform === "linux") {
    return tried(() => {
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      // The name of the program, in parentheses, may contain anything.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      // One that has ended stays in the list until its parent has asked how.
      const [state, ticks] = [fields[0]!, fields[19]!];
      return "ZX".includes(state) ? "" : `${boot} ${ticks}`;
    }, null);
  }
  if (process.platform === "win32") return null;
  try {
    const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)], { env });
    return stdout.trim();
  } catch {
    return exists(pid) ? null : "";
  }
}

function tried<Result>(read: () => Result, otherwise: Result): Result {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
