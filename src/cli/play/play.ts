import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { InputError } from "../../core/errors.ts";
import type { PlayOptions } from "../commands/play.ts";
import { shippedNames } from "../networks/networks.ts";
import { printer, printJson } from "../output.ts";
import { isLoopback } from "./own-hosts.ts";
import { pageFiles } from "./page-files.ts";
import { pageServer } from "./page-server.ts";
import { jsonResource, type Resources } from "./resource.ts";
import { servedMnist } from "./served-mnist.ts";
import { servedRuns } from "./served-runs.ts";

/** The port without `--port`: the year of the article. */
const PORT = 1998;

/** How many ports after it are tried where it is taken. */
const MORE_PORTS = 20;

/** `lenet5 play`: serves the page until Ctrl-C. */
export async function play(
  paths: readonly string[],
  { data, host = "127.0.0.1", port, json }: PlayOptions,
): Promise<void> {
  if (host === "") throw new InputError('--host: expected an address of this machine, got ""');
  const print = printer(json);
  const files = await pageFiles();
  const { runs, resources: ofRuns } = await servedRuns(paths);
  const mnist = await servedMnist(data);
  const served = { mnist: mnist.size > 0, runs, keepsOffline: false };
  const own = new Map([...ofRuns, ...mnist, ["/served.json", jsonResource(() => served)] as const]);
  const resources: Resources = { get: (path) => own.get(path) ?? files.get(path) };
  const server = pageServer(resources, host, ({ message }) => print(`Error: ${message}`));
  const got = await listen(server, host, port);
  endAtInterrupt(server);
  if (!isLoopback(host))
    print(
      "Warning: every machine of your network can open the page and read the networks, histories and data it serves",
    );
  const networks = [...shippedNames, ...runs.map(({ name }) => name)];
  const [address, ...others] = addresses(host, got);
  if (json) return printJson({ address, networks, mnist: served.mnist });
  if (port === undefined && got !== PORT) print(`Port ${PORT} is taken: this is the next free one`);
  print(`Networks: ${networks.join(", ")}`);
  print(`Data: ${served.mnist ? "MNIST, and " : ""}the built-in digits`);
  if (!served.mnist) print("For MNIST, run `lenet5 train` once where the internet is, or name its folder with --data");
  print(`The page: ${address} (Ctrl-C ends it)`);
  if (others.length > 0) print(`From other machines: ${others.join(", ")}`);
}

/** Listens on the port, or without one on the first that is free; returns it. @throws InputError where it cannot */
async function listen(server: Server, host: string, port: number | undefined): Promise<number> {
  for (let tried = port ?? PORT; ; tried++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(tried, host, () => resolve());
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "EADDRINUSE" && port === undefined && tried < PORT + MORE_PORTS) continue;
      throw new InputError(`play: ${reasons[code ?? ""]?.(host, tried) ?? `cannot listen: ${message}`}`, {
        cause: error,
      });
    } finally {
      server.removeAllListeners("error");
    }
  }
}

const reasons: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (_, port) => `port ${port} is taken; give another with --port, or 0 for any that is free`,
  EACCES: (_, port) => `port ${port} needs the rights of an administrator; give one from 1024 on with --port`,
  EADDRNOTAVAIL: (host) => `--host: expected an address of this machine, got "${host}"`,
  ENOTFOUND: (host) => `--host: expected an address of this machine, got "${host}"`,
};

/** Ctrl-C ends the command at once: a browser keeps its connections open. */
function endAtInterrupt(server: Server): void {
  const end = () => {
    server.close();
    process.exit(0);
  };
  process.once("SIGINT", end).once("SIGTERM", end);
}

/** The addresses of the page: that for this machine first. */
function addresses(host: string, port: number): string[] {
  const at = (name: string) => `http://${name.includes(":") ? `[${name}]` : name}:${port}/`;
  if (host !== "0.0.0.0" && host !== "::") return [at(host)];
  const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [
    at("127.0.0.1"),
    ...others.filter(({ internal, family }) => !internal && family === "IPv4").map((one) => at(one.address)),
  ];
}
