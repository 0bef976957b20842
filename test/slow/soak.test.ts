/** The soak command, for a minute: whatever it tries at random, nothing is lost. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "../docs/pages.ts";

test("npm run soak ends with a table in which nothing is lost", async () => {
  const words = ["tools/soak.js", "--minutes", "1.5", "--seed", `${Date.now() % 100_000}`];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root }).catch((error) => {
    // What was lost comes last, where the end of a long log still shows it.
    const lost = error.stdout.split("\n").filter((line: string) => line.startsWith("LOST"));
    throw new Error([error.stdout, error.stderr, ...lost].join("\n"));
  });
  const [head, ...rows] = stdout.trim().split("\n").slice(-5);
  expect(head!.trim().split(/\s+/)).toEqual(["tried", "refused", "survived", "lost", "minutes"]);
  for (const row of rows) {
    const [name, tried, , survived, lost] = row.split(/\s+/);
    expect(Number(tried), name).toBeGreaterThan(0);
    expect(survived, name).toBe(tried);
    expect(lost, name).toBe("0");
  }
}, 600_000);
