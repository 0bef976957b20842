/** Every script of bench/ explains itself, and refuses in one line what it does not know, and to run without MNIST. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "../docs/pages.ts";

const scripts = [...readdirSync(join(root, "bench")).map((name) => join("bench", name)), "bench/peers/run.js"];
/** The command of a script, which is in its first comment; other files are parts of scripts. */
const commandOf = (path: string) => (path === "bench/peers/run.js" ? "npm run bench:peers" : `node ${path}`);
const isScript = (path: string) =>
  path.endsWith(".js") && readFileSync(join(root, path), "utf8").includes(commandOf(path));

const run = (script: string, options: readonly string[], env: NodeJS.ProcessEnv = process.env) =>
  spawnSync(process.execPath, [script, ...options], { cwd: root, encoding: "utf8", timeout: 30_000, env });

test.each(scripts.filter(isScript))("%s", (script) => {
  const help = run(script, ["--help"]);
  expect(help.stdout).toContain(commandOf(script));
  expect(help.stdout).not.toContain("*");
  expect(help).toMatchObject({ status: 0, stderr: "" });
  const unknown = run(script, ["--nonsense"]);
  expect(unknown.stderr).toMatch(/^Unknown option '--nonsense'; --help lists the options\n$/);
  expect(unknown).toMatchObject({ status: 2, stdout: "" });
});

const scratch = mkdtempSync(join(tmpdir(), "lenet5-bench-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const offline = `data:text/javascript,${encodeURIComponent("globalThis.fetch = () => Promise.reject(new Error())")}`;

test.each<[script: string, ...options: string[]]>([
  // Not with the results that are kept here.
  ["bench/accuracy.js", "--folder", join(scratch, "accuracy")],
  ["bench/accuracy-choices.js", "--out", join(scratch, "accuracy-choices")],
  ["bench/paper-choices.js", "--out", join(scratch, "paper-choices")],
  ["bench/taught.js", "--out", join(scratch, "taught")],
  ["bench/examples.js"],
  ["bench/reader.js"],
  ["bench/start.js"],
])("%s without MNIST: one line, exit code 1", (script, ...options) => {
  const offlineOnly = { LENET5_DATA: undefined, XDG_CACHE_HOME: scratch, NODE_OPTIONS: `--import=${offline}` };
  const outcome = run(script, options, { ...process.env, ...offlineOnly });
  expect(outcome.stderr).toMatch(/^MNIST is neither on this machine nor reachable: .* LENET5_DATA .*\n$/);
  expect(outcome).toMatchObject({ status: 1 });
});

test.each(["bench/pictures.js", "bench/standalone.js", "bench/reader.js"])(
  "%s, LENET5_DATA is wrong: one line",
  (script) => {
    const outcome = run(script, [], { ...process.env, LENET5_DATA: scratch });
    expect(outcome.stderr).toMatch(/^[^\n]*LENET5_DATA[^\n]*\n$/);
    expect(outcome).toMatchObject({ status: 1 });
  },
);

test("bench/accuracy.js, data that are not there: one line", () => {
  const outcome = run("bench/accuracy.js", ["--data", "nowhere"]);
  expect(outcome).toMatchObject({ status: 2, stderr: expect.stringMatching(/^--data: .*"nowhere": there is none\n$/) });
});
