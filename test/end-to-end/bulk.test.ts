/** `lenet5 predict --bulk`; test/slow/bulk.test.ts kills it at random. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dense, flatten, input, model, lenet5 as network } from "../../src/index.ts";
import { takeLock } from "../../src/platform/node/locks.ts";
import { many, writePhotos, writeScans } from "./bulk-pictures.ts";
import { expectOneLine, lenet5, lenet5Json, scratchFolder, writePng } from "./lenet5-command.ts";
import { preloaded } from "./preloaded.ts";

let scratch: string;
let scans: string;
/** The pictures of {@link scans} in their order, and what `predict --json` says about them. */
let files: readonly string[];
let documents: readonly Document[];
beforeAll(async () => {
  scratch = await scratchFolder();
  scans = join(scratch, "scans");
  files = await writeScans(scans);
  const { out } = await lenet5(["predict", "--json", ...files.map((file) => join(scans, file))]);
  documents = JSON.parse(out);
});
afterAll(() => rm(scratch, { recursive: true }));

interface Document {
  readonly file: string;
  readonly text?: string;
  readonly error?: string;
  readonly parts?: readonly Record<string, unknown>[];
}

/** Reads the scans into a new file and returns its bytes. */
async function answers(name: string, ...options: string[]): Promise<Buffer> {
  const out = join(await mkdtemp(join(scratch, "out-")), name);
  const { code, error } = await lenet5(["predict", "--bulk", scans, "--out", out, ...options]);
  expect({ code, error }).toEqual({
    code: 2,
    error: expect.stringMatching(/^error: 2 of \d+ pictures cannot be read: .*error.* says why\n$/),
  });
  expect(await readdir(join(out, ".."))).toEqual([name]);
  return readFile(out);
}

