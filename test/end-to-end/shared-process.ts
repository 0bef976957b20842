import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const oneProcess = fileURLToPath(new URL("one-process.js", import.meta.url));

/** The end of a command. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A process that runs commands of lenet5, one after the other. It starts with the first command and ends with this
 * process, which it does not keep alive.
 */
export class SharedProcess {
  private readonly main: string;
  private child: ChildProcess | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** @param main the path of the built `cli/main.js` */
  constructor(main: string) {
    this.main = main;
  }

  run(args: readonly string[], { env, folder = process.cwd() }: { env: Environment; folder?: string }) {
    const outcome = this.last.then(() => this.runNow({ args, env: defined(env), folder }));
    this.last = outcome.catch(() => {});
    return outcome;
  }

  end(): void {
    this.child?.kill();
  }

  private async runNow(command: {
    readonly args: readonly string[];
    readonly env: Environment;
    readonly folder: string;
  }): Promise<Outcome> {
    const child = this.started(command.env);
    const ended = new AbortController();
    const { signal } = ended;
    try {
      const answer = once(child, "message", { signal });
      const exit = once(child, "exit", { signal });
      child.channel?.ref();
      child.send(command);
      const [first] = await Promise.race([answer, exit]);
      if (typeof first === "object" && first !== null) return first as Outcome;
      throw new Error(`lenet5 ${command.args.join(" ")}: it ended its process, so it needs one of its own`);
    } finally {
      child.channel?.unref();
      ended.abort();
    }
  }

  private started(env: Environment): ChildProcess {
    if (this.child?.connected) return this.child;
    // What commands print goes to the parent in messages; what appears here is an error of the process itself.
    const child = spawn(process.execPath, [oneProcess, this.main], {
      env: { ...env },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.unref();
    this.child = child;
    return child;
  }
}

function defined(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}
