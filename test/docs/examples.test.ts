/** The programs of examples/ run as a reader runs them, with a few built-in digits in the place of MNIST. */
import { execFile } from "node:child_process";
import { cp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "./pages.ts";
import { packageWithFewImages } from "./reader.ts";

const work = `${root}build/examples-${process.pid}`;
const files = (await readdir(`${root}examples`)).filter((name) => name.endsWith(".js")).sort();

beforeAll(async () => {
  await packageWithFewImages(work);
  await cp(`${root}examples`, join(work, "examples"), { recursive: true });
}, 60_000);
afterAll(() => rm(work, { recursive: true, force: true }));

test.concurrent.each(files)(
  "%s trains and prints what it reached",
  async (file) => {
    // The package itself: `import ... from "lenet5"` finds it by the exports of its own package.json.
    const { stdout } = await promisify(execFile)(process.execPath, [join(work, "examples", file), "2"]);
    const [, loss, accuracy] = /^test loss ([\d.]+), test accuracy ([\d.]+)$/m.exec(stdout) ?? [];
    expect(Number(loss)).toBeGreaterThan(0);
    // A quarter of an epoch of MNIST, in all: far above a guess, which is right for one of ten.
    expect(Number(accuracy)).toBeGreaterThan(0.3);
  },
  180_000,
);
