/**
 * Commands of README and docs that take minutes or install packages, as a reader runs them: in a clone of the
 * repository, and in an empty project beside it, which installs the packed tarball.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { slowCommands } from "../docs/not-run.ts";
import { root } from "../docs/pages.ts";

const run = promisify(execFile);
let parent: string;
/** The files of the clone at first, by path. */
const cloned = new Map<string, Buffer>();

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "lenet5-slow-"));
  const { stdout } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root });
  // Git also lists files that were deleted since the last commit.
  for (const file of stdout.split("\0").filter((name) => name !== "" && existsSync(join(root, name)))) {
    const target = join(parent, "lenet5", file);
    cloned.set(file, await readFile(join(root, file)));
    await mkdir(dirname(target), { recursive: true });
    await cp(join(root, file), target);
  }
  await mkdir(join(parent, "project"));
  await writeFile(join(parent, "project", "package.json"), JSON.stringify({ private: true, type: "module" }));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

/** Runs a command of a shell; returns its standard output. A failure has the command's output in its message. */
async function shell(command: string, folder: "clone" | "project"): Promise<string> {
  const cwd = join(parent, folder === "clone" ? "lenet5" : "project");
  const { stdout } = await run("bash", ["-e", "-o", "pipefail", "-c", command], { cwd, maxBuffer: 2 ** 26 }).catch(
    (error) => {
      throw new Error(`${command}\n${error.stdout}\n${error.stderr}`);
    },
  );
  return stdout;
}

// Tests of one file run one after the other: each command finds what those before it have made.
for (const { command, folder } of slowCommands) {
  test(command, async () => {
    await shell(command, folder);
  });
}

test("the installed package trains, and can be imported", async () => {
  const out = await shell("npx --no-install lenet5 train --data digits --epochs 1 --out run --json", "project");
  expect(JSON.parse(out).test.accuracy).toBeGreaterThan(0.5);
  for (const file of ["report.html", "model.safetensors"]) {
    expect((await stat(join(parent, "project", "run", file))).size).toBeGreaterThan(1000);
  }
  const program = `
    import { lenet5 } from "lenet5";
    import { networkDiagram } from "lenet5/figures";
    console.log(networkDiagram(lenet5().summaryData()).svg.slice(0, 4));`;
  expect(await shell(`node --input-type=module -e '${program}'`, "project")).toBe("<svg\n");
});

test("lenet5 bench --quick --json prints one document", async () => {
  const results = JSON.parse(await shell("npx --no-install lenet5 bench --quick --json", "project"));
  expect(Object.keys(results).sort()).toEqual([
    "fractionOfPeak",
    "machine",
    "network",
    "node",
    "numerics",
    "peakGflops",
    "predict",
    "train",
    "wasmKernels",
  ]);
  expect(results.train.length).toBeGreaterThan(0);
  for (const { best, median } of [...results.train, ...results.predict]) {
    expect(median).toBeGreaterThan(0);
    expect(best).toBeGreaterThanOrEqual(median);
  }
  for (const mode of results.numerics) {
    const own = results.wasmKernels.filter(({ numerics }: { numerics: string }) => numerics === mode);
    const shares = own.reduce((sum: number, { share }: { share: number }) => sum + share, 0);
    expect(shares).toBeGreaterThan(0.8);
    expect(shares).toBeLessThanOrEqual(1);
  }
  for (const share of Object.values<number>(results.fractionOfPeak)) {
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(1.5);
  }
});

test("npm run format leaves the sources as they are", async () => {
  // It has run above, in the clone.
  const changed: string[] = [];
  for (const [file, content] of cloned)
    if (!content.equals(await readFile(join(parent, "lenet5", file)))) changed.push(file);
  expect(changed).toEqual([]);
});
