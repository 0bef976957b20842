/** Before the slow tests: installs the tools of test/slow/tools in build/tools, unless they are there already. */
import { existsSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../docs/pages.ts";
import { output } from "./packed.ts";

const folder = join(root, "build/tools");

/** The folder of the installed packages. */
export const tools = join(folder, "node_modules");

export default async function install(): Promise<void> {
  const from = join(root, "test/slow/tools");
  const lock = await readFile(join(from, "package-lock.json"), "utf8");
  const installed = join(folder, "installed.json");
  if (existsSync(installed) && (await readFile(installed, "utf8")) === lock) return;
  await cp(from, folder, { recursive: true });
  await output(folder, "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
  await writeFile(installed, lock);
}
