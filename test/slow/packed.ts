/** The package as `npm pack` makes it from a clone, installed in a project; and the tools to try it with. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { root } from "../docs/pages.ts";

const run = promisify(execFile);

/** Runs a program; returns its standard output. A failure has its output in its message. */
export async function output(cwd: string, command: string, ...words: string[]): Promise<string> {
  const { stdout } = await run(command, words, { cwd, maxBuffer: 2 ** 26 }).catch((error) => {
    throw new Error(`${command} ${words.join(" ")}\n${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

/** A copy of the files under version control in a new folder, as `git clone` makes it. */
export async function newClone(): Promise<string> {
  const clone = join(await mkdtemp(join(tmpdir(), "lenet5-package-")), "lenet5");
  const listed = await output(root, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z");
  // Git also lists files that were deleted since the last commit.
  for (const file of listed.split("\0").filter((name) => name !== "" && existsSync(join(root, name)))) {
    await mkdir(dirname(join(clone, file)), { recursive: true });
    await cp(join(root, file), join(clone, file));
  }
  return clone;
}

/** Packs a clone with the development dependencies of this one; returns the tarball's path. */
export async function packed(clone: string): Promise<string> {
  await symlink(join(root, "node_modules"), join(clone, "node_modules"));
  const name = (await output(clone, "npm", "pack", "--silent")).trim().split("\n").at(-1)!;
  return join(clone, name);
}

/** A project with the files of test/slow/project, in which the tarball is installed. */
export async function projectWith(tarball: string): Promise<string> {
  const project = join(dirname(dirname(tarball)), "project");
  await cp(join(root, "test/slow/project"), project, { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await output(project, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", tarball);
  return project;
}
