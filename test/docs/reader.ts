import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, realpath, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Plugin } from "rolldown";
import { buildForNode } from "../../tools/build-for-node.js";
import { writeIdxFolder, writePng } from "../end-to-end/lenet5-command.ts";
import { SharedProcess } from "../end-to-end/shared-process.ts";
import { pngBytes, writeFiles } from "../made-files.ts";
import { commandsOf, type Page, root, withoutComment } from "./pages.ts";

/** Images that "MNIST" and the built-in digits have here, so that examples take a second and need no download. */
const few = { train: 360, test: 120 };

/** Milliseconds after which an example is stopped: one that never ends fails, and leaves no process behind. */
const TIMEOUT = 240_000;

/**
 * The package as npm packs it, but for its data: modules with a few built-in digits take the place of MNIST and of the
 * full set of built-in digits. So the pages can print commands as they are, and the published code knows nothing of
 * tests.
 */
export async function packageWithFewImages(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const part of ["package.json", "dist", "weights"])
    await cp(root + part, join(folder, part), { recursive: true });
  await buildForNode(join(folder, "dist"), [fewImages]);
  return folder;
}

/** The modules that others take the place of, by their paths; `?published` after a path is the module itself. */
const replacements = new Map([
  [
    `${root}src/data/digits/digits.ts`,
    `import * as all from "./digits.ts?published";
    export * from "./digits.ts?published";
    export const digits = (options) => all.digits({ ...${JSON.stringify(few)}, ...options });
    export const digitsInSlices = (options, show) => all.digitsInSlices({ ...${JSON.stringify(few)}, ...options }, show);`,
  ],
  [
    `${root}src/data/mnist.ts`,
    `import { digits } from "./digits/digits.ts";
    export * from "./mnist.ts?published";
    export const mnist = async ({ size } = {}) => ({ ...digits({ seed: 7, size }), source: "MNIST" });`,
  ],
]);

const PUBLISHED = "?published";

const fewImages: Plugin = {
  name: "few-images",
  resolveId: (source, importer) =>
    source.endsWith(PUBLISHED) && importer ? join(dirname(importer), source) : undefined,
  load: async (id) =>
    id.endsWith(PUBLISHED)
      ? { code: await readFile(id.slice(0, -PUBLISHED.length), "utf8"), moduleType: "ts" }
      : replacements.get(id),
};

