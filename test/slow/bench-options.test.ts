/** Every script of bench/ explains itself, and refuses what it does not know in one line. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../docs/pages.ts";

const scripts = [...readdirSync(join(root, "bench")).map((name) => join("bench", name)), "bench/peers/run.js"];
/** The command of a script, which is in its first comment; other files are parts of scripts. */
const commandOf = (path: string) => (path === "bench/peers/run.js" ? "npm run bench:peers" : `node ${path}`);
const isScript = (path: string) =>
  path.endsWith(".js") && readFileSync(join(root, path), "utf8").includes(commandOf(path));

const run = (script: string, option: string) =>
  spawnSync(process.execPath, [script, option], { cwd: root, encoding: "utf8", timeout: 30_000 });

test.each(scripts.filter(isScript))("%s", (script) => {
  const help = run(script, "--help");
  expect(help.stdout).toContain(commandOf(script));
  expect(help.stdout).not.toContain("*");
  expect(help).toMatchObject({ status: 0, stderr: "" });
  const unknown = run(script, "--nonsense");
  expect(unknown.stderr).toMatch(/^Unknown option '--nonsense'; --help lists the options\n$/);
  expect(unknown).toMatchObject({ status: 2, stdout: "" });
});
