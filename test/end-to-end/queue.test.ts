/** What `--queue` refuses, without a server. test/slow/queue-redis.test.ts has real ones. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { expectOneLine, lenet5, scratchFolder } from "./lenet5-command.ts";

let file: string;
let out: string;
beforeAll(async () => {
  const scratch = await scratchFolder();
  file = join(scratch, "sweep.json");
  out = join(scratch, "out");
  await writeFile(file, JSON.stringify({ train: { data: "digits" }, vary: { epochs: [1, 2] }, choose: "grid" }));
});

/** Code that runs before the command: a package that is not there. */
function without(name: string): string {
  const hook = `export async function resolve(name, context, next) {
    if (name !== ${JSON.stringify(name)}) return next(name, context);
    throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  }`;
  const code = `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

test.each([
  ["bullmq", "redis://127.0.0.1:1", "npm install bullmq ioredis"],
  ["ioredis", "redis://127.0.0.1:1", "npm install bullmq ioredis"],
  ["pg", "postgres://127.0.0.1:1/x", "npm install bullmq pg"],
])("without the package %s, one line says what to install", async (name, address, advice) => {
  const options = { alone: true, env: { NODE_OPTIONS: without(name) } };
  for (const args of [["worker"], ["sweep", file, "--out", out]]) {
    const outcome = await lenet5([...args, "--queue", address], options);
    expectOneLine(outcome, new RegExp(`^error: --queue: expected the packages bullmq and \\w+ beside lenet5.* ${advice}\n$`)); // biome-ignore format: one line
  }
});

test("a store in S3 without its package, or with keys in its address: one line", async () => {
  const sweep = ["sweep", file, "--out", out, "--queue", "redis://127.0.0.1:1", "--store"];
  const missing = await lenet5([...sweep, "s3://bucket"], {
    alone: true,
    env: { NODE_OPTIONS: without("@aws-sdk/client-s3") },
  });
  expectOneLine(
    missing,
    /--store: expected the package @aws-sdk\/client-s3 beside lenet5.* npm install @aws-sdk\/client-s3\n$/,
  );
  const wrong = await lenet5([...sweep, "s3://key:secret@bucket/runs"]);
  expectOneLine(wrong, /--store: expected s3:\/\/bucket\/prefix with the keys in AWS_ACCESS_KEY_ID/);
  expect(wrong.error).not.toContain("secret");
});

test("an address that is none, and options that do not belong together", async () => {
  expectOneLine(await lenet5(["worker"]), /--queue: expected the address of a queue, such as redis/);
  const wrong = await lenet5(["worker", "--queue", "http://me:secret@queue"]);
  expectOneLine(wrong, /--queue: expected an address such as redis/);
  expect(wrong.error).not.toContain("secret");
  const sweep = ["sweep", file, "--out", out];
  expectOneLine(await lenet5([...sweep, "--store", "x"]), /--store: expected with --queue; leave it out/);
  const queue = ["--queue", "postgres://127.0.0.1:1/x"];
  expectOneLine(await lenet5([...sweep, ...queue, "--jobs", "2"]), /--jobs: the workers of a queue have their own/);
  expectOneLine(
    await lenet5([...sweep, ...queue, "--store", "gone"]),
    /--store: expected a folder that the sweep and all/,
  );
  expectOneLine(
    await lenet5(["worker", ...queue, "--store", "gone"]),
    /--store: expected a folder that the sweep and all/,
  );
  for (const option of ["--data-folder", "--networks"])
    expectOneLine(await lenet5(["worker", ...queue, option, "gone"]), new RegExp(`${option}: expected a folder, got "gone"`)); // biome-ignore format: one line
  expectOneLine(await lenet5(["worker", ...queue, "--lost-after", "0"]), /--lost-after: expected a number from 1 to/);
});

test("a server that is not there: one line without the password", async () => {
  const queue = ["--queue", "postgres://me:secret@127.0.0.1:1/x"];
  const refused = /--queue: cannot use postgres:\/\/me@127\.0\.0\.1:1\/x: connect ECONNREFUSED/;
  expectOneLine(await lenet5(["worker", ...queue], { alone: true }), refused);
  const outcome = await lenet5(["sweep", file, "--out", out, ...queue, "--json"], { alone: true });
  expect(outcome.error.trimEnd().split("\n").at(-1)).toMatch(refused);
  expect(outcome.code).toBe(2);
  expect(outcome.error).not.toContain("secret");
});
