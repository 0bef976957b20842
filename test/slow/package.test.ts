/**
 * The packed package in every runtime and bundler that its documentation names: all train to the same bits, and the
 * pretrained network reads the same digits.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as lenet5 from "lenet5";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pages, root } from "../docs/pages.ts";
import { startChromium } from "../end-to-end/chromium.ts";
import { isolation, resultsOf, served, stopServers } from "../site.ts";
import { bundlers, viteDev } from "./bundlers.ts";
import { installedTools } from "./install-tools.ts";
import { newClone, output, packed, projectWith } from "./packed.ts";
import { trained } from "./project/training.js";

/** The limit of what a page that only reads digits loads, compressed by gzip, besides the weights. */
const MAX_BYTES = 79_000;

/** A classic script is one file, with all that the library can do; Rollup by itself does not minify. */
const isLarge = new Set(["esbuild, IIFE", "rollup with node-resolve"]);

let clone: string;
let tarball: string;
let tools: string;
let project: string;
let expected: Awaited<ReturnType<typeof trained>>;
let browser: Browser | undefined;
let why = "";

beforeAll(async () => {
  clone = await newClone();
  tools = await installedTools();
  expected = await trained(lenet5);
  ({ browser, why } = await startChromium());
});
afterAll(async () => {
  await browser?.close();
  stopServers();
  await rm(dirname(clone), { recursive: true, force: true });
});