/** A folder as a reader has it: the package, a picture of a digit, a data set in MNIST's format, and one of pictures. */
export async function readersFolder(packageFolder: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lenet5-docs-"));
  await mkdir(join(folder, "node_modules", ".bin"), { recursive: true });
  await symlink(packageFolder, join(folder, "node_modules", "lenet5"));
  await symlink("../lenet5/dist/cli/main.js", join(folder, "node_modules", ".bin", "lenet5"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await writePng(join(folder, "seven.png"), 3);
  await writeIdxFolder(join(folder, "fashion-mnist"));
  await writeFiles(join(folder, "letters"), lettersFiles());
  return folder;
}

/** Pictures of two sizes for each of three letters. */
function lettersFiles(): Record<string, Uint8Array> {
  const files = ["a", "b", "c"].flatMap((name, k) =>
    Array.from({ length: 8 }, (_, i) => [
      `${name}/${i}.png`,
      pngBytes({ width: 24 + 8 * (i % 2), height: 32 }, 80 * k, i),
    ]),
  );
  return Object.fromEntries(files);
}

/** A page's TypeScript as one module: what a reader has who pastes one block behind the other. */
export function programOf({ blocks }: Page): string {
  return blocks
    .filter(({ language }) => language === "ts")
    .map(({ code }) => code)
    .join("\n");
}

/**
 * Runs all of a page in the order printed: shell commands one by one, and the TypeScript blocks as one program that
 * waits between its blocks while the shell runs.
 * @returns a line for everything that failed; nothing is run after the first failure
 */
export async function failuresOf(
  page: Page,
  folder: string,
  isRun: (command: string) => boolean,
): Promise<readonly string[]> {
  const program = new Program(page, folder);
  const lenet5 = new SharedProcess(
    join(await realpath(join(folder, "node_modules", "lenet5")), "dist", "cli", "main.js"),
  );
  try {
    for (const block of page.blocks) {
      if (block.language === "ts") {
        const failure = await program.next();
        if (failure) return [`${page.path}:${block.line}: ${failure}`];
      }
      if (block.language !== "sh") continue;
      for (const { command, line } of commandsOf(block)) {
        if (!isRun(withoutComment(command))) continue;
        const { code, output } = await runOf(command, folder, lenet5);
        if (code !== 0) return [`${page.path}:${line}: ${command}: exit code ${code}\n${output}`];
      }
    }
    const failure = await program.end();
    return failure ? [`${page.path}: ${failure}`] : [];
  } finally {
    program.kill();
    lenet5.end();
  }
}

/** The environment of a reader: no settings of the developer's, no network, a cache folder of its own. */
function environment(folder: string): NodeJS.ProcessEnv {
  const { LENET5_DATA: _data, LENET5_DEBUG: _debug, ...rest } = process.env;
  return {
    ...rest,
    PATH: `${join(folder, "node_modules", ".bin")}:${process.env.PATH}`,
    XDG_CACHE_HOME: join(folder, ".cache"),
    NODE_OPTIONS: "--import=data:text/javascript,globalThis.fetch=()=>Promise.reject(new(Error)('offline'))",
  };
}

/** A command of lenet5 alone runs in the process of its page; others in a shell. */
async function runOf(command: string, folder: string, lenet5: SharedProcess) {
  const plain = /^npx lenet5 ([\w ./@:=,-]+)$/.exec(withoutComment(command));
  if (!plain) return ended(shell(command, folder));
  const { code, out, error } = await lenet5.run(plain[1]!.split(" "), { env: environment(folder), folder });
  return { code, output: out + error };
}

/** `npx` finds the package's command in the folder; a function does the same without half a second of npm. */
function shell(command: string, folder: string): ChildProcess {
  const npx = 'npx() { "$@"; }';
  return spawn("bash", ["-e", "-o", "pipefail", "-c", `${npx}\n${command}`], {
    cwd: folder,
    env: environment(folder),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT,
  });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, "close");
  return { code, output };
}

/** Reports to the parent process that a block is done, and waits for its message to begin the next one. */
const pause = `await new Promise((go) => {
  process.once("message", go);
  process.send("done");
});\n`;

/**
 * The TypeScript blocks of a page, as a process that stops before each of them. They run unchanged, as JavaScript for
 * Node 20: a reader can paste them into a file and needs nothing else.
 */
class Program {
  readonly page: Page;
  readonly folder: string;
  child: ChildProcess | undefined;
  closed: Promise<{ code: number | null; output: string }> | undefined;

  constructor(page: Page, folder: string) {
    this.page = page;
    this.folder = folder;
  }

  /** Runs the next block; returns what went wrong. */
  async next(): Promise<string | undefined> {
    const failure = this.child ? undefined : await this.start();
    if (failure) return failure;
    this.child!.send("go");
    return this.paused();
  }

  /** Lets the program end by itself: an example that keeps the process alive is a fault. */
  async end(): Promise<string | undefined> {
    if (!this.child) return undefined;
    this.child.send("go");
    return this.problem();
  }

  kill(): void {
    if (this.child?.exitCode === null) this.child.kill();
  }

  private async start(): Promise<string | undefined> {
    const blocks = this.page.blocks.filter(({ language }) => language === "ts");
    const source = blocks.map(({ code }) => `${pause}${code}\n`).join("") + pause;
    await writeFile(join(this.folder, "page.mjs"), source);
    this.child = spawn(process.execPath, ["page.mjs"], {
      cwd: this.folder,
      env: environment(this.folder),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      timeout: TIMEOUT,
    });
    this.closed = ended(this.child);
    return this.paused();
  }

  /** Until the program has come to its next pause, or to its end. */
  private async paused(): Promise<string | undefined> {
    const ends = this.closed!.then(() => this.problem());
    return Promise.race([once(this.child!, "message").then(() => undefined), ends]);
  }

  private async problem(): Promise<string | undefined> {
    const { code, output } = await this.closed!;
    return code === 0 ? undefined : `exit code ${code}\n${output}`;
  }
}
