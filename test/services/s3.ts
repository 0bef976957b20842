import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "./service.ts";

/** moto is a server of Amazon's interfaces for tests, in Python. */
const packages = ["moto[s3,iam]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];
const folder = fileURLToPath(new URL("../../build/s3", import.meta.url));
const script = fileURLToPath(new URL("s3_server.py", import.meta.url));

/** A Python with the server, in build/s3; undefined where it cannot be had. */
export function s3Python(): string | undefined {
  const python = join(folder, "bin", "python");
  const done = join(folder, "packages.done");
  const wanted = packages.join("\n");
  try {
    if (existsSync(done) && readFileSync(done, "utf8") === wanted) return python;
    execFileSync(process.env.PYTHON ?? "python3", ["-m", "venv", "--clear", folder], { stdio: "pipe" });
    execFileSync(python, ["-m", "pip", "install", "--quiet", ...packages], { stdio: "pipe" });
    writeFileSync(done, wanted);
    return python;
  } catch {
    process.stderr.write("moto, a server of S3, can neither be found nor installed here: its tests are left out\n");
    return undefined;
  }
}

export interface S3Server {
  readonly bucket: string;
  /** Its address and the keys of its user, by the names of Amazon's variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly process: ChildProcess;
  end(): Promise<void>;
}

/** Starts a server with an empty bucket. */
export async function startS3(python: string): Promise<S3Server> {
  const bucket = "sweeps";
  const port = await freePort();
  const child = spawn(python, [script, String(port), bucket], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = once(child, "close").then(() => Promise.reject(new Error("the server of S3 does not start")));
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
  ended.catch(() => undefined);
  return {
    bucket,
    env: { ...JSON.parse(line), AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` },
    process: child,
    async end() {
      const end = once(child, "close");
      child.kill("SIGKILL");
      await end;
    },
  };
}