describe("npm pack", () => {
  test("refuses in a clone without the development dependencies", async () => {
    await expect(output(clone, "npm", "pack")).rejects.toThrow(/found none: run `npm ci` first/);
    expect((await output(clone, "ls")).split("\n").filter((name) => name.endsWith(".tgz"))).toEqual([]);
  });

  test("builds the package in a clone", async () => {
    tarball = await packed(clone);
    const files = (await output(clone, "tar", "-tzf", tarball)).trim().split("\n");
    for (const file of [
      "LICENSE",
      "README.md",
      "CHANGELOG.md",
      "dist/index.js",
      "dist/index.d.ts",
      "dist/figures.d.ts",
      "dist/cli/main.js",
      "dist/node/index.js",
      "dist/browser/lenet5.js",
      "dist/web/index.html",
      "dist/web/licences.txt",
      "dist/engine/generated/binaries/fast.js",
      "weights/article.safetensors",
      "weights/modern.safetensors",
      "weights/1998.safetensors",
    ]) {
      expect(files).toContain(`package/${file}`);
    }
    expect(
      files.filter(
        (file) => !/^package\/(dist|weights)\/|\/(package\.json|[A-Z]+(\.md)?|LICENSE-Apache-2\.0\.txt)$/.test(file),
      ),
    ).toEqual([]);
    expect(files.filter((file) => /\.test\.|\.built/.test(file))).toEqual([]);
    // The page has the weights of the package.
    expect(files.filter((file) => file.endsWith(".safetensors"))).toHaveLength(4);
    project = await projectWith(tarball);
  });

  test("its dependencies have no install scripts", async () => {
    const { packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
    const withScripts = Object.entries<{ hasInstallScript?: boolean }>(packages).filter(
      ([, it]) => it.hasInstallScript,
    );
    // The native part of BullMQ's msgpackr, which works without it. Users get neither with the package.
    expect(withScripts).toEqual([
      ["node_modules/msgpackr-extract", expect.objectContaining({ dev: true, optional: true })],
    ]);
  });

  test("installs only packages of licences that docs/dependencies.md lists, and no TypeScript", async () => {
    const { packages } = JSON.parse(await readFile(join(project, "package-lock.json"), "utf8"));
    const { text } = pages.find(({ path }) => path === "docs/dependencies.md")!;
    const listed = [...text.split("## Licences")[1]!.matchAll(/^\| ([^|]+) \| \d+ \|/gm)].map(([, licence]) => licence);
    const installed = Object.entries<{ license?: string }>(packages).filter(([path]) =>
      path.startsWith("node_modules/"),
    );
    expect(installed.length).toBeGreaterThan(50);
    expect(installed.filter(([, { license }]) => !listed.includes(license!))).toEqual([]);
    expect(installed.map(([path]) => path)).not.toContain("node_modules/typescript");
  });
});

test("lenet5 export writes a standalone file", async () => {
  const main = "node_modules/lenet5/dist/cli/main.js";
  await output(project, process.execPath, main, "export", "--standalone", "digit.js", "--data", "digits");
});

const onLinux = process.platform === "linux" && process.arch === "x64";
describe.skipIf(!onLinux)("runtimes, as their packages for Linux on x64", () => {
  test.each([
    ["Node 22", "node22/bin/node", []],
    ["Node 24", "node24/bin/node", []],
    ["Node 26", "node26/bin/node", []],
    ["Deno", "@deno/linux-x64-glibc/deno", ["run", "--allow-all"]],
    ["Bun", "@oven/bun-linux-x64/bin/bun", ["run"]],
  ])("%s trains to the same bits, and reads with a standalone file", async (_, program, words) => {
    const out = await output(project, join(tools, program), ...words, "program.js");
    expect(JSON.parse(out)).toEqual(expected);
    const read = await output(project, join(tools, program), ...words, "standalone.js");
    expect(JSON.parse(read)).toMatchObject({ text: "1", label: 1, verdict: "sure" });
  });
});

test("this Node writes models for other programs, and reads them", async () => {
  expect(await output(project, process.execPath, "exchange-program.js")).toBe("as before\n");
});

test("this Node trains to the same bits", async () => {
  expect(JSON.parse(await output(project, process.execPath, "program.js"))).toEqual(expected);
});

test("lenet5 play serves the page, whose network reads its first drawing", async (context) => {
  if (!browser) return context.skip(`no browser starts here (${why})`);
  const words = ["node_modules/lenet5/dist/cli/main.js", "play", "--port", "0", "--json"];
  const child = spawn(process.execPath, words, { cwd: project, stdio: ["ignore", "pipe", "inherit"] });
  try {
    let text = "";
    while (!text.endsWith("}\n")) text += String((await once(child.stdout, "data"))[0]);
    const page = await browser.newPage();
    await page.goto(JSON.parse(text).address);
    await page.locator('[data-answer="3"]').waitFor({ timeout: 60_000 });
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    await page.close();
  } finally {
    child.kill();
  }
});

describe("lenet5 train --network network.ts", () => {
  const lenet5Json = async (node: string, ...words: string[]) =>
    JSON.parse(await output(project, node, "node_modules/lenet5/dist/cli/main.js", ...words, "--json"));
  const train = ["train", "--network", "./network.ts", "--data", "digits", "--epochs", "1", "--out"];

  test.skipIf(!onLinux).each(["22", "24", "26"])("Node %s trains it, and evaluates its run", async (version) => {
    const node = join(tools, `node${version}/bin/node`);
    const run = `runs/typed-${version}`;
    const { test } = await lenet5Json(node, ...train, run);
    const { accuracy, loss, metrics } = await lenet5Json(node, "evaluate", run);
    expect({ accuracy, loss }).toEqual(test);
    expect(metrics.closeness).toBeGreaterThan(0.1);
  });

  test.skipIf("typescript" in process.features)("Node 20 says in one line what it needs", async () => {
    await expect(lenet5Json(process.execPath, ...train, "runs/typed-20")).rejects.toThrow(
      /error: --network "\.\/network\.ts": TypeScript needs Node 22\.18 or later, got Node 20\..*: update Node, or write the module in JavaScript \(\.mjs\)\n$/,
    );
  });
});

/** Opens a page with and without isolation. */
async function expectSame(browser: Browser, folder: string, page: string): Promise<void> {
  for (const isIsolated of [true, false]) {
    const got = await resultsOf(browser, (await served(folder, isIsolated)) + page);
    expect(got.isIsolated).toBe(isIsolated);
    expect(got.results).toEqual({ ...expected, threads: isIsolated ? 2 : 1 });
  }
}

describe.each(Object.entries(bundlers))("%s", (name, bundle) => {
  test("a page trains to the same bits, with and without cross-origin isolation", async (context) => {
    if (!browser) return context.skip(`no browser starts here (${why})`);
    const site = join(project, `site-${name.replaceAll(/\W+/g, "-")}`);
    await bundle(project, tools, site);
    await expectSame(browser, site, "page.html");
  });

  test("a page that reads digits reads one, and is small", async (context) => {
    if (!browser) return context.skip(`no browser starts here (${why})`);
    const site = join(project, `site-${name.replaceAll(/\W+/g, "-")}`);
    const { results, scripts } = await resultsOf(browser, `${await served(site, false)}reader.html`);
    expect(results).toBe(1);
    if (!isLarge.has(name)) expect(scripts).toBeLessThan(MAX_BYTES);
  });
});

test.each(Object.keys(bundlers))("%s: a page writes models for other programs, and reads them", async (name) => {
  if (!browser) return;
  const site = join(project, `site-${name.replaceAll(/\W+/g, "-")}`);
  const { results } = await resultsOf(browser, `${await served(site, false)}exchange.html`);
  expect(results).toBe("as before");
});

test("vite dev: a page trains to the same bits, with and without cross-origin isolation", async (context) => {
  if (!browser) return context.skip(`no browser starts here (${why})`);
  for (const isIsolated of [true, false]) {
    const { address, stop } = await viteDev(project, tools, isIsolated ? isolation : {});
    try {
      const got = await resultsOf(browser, `${address}page.html`);
      expect(got.isIsolated).toBe(isIsolated);
      expect(got.results).toEqual({ ...expected, threads: isIsolated ? 2 : 1 });
    } finally {
      await stop();
    }
  }
});

test("a plain page imports one file, and trains to the same bits", async (context) => {
  if (!browser) return context.skip(`no browser starts here (${why})`);
  expect(existsSync(join(project, "node_modules/lenet5/dist/browser/lenet5.js"))).toBe(true);
  await expectSame(browser, project, "plain.html");
});

describe("types", () => {
  test.each([
    ["typescript5", "node16", "node16"],
    ["typescript5", "esnext", "bundler"],
    ["typescript6", "node16", "node16"],
    ["typescript6", "esnext", "bundler"],
  ])("%s, %s, %s: neither DOM nor Node types are needed", async (compiler, module, moduleResolution) => {
    const compilerOptions = {
      module,
      moduleResolution,
      target: "es2022",
      lib: ["es2022"],
      types: [],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
    };
    await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.ts"] }));
    await output(project, process.execPath, join(tools, compiler, "bin/tsc"), "--project", "tsconfig.json");
  });
});

describe("checks of the package", () => {
  test("publint", async () => {
    await output(clone, process.execPath, join(tools, "publint/src/cli.js"), tarball, "--strict");
  });

  test("are the types wrong", async () => {
    // Modules only, as everywhere in this package: CommonJS of Node 20 before 20.19 cannot require it.
    const words = ["--profile", "esm-only", "--no-emoji", "--no-color"];
    await output(clone, process.execPath, join(tools, "@arethetypeswrong/cli/dist/index.js"), tarball, ...words);
  });

  test("knip finds nothing that is not used", async () => {
    await output(root, process.execPath, join(tools, "knip/bin/knip.js"), "--no-progress");
  });
});
