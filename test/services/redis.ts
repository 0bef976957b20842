import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort, installed, type Service } from "./service.ts";

/** The password of the server: an address never shows it. */
export const redisPassword = "secret-of-redis";

/** The program of Redis, or of Valkey; undefined where there is none. */
export function redisProgram(): string | undefined {
  return installed(["redis-server", "valkey-server"], "redis-server");
}

/** Starts a server, which writes each change to the disk before it answers. */
export async function startRedis(program: string): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), "lenet5-redis-"));
  const port = await freePort();
  let server = await started();
  return {
    address: `redis://127.0.0.1:${port}`,
    stop: () => stopped(server),
    async restart() {
      await stopped(server);
      server = await started();
    },
    async end() {
      await stopped(server);
      await rm(folder, { recursive: true });
    },
  };

  async function started(): Promise<ChildProcess> {
    const given = { port, bind: "127.0.0.1", dir: folder, requirepass: redisPassword };
    const durable = { appendonly: "yes", appendfsync: "always", save: "" };
    const args = Object.entries({ ...given, ...durable }).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(program, args, { stdio: "ignore" });
    while (!(await listens(port))) await delay(20);
    return child;
  }
}

async function stopped(server: ChildProcess): Promise<void> {
  if (server.signalCode !== null || server.exitCode !== null) return;
  const end = once(server, "close");
  server.kill("SIGKILL");
  await end;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