describe("answers", () => {
  test("are those of predict, in natural order of the paths, for any number of jobs and shards", async () => {
    const lines = (await answers("answers.jsonl", "--shard", "10", "--jobs", "1")).toString();
    expect(lines.endsWith("\n")).toBe(true);
    const read: Document[] = lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(read).toEqual(documents.map((document, i) => ({ ...document, file: files[i] })));
    expect(read.filter(({ parts }) => (parts?.length ?? 0) > 1).length).toBeGreaterThan(0);
    for (const options of [["--shard", "7", "--jobs", "3"], []])
      expect((await answers("answers.jsonl", ...options)).toString()).toBe(lines);
  });

  test("as CSV and as Parquet have a row for each part, with the same values", async () => {
    const rows = documents.flatMap(({ text, error, parts = [] }, i): Record<string, unknown>[] => {
      const picture = { file: files[i], text, error };
      if (parts.length === 0) return [{ ...picture, verdict: error === undefined ? "none" : undefined }];
      return parts.map(({ box, probabilities: _, ...part }, k) => ({
        ...picture,
        part: k + 1,
        ...(box as object),
        ...part,
      }));
    });
    const csv = csvOf((await answers("answers.csv", "--shard", "20", "--jobs", "2")).toString());
    expect(csv).toEqual(rows.map((row) => texts(row, (value) => (value === undefined ? "" : String(value)))));
    const folder = join(scratch, "parquet");
    await mkdir(folder);
    const file = join(folder, "read.parquet");
    await writeFile(file, await answers("answers.parquet", "--shard", "20", "--jobs", "2"));
    const read = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
    expect(read).toEqual(rows.map((row) => texts(row, (value) => value ?? null)));
  });

  test("of a list: paths relative to its folder, in its order, twice where it has them twice", async () => {
    const list = join(scratch, "list.txt");
    const chosen = [files[8]!, files[1]!, files[8]!].map((file) => `scans/${file}`);
    await writeFile(list, `\ufeff${chosen[0]}\r\n\n${chosen[1]}\n${join(scratch, chosen[2]!)}`);
    const out = join(scratch, "listed.jsonl");
    expect(await lenet5Json(["predict", "--bulk", list, "--out", out])).toEqual({
      ...{ file: out, format: "jsonl", pictures: 3, failed: 0, skipped: [] },
    });
    const read: Document[] = (await readFile(out, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(read.map(({ file }) => file)).toEqual([chosen[0], chosen[1], join(scratch, chosen[2]!)]);
    expect(read.map(({ text }) => text)).toEqual([8, 1, 8].map((i) => documents[i]!.text));
  });

  test("of models without probabilities have no confidence; classes have their names", async () => {
    const image = input({ shape: [8, 8, 3] });
    const net = model({ inputs: image, outputs: dense({ units: 3 })(flatten()(image)) });
    net.reading = { preparation: { size: [8, 8], channels: 3 }, classNames: ["a cat", "a, b", "dog"] };
    const file = join(scratch, "scores.safetensors");
    await net.save(file);
    const out = join(scratch, "scores.csv");
    expect(await lenet5(["predict", file, "--bulk", join(scans, "page 2"), "--out", out])).toMatchObject({ code: 0 });
    const rows = csvOf(await readFile(out, "utf8"));
    expect(rows.length).toBeGreaterThan(5);
    for (const { className, confidence, verdict } of rows) {
      expect(["a cat", "a, b", "dog"]).toContain(className);
      expect([confidence, verdict]).toEqual(["", "sure"]);
    }
  });
});

describe("a command that is interrupted", () => {
  const args = (out: string, ...more: string[]) => [
    "predict",
    "--bulk",
    scans,
    "--out",
    out,
    "--shard",
    "4",
    "--jobs",
    "1",
    ...more,
  ];

  test("by a kill goes on with the shards that are left, and ends with the same bytes", async () => {
    const whole = (await answers("answers.csv")).toString();
    const out = join(scratch, "killed.csv");
    const first = await lenet5(args(out), { signals: [{ after: "of 67 pictures", name: "SIGKILL" }] });
    expect(first).toMatchObject({ code: null });
    expect(await readdir(scratch)).not.toContain("killed.csv");
    const kept = (await readdir(`${out}.shards`)).filter((name) => name.endsWith(".shard"));
    const second = await lenet5(args(out));
    expect(second.code).toBe(2);
    expect(second.out).toContain(`Going on: ${kept.length} of 17 shards are done\n`);
    expect(await readFile(out, "utf8")).toBe(whole);
    expect((await readdir(scratch)).filter((name) => name.startsWith("killed"))).toEqual(["killed.csv"]);
  });

  test("by Ctrl-C finishes the shards that are being read; files that came or went meanwhile", async () => {
    const [folder, out] = [join(scratch, "changing"), join(scratch, "changing.jsonl")];
    await mkdir(folder);
    for (let i = 0; i < many; i++) await writePng(join(folder, `${i}.png`), i % 60);
    const changing = ["predict", "--bulk", folder, "--out", out, "--shard", "4", "--jobs", "1"];
    const stopped = await lenet5(changing, { signals: [{ after: " pictures/s", name: "SIGINT" }] });
    expect(stopped).toMatchObject({ code: 130, error: "" });
    expect(stopped.out).toMatch(/Finishing the shards that are being read; press Ctrl-C again to stop at once\n/);
    expect(stopped.out).toMatch(/\d+ of 15 shards are done; run the same command again for the rest\n$/);
    await writePng(join(folder, "1000.png"), 1);
    await rm(join(folder, `${many - 1}.png`));
    const { code, out: said } = await lenet5(changing);
    expect(said).toMatch(/Going on: \d+ of 15 shards are done\n/);
    expect(code).toBe(2);
    const read: Document[] = (await readFile(out, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(read.map(({ file }) => file)).toEqual(Array.from({ length: many }, (_, i) => `${i}.png`));
    expect(read.flatMap(({ error }) => error ?? [])).toEqual([
      expect.stringMatching(/59\.png": there is no such file/),
    ]);
  });

  test("is not continued by another command", async () => {
    const out = join(scratch, "mine.csv");
    const list = join(scratch, "mine.txt");
    await writeFile(list, files.map((file) => `scans/${file}\n`).join(""));
    const mine = (...more: string[]) => lenet5(["predict", "--bulk", list, "--out", out, "--jobs", "1", ...more]);
    const begun = ["predict", "--bulk", list, "--out", out, "--jobs", "1", "--shard", "4"];
    expect(await lenet5(begun, { signals: [{ after: "read by", name: "SIGKILL" }] })).toMatchObject({ code: null });
    const other = join(scratch, "other.safetensors");
    await network({ seed: 7 }).save(other);
    expectOneLine(await mine("--network", "article"), /mine\.csv\.shards" was begun with another model: give the same/);
    expectOneLine(await mine("--as-is"), /was begun with other options/);
    expectOneLine(await mine("--shard", "5"), /was begun with another --shard/);
    expectOneLine(await lenet5(["predict", "--bulk", scans, "--out", out]), /was begun with another folder or list/);
    await writeFile(list, `scans/${files[0]}\n`);
    expectOneLine(await mine(), /was begun with a list of other pictures/);
    await writeFile(out, "");
    await writeFile(list, files.map((file) => `scans/${file}\n`).join(""));
    expectOneLine(await mine(), /mine\.csv" exists already: delete it, or give another file/);
    expect(await readFile(out, "utf8")).toBe("");
  });

  test("takes no shards that an earlier command left behind when it removed them", async () => {
    const out = join(scratch, "stale.csv");
    const command = ["predict", "--bulk", join(scans, "page 2"), "--out", out, "--jobs", "1"];
    await mkdir(`${out}.shards`);
    await writeFile(join(`${out}.shards`, "000000.0.shard"), "answers of another model\n");
    expect(await lenet5(command)).toMatchObject({ code: 0, error: "" });
    expect(csvOf(await readFile(out, "utf8"))).toHaveLength(30);
  });

  test("keeps others away while it runs", async () => {
    const out = join(scratch, "shared.csv");
    await mkdir(`${out}.shards`);
    const lock = await takeLock(join(`${out}.shards`, "lock"));
    const outcome = await lenet5(["predict", "--bulk", scans, "--out", out]);
    expectOneLine(outcome, /shared\.csv\.shards" is written by process \d+, which began .*: wait until it has ended/);
    if (lock.isTaken) await lock.release();
  });

  test("of a file that is no list leaves nothing behind, and the right one is read into the same file", async () => {
    const folder = await mkdtemp(join(scratch, "no-list-"));
    const [script, out] = [join(folder, "script.mjs"), join(folder, "answers.csv")];
    await writeFile(script, 'writeFileSync("a.txt", text);\n\nconsole.log(".");\n');
    expectOneLine(
      await lenet5(["predict", "--bulk", script, "--out", out]),
      /^error: --bulk: expected a text file .*, got ".*script\.mjs", whose first line is "writeFileSync\("a\.txt", text\);": no line leads to a file$/m,
    );
    expect(await readdir(folder)).toEqual(["script.mjs"]);
    expect(await lenet5(["predict", "--bulk", join(scans, "page 2"), "--out", out])).toMatchObject({ code: 0 });
    expect(await readdir(folder)).toEqual(["answers.csv", "script.mjs"]);
  });

  test("that is given again replaces no finished file", async () => {
    const out = join(scratch, "twice.csv");
    const again = ["predict", "--bulk", join(scans, "page 2"), "--out", out];
    expect(await lenet5(again)).toMatchObject({ code: 0 });
    const whole = await readFile(out, "utf8");
    expectOneLine(await lenet5(again), /twice\.csv" exists already/);
    expect(await readFile(out, "utf8")).toBe(whole);
  });
});

describe("a place or a disk that fails while pictures are read", () => {
  const args = (source: string, out: string) => {
    return ["predict", "--bulk", source, "--out", out, "--shard", "8", "--jobs", "1"];
  };

  test("a folder that vanishes ends it in one line", async () => {
    const { photos, out } = await writePhotos(scratch);
    const gone = `fs.renameSync(${JSON.stringify(photos)}, ${JSON.stringify(`${photos}-away`)});`;
    const stopped = await lenet5(args(photos, out), { alone: true, env: preloaded("/12.png", gone) });
    expectOneLine(stopped, /--bulk: ".*photos" is gone or empty, .*: run the same command again when they are back$/m);
  });

  test("pictures that were deleted get a row each, all of a shard too", async () => {
    const { photos, list, out } = await writePhotos(scratch);
    for (const i of [0, 8, 9, 10, 11, 12, 13, 14, 15]) await rm(join(photos, `${i}.png`));
    expect(await lenet5(args(list, out))).toMatchObject({ code: 2 });
    expect(csvOf(await readFile(out, "utf8")).filter(({ error }) => error !== "")).toHaveLength(9);
  });
});

describe("a folder", () => {
  test("of the answers is made where there is none, as of other files that commands write", async () => {
    const out = join(scratch, "made", "for", "answers.csv");
    expect(await lenet5(["predict", "--bulk", join(scans, "page 2"), "--out", out])).toMatchObject({ code: 0 });
    expect(csvOf(await readFile(out, "utf8"))).toHaveLength(30);
  });

  test("with links, hidden names and other files: what is skipped is counted", async () => {
    const folder = join(scratch, "mixed");
    await mkdir(join(folder, "deep", "er"), { recursive: true });
    await writePng(join(folder, "deep", "er", "one.PNG"), 1);
    await writePng(join(folder, ".hidden.png"), 1);
    await writeFile(join(folder, "notes.txt"), "");
    await writeFile(join(folder, "table.csv"), "");
    await writeFile(join(folder, "deep", "more.txt"), "");
    await symlink(folder, join(folder, "deep", "loop"));
    await symlink("nowhere", join(folder, "gone.png"));
    await symlink(join("deep", "er", "one.PNG"), join(folder, "linked.png"));
    const out = join(folder, "answers.jsonl");
    const { code, out: said } = await lenet5(["predict", "--bulk", folder, "--out", out]);
    expect(code).toBe(2);
    expect(said).toContain(
      "Skipped 3 files without the ending of a picture (2 .txt, 1 .csv), 1 hidden name, 1 link to folders\n",
    );
    const read: Document[] = (await readFile(out, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(read.map(({ file, error }) => [file, error !== undefined])).toEqual([
      ["deep/er/one.PNG", false],
      ["gone.png", true],
      ["linked.png", false],
    ]);
    await rm(join(folder, "gone.png"));
    const again = await lenet5Json(["predict", "--bulk", folder, "--out", join(scratch, "mixed.csv")]);
    expect(again).toMatchObject({
      skipped: [
        { reason: "ending", ending: ".csv", count: 1, file: "table.csv" },
        { reason: "ending", ending: ".jsonl", count: 1, file: "answers.jsonl" },
        { reason: "ending", ending: ".txt", count: 2, file: "deep/more.txt" },
        { reason: "hidden", count: 1, file: ".hidden.png" },
        { reason: "link", count: 1, file: "deep/loop" },
      ],
    });
  });
});

describe("wrong input is refused in one line, and leaves nothing behind", () => {
  const cases: [string, (folder: string) => string[] | Promise<string[]>, RegExp][] = [
    ["no file", () => ["--bulk", scans], /--bulk: expected --out with the file of the answers/],
    [
      "another ending",
      () => ["--bulk", scans, "--out", "a.xlsx"],
      /ends in "\.csv", "\.jsonl" or "\.parquet", got "a\.xlsx"/,
    ],
    ["no source", () => ["--bulk", "nowhere", "--out", "a.csv"], /--bulk: expected a folder .* got "nowhere"/],
    [
      "a pipe",
      () => ["--bulk", "/dev/zero", "--out", "a.csv"],
      /got "\/dev\/zero": a pipe or a device: write the list/,
    ],
    [
      "pictures too",
      () => ["model.onnx", "a.png", "--bulk", scans, "--out", "a.csv"],
      /expected at most a model .*"a\.png"/,
    ],
    [
      "a model that is not there",
      () => ["no.onnx", "--bulk", scans, "--out", "a.csv"],
      /model "no\.onnx": there is no such/,
    ],
    ["drawings", () => ["--bulk", scans, "--out", "a.csv", "--show"], /--show: expected without --bulk/],
    ["jobs alone", () => ["--jobs", "2", "a.png"], /--jobs: expected with --bulk/],
    [
      "an empty folder",
      (folder) => ["--bulk", folder, "--out", join(folder, "a.csv")],
      /expected pictures in .*, got none$/m,
    ],
    [
      "a picture as a list",
      async (folder) => ["--bulk", await writePng(join(folder, "1.png"), 1), "--out", join(folder, "a.csv")],
      /got the picture ".*1\.png": give it without --bulk$/m,
    ],
    [
      "a picture without its ending as a list",
      async (folder) => ["--bulk", await writePng(join(folder, "1.dat"), 1), "--out", join(folder, "a.csv")],
      /1\.dat: line \d+ has the character NUL, .* expected a text file in UTF-8/,
    ],
    [
      "a folder that is not one of shards",
      async (folder) => {
        await mkdir(join(folder, "a.csv.shards"));
        await writeFile(join(folder, "a.csv.shards", "thesis.doc"), "");
        return ["--bulk", scans, "--out", join(folder, "a.csv")];
      },
      /expected a folder of shards at .*a\.csv\.shards", got one with "thesis\.doc"/,
    ],
  ];
  test.each(cases)("%s", async (_, args, message) => {
    const folder = await mkdtemp(join(scratch, "wrong-"));
    const given = await args(folder);
    const before = await readdir(folder, { recursive: true });
    expectOneLine(await lenet5(["predict", ...given]), message);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });
});

/** The columns of a table in their order. */
function texts<Value>(row: Readonly<Record<string, unknown>>, text: (value: unknown) => Value): Record<string, Value> {
  const columns = "file text part verdict label className confidence left top width height error".split(" ");
  return Object.fromEntries(columns.map((name) => [name, text(row[name])]));
}

/** Rows of RFC 4180, by a reader of the test's own. */
function csvOf(csv: string): Record<string, string>[] {
  const fields = [...csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  expect(fields.map(([all]) => all).join("")).toBe(csv);
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of fields) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === "\r\n") rows.push([]);
  }
  const [names, ...values] = rows.slice(0, -1);
  return values.map((row) => Object.fromEntries(names!.map((name, i) => [name, row[i]!])));
}
