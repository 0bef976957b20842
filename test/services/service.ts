/** Real servers for tests: each has a folder and a port of its own. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";

/** A running server. */
export interface Service {
  /** Its address, as `--queue` takes it. */
  readonly address: string;
  /** Stops it at once, as if its machine had lost its power. */
  stop(): Promise<void>;
  /** Stops it in this way, if it runs, and starts it again with what it had stored. */
  restart(): Promise<void>;
  /** Stops it, and removes its folder. */
  end(): Promise<void>;
}

const postgres = "/usr/lib/postgresql";

/** The path of the first of some programs, which is installed from Debian's packages where that can be done. */
export function installed(names: readonly string[], debianPackage: string): string | undefined {
  const found = onPath(names);
  if (found !== undefined || process.getuid?.() !== 0) return found;
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", debianPackage], { stdio: "pipe", env });
  } catch {
    process.stderr.write(`${debianPackage} can neither be found nor installed here: its tests are left out\n`);
  }
  return onPath(names);
}

function onPath(names: readonly string[]): string | undefined {
  const versions = existsSync(postgres) ? readdirSync(postgres).map((name) => join(postgres, name, "bin")) : [];
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", ...versions];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** A port that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
