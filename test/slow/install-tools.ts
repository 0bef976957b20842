import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../docs/pages.ts";
import { output } from "./packed.ts";

const [from, folder] = [join(root, "test/slow/tools"), join(root, "build/tools")];

/** The folder of the tools of test/slow/tools, installed in build/tools unless they are there already. */
export async function installedTools(): Promise<string> {
  if (!(await areInstalled())) await install();
  return join(folder, "node_modules");
}

/** In a folder of its own first: two test files may begin at the same time, and the first that is ready counts. */
async function install(): Promise<void> {
  await mkdir(join(root, "build"), { recursive: true });
  const own = await mkdtemp(`${folder}-`);
  await cp(from, own, { recursive: true });
  await output(own, "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
  await cp(join(from, "package-lock.json"), join(own, "installed.json"));
  if (await areInstalled()) return rm(own, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  await rename(own, folder);
}

async function areInstalled(): Promise<boolean> {
  const installed = join(folder, "installed.json");
  const lock = await readFile(join(from, "package-lock.json"), "utf8");
  return existsSync(installed) && (await readFile(installed, "utf8")) === lock;
}
