import { execFile, execFileSync } from "node:child_process";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort, installed, type Service } from "./service.ts";

const execute = promisify(execFile);

/** The password of the server: an address never shows it. */
export const postgresPassword = "secret-of-postgres";

/** The folder of PostgreSQL's programs; undefined where there are none. */
export function postgresPrograms(): string | undefined {
  const program = installed(["initdb"], "postgresql");
  return program && dirname(program);
}

/** Starts a server with an empty database. */
export async function startPostgres(programs: string): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), "lenet5-postgres-"));
  const port = await freePort();
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? otherUser() : undefined;
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const run = (program: string, ...args: string[]) => execute(join(programs, program), args, { ...user, cwd: folder });
  let isRunning = false;
  const options = `-p ${port} -h 127.0.0.1 -k ${folder}`;
  const start = async () => {
    await run("pg_ctl", "-D", data, "-l", join(folder, "log"), "-w", "-o", options, "start");
    isRunning = true;
  };
  const stop = async () => {
    if (isRunning) await run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
    isRunning = false;
  };
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, postgresPassword);
  await run("initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync");
  await start();
  return {
    address: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop,
    async restart() {
      await stop();
      await start();
    },
    async end() {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

function otherUser(): { readonly uid: number; readonly gid: number } {
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
