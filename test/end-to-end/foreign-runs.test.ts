/** Run folders from somebody else: their code does not run, and their links lead nowhere. */
import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectOneLine, lenet5, lenet5Json, readJson, scratchFolder, writeIdxFolder } from "./lenet5-command.ts";

let scratch: string;
let mine: string;
let mark: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  const data = await writeIdxFolder(join(scratch, "data"));
  mine = join(scratch, "mine");
  mark = join(scratch, "mark");
  await writeFile(join(scratch, "network.mjs"), network());
  const options = ["--network", join(scratch, "network.mjs"), "--data", data, "--epochs", "1"];
  expect(await lenet5(["train", ...options, "--out", mine])).toMatchObject({ code: 0, error: "" });
});
afterAll(() => rm(scratch, { recursive: true }));

const network = (more = "") => `
import { activation, defineLayer, dense, flatten, input, model, ops } from "lenet5";
${more}
export const same = defineLayer("same", { call: (x) => ops.multiply(x, 1) });
export default ({ shape, classes, seed }) => {
  const image = input({ shape });
  const outputs = dense({ units: classes, activation: "softmax" })(same()(flatten()(image)));
  return model({ inputs: image, outputs, seed });
};`;

/** Code that leaves a mark where it runs. */
const marking = () => network(`import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(mark)}, "");`);

/** A copy of the run, as somebody else could send it. */
async function sent(name: string, extra: object = {}): Promise<string> {
  const run = join(scratch, name);
  await cp(mine, run, { recursive: true });
  const config = await readJson<{ extra: object }>(run, "config.json");
  await writeFile(join(run, "config.json"), JSON.stringify({ ...config, extra: { ...config.extra, ...extra } }));
  return run;
}

const hasRun = () =>
  readFile(mark).then(
    () => true,
    () => false,
  );

test("the code of a run from elsewhere runs only after lenet5 trust, and only as it was then", async () => {
  const run = await sent("sent");
  await writeFile(join(run, "network.mjs"), marking());
  const message =
    /its network is code that you have not allowed on this machine: read .*network\.mjs, then .* lenet5 trust /;
  const commands = [["evaluate"], ["summary"], ["figure", "kernels"], ["report"], ["train", "--resume"]];
  for (const command of commands) expectOneLine(await lenet5([...command, run]), message);
  expectOneLine(await lenet5(["summary", "--network", run]), message);
  expect(await hasRun()).toBe(false);

  expect(await lenet5Json(["trust", run])).toEqual({ module: join(run, "network.mjs") });
  expect(await lenet5(["summary", run])).toMatchObject({ code: 0, error: "" });
  expect(await hasRun()).toBe(true);

  await rm(mark);
  await writeFile(join(run, "network.mjs"), `${marking()}\n// changed`);
  expectOneLine(await lenet5(["summary", run]), message);
  const other = await sent("other");
  await writeFile(join(other, "network.mjs"), marking());
  expectOneLine(await lenet5(["summary", other]), message);
  expect(await hasRun()).toBe(false);
});

test.each<[string, object]>([
  ["module", { module: "elsewhere.mjs" }],
  ["network", { network: "elsewhere.mjs", module: undefined }],
  ["file", { file: "elsewhere.mjs" }],
  ["file with an end", { file: "elsewhere.mjs/" }],
  ["file with a dot", { file: "elsewhere.mjs/." }],
  ["file with a way back", { file: "elsewhere.mjs/x/.." }],
  ["module with an end", { module: "elsewhere.mjs/" }],
  ["device", { module: "/dev/zero" }],
])("a %s that only the config names is not run", async (name, extra) => {
  await writeFile(join(scratch, "elsewhere.mjs"), marking());
  const placed = Object.entries(extra).map(([key, value]) => [
    key,
    value?.replace("elsewhere", `${scratch}/elsewhere`),
  ]);
  const run = await sent(`names-${name}`, Object.fromEntries(placed));
  await rm(join(run, "network.mjs"));
  for (const begun of [true, false]) {
    if (!begun) await rm(join(run, "model.safetensors"));
    for (const command of [["summary"], ["train", "--resume"]])
      expect(await lenet5([...command, run])).toMatchObject({ code: 2, error: expect.stringMatching(/^error: .*\n$/) });
  }
  expect(await hasRun()).toBe(false);
});

test("what is allowed is the copy in the folder, not a file beside it that the config names", async () => {
  const run = await sent("beside");
  const hidden = join(run, ".hidden", "network.mjs");
  await mkdir(join(run, ".hidden"));
  await cp(join(run, "network.mjs"), hidden);
  const config = await readJson<{ extra: object }>(run, "config.json");
  await writeFile(join(run, "config.json"), JSON.stringify({ ...config, extra: { ...config.extra, module: hidden } }));
  expect(await lenet5Json(["trust", run])).toEqual({ module: join(run, "network.mjs") });
  await rm(join(run, "network.mjs"));
  expectOneLine(await lenet5(["summary", run]), /code, .*\.hidden.*, that you have not trained with on this machine/);
  expectOneLine(
    await lenet5(["trust", run]),
    /expected the code of its network, network\.mjs, in the folder, got none/,
  );
});

test("where the list cannot be kept, a note says so; LENET5_TRUST=all allows every run", async () => {
  await writeFile(join(scratch, "no-folder"), "");
  const env = { XDG_CACHE_HOME: join(scratch, "no-folder") };
  const out = join(scratch, "unlisted");
  const args = ["train", "--network", join(scratch, "network.mjs"), "--data", join(scratch, "data"), "--epochs", "1"];
  const trained = await lenet5([...args, "--out", out], { env });
  expect(trained).toMatchObject({ code: 0, error: expect.stringMatching(/^Note: .*; set XDG_CACHE_HOME to a folder/) });
  expectOneLine(await lenet5(["summary", out], { env }), /that you have not allowed on this machine/);
  expect(await lenet5(["summary", out], { env: { ...env, LENET5_TRUST: "all" } })).toMatchObject({
    code: 0,
    error: "",
  });
});

test("a run whose network needs no code has nothing to allow", async () => {
  const run = await sent("built-in", { network: "full", module: undefined });
  expectOneLine(await lenet5(["trust", run]), /its network needs no code: there is nothing to allow/);
});

test.each(["report.html", "model.safetensors", "history.json"] as const)(
  "a link, %s, in a run folder does not lead a command to write outside of it",
  async (file) => {
    const run = await sent(`linked-${file}`);
    const target = join(scratch, `target-${file}`);
    await rename(join(run, file), target);
    await symlink(target, join(run, file));
    const before = await readFile(target);
    const message = /expected a file of the run, got a link, which may lead elsewhere: delete it/;
    if (file === "report.html")
      for (const more of [[], ["--out", join(run, "report.html")]])
        expectOneLine(await lenet5(["report", run, ...more]), message);
    expectOneLine(await lenet5(["train", "--resume", run, "--epochs", "2"]), message);
    expect((await readFile(target)).equals(before)).toBe(true);
  },
);

test("a link to a folder is a place for a run, as it was given", async () => {
  await mkdir(join(scratch, "disk"));
  const link = join(scratch, "link");
  await symlink(join(scratch, "disk"), link);
  const run = join(link, "run");
  await cp(mine, run, { recursive: true });
  expect(await lenet5(["report", run])).toMatchObject({ code: 0, error: "" });
});
