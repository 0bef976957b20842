/**
 * A process that runs commands of lenet5 for its parent, one after the other: each runs the whole program again, but Node,
 * the modules, the compiled kernels and the threads are there already, which take most of the time of a small command.
 */

import { pathToFileURL } from "node:url";

const main = process.argv[2] ?? "";
const usual = { stdout: process.stdout.write, stderr: process.stderr.write };
let count = 0;

process.on("disconnect", () => process.exit());
/** @typedef {{ args: string[], env: Record<string, string>, folder: string }} Command */
process.on("message", async (/** @type {Command} */ { args, env, folder }) => {
  process.chdir(folder);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.argv[0] ?? "", main, ...args];
  const written = { stdout: "", stderr: "" };
  for (const name of /** @type {const} */ (["stdout", "stderr"])) {
    process[name].write = (/** @type {string | Uint8Array} */ chunk) => {
      written[name] += Buffer.from(chunk).toString();
      return true;
    };
  }
  // The program ends when it has been imported.
  await import(`${pathToFileURL(main).href}?${count++}`);
  Object.assign(process.stdout, { write: usual.stdout });
  Object.assign(process.stderr, { write: usual.stderr });
  process.removeAllListeners("uncaughtException");
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners("error");
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  process.send?.({ code, out: written.stdout, error: written.stderr });
});
