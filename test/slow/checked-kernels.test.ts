/**
 * The tests that use the library in their own process, with checked wasm kernels and guard zones around every buffer:
 * about four minutes of CPU.
 */
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { root } from "../docs/pages.ts";

it("no test reaches outside of a buffer", () => {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST")));
  const command = ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.checked.config.ts", "--reporter=dot"];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: root,
    env,
    encoding: "utf8",
    timeout: 840_000,
  });
  expect({ status, output: status === 0 ? "" : `${stdout}\n${stderr}` }).toEqual({ status: 0, output: "" });
});
