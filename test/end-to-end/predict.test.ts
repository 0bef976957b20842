import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decode, encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lenet5 as network } from "../../src/index.ts";
import { expectOneLine, lenet5, lenet5Json, scratchFolder, smallDigits, writePng } from "./lenet5-command.ts";
import { type Answer, expectAnswersOfEvaluate } from "./other-data.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await scratchFolder();
});
afterAll(() => rm(scratch, { recursive: true }));

// The other data sets are in test/slow/predict.test.ts.
test.each(["black on white", "colour"])(
  "a run's own test pictures are read as evaluate reads them: %s",
  async (name) => {
    await expectAnswersOfEvaluate(scratch, name);
  },
);

/** A drawing of some of the built-in digits side by side, black on white. */
async function drawing(name: string, indices: readonly number[]): Promise<string> {
  const [width, height] = [100 * indices.length, 110];
  const data = new Uint8Array(width * height).fill(255);
  indices.forEach((index, place) => {
    for (let y = 0; y < 96; y++) {
      for (let x = 0; x < 96; x++) {
        const ink = smallDigits.test.images.data[1024 * index + 32 * Math.floor(y / 3) + Math.floor(x / 3)];
        data[width * (y + 7) + 100 * place + x] = 255 - ink;
      }
    }
  });
  const file = join(scratch, name);
  await writeFile(file, encode({ width, height, channels: 1, depth: 8, data }));
  return file;
}

test("a folder of pictures is read with --bulk, which the errors say", async () => {
  const folder = join(scratch, "some pictures");
  await mkdir(folder);
  const model = join(scratch, "plain.safetensors");
  await network().save(model);
  const { code, error, out } = await lenet5(["predict", model, folder]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toMatch(/got a folder; for the pictures in it, give --bulk '.*some pictures' --out answers\.csv\n$/);
  expectOneLine(
    await lenet5(["predict", model]),
    /expected pictures after the model ".*plain\.safetensors", got none; .*, give --bulk FOLDER --out answers\.csv$/m,
  );
  expectOneLine(await lenet5(["predict", folder]), /got none; .*, give --bulk '.*some pictures' --out answers\.csv$/m);
});

describe("what the network was given is shown", () => {
  test("drawn below the answer, and written as PNG files that are read the same", async () => {
    const labels = [...smallDigits.test.labels.slice(0, 2)].join("");
    const note = await drawing("note.png", [0, 1]);
    const out = join(scratch, "prepared");
    const shown = await lenet5(["predict", "--show", "--out", out, note]);
    expect(shown).toMatchObject({ code: 0, error: "" });
    const [line, ...rows] = shown.out.slice(0, -1).split("\n");
    expect(line).toMatch(new RegExp(`note\\.png  ${labels}  \\d`));
    expect(rows).toHaveLength(8);
    expect(rows.join("")).toMatch(/^[\u2800-\u28ff ]+$/);
    const files = ["note.1.prepared.png", "note.2.prepared.png"];
    expect((await readdir(out)).sort()).toEqual(files);
    const { width, height, channels } = decode(await readFile(join(out, files[0])));
    expect([width, height, channels]).toEqual([32, 32, 1]);
    const [both] = await lenet5Json<Answer[]>(["predict", note]);
    const each = await lenet5Json<Answer[]>(["predict", ...files.map((file) => join(out, file))]);
    expect(both).toMatchObject({ verdict: "several", text: labels });
    expect(each.map(({ label }) => String(label)).join("")).toBe(labels);
    both.parts.forEach(({ probabilities, box }, i) => {
      expect(probabilities).toEqual(each[i].probabilities);
      expect(box.left).toBeGreaterThanOrEqual(100 * i);
      expect(box.left + box.width).toBeLessThanOrEqual(100 * (i + 1));
    });
  });

  test("pictures of one name from two folders do not replace each other", async () => {
    await mkdir(join(scratch, "more"));
    const files = [await drawing("same.png", [2]), await drawing("more/same.png", [3])];
    const out = join(scratch, "two");
    await lenet5(["predict", "--out", out, ...files]);
    expect((await readdir(out)).sort()).toEqual(["same.prepared.png", "same~2.prepared.png"]);
    const digits = [await drawing("digits.png", [0, 1]), await drawing("digits.1.png", [2])];
    await lenet5(["predict", "--out", out, ...digits]);
    expect((await readdir(out)).filter((name) => name.startsWith("digits"))).toHaveLength(3);
  });

  test("not between JSON", async () => {
    expectOneLine(await lenet5(["predict", "--show", "--json", await drawing("a.png", [0])]), /--show: .*use --out/);
  });
});

describe("other preparations than the model's", () => {
  test("whole pictures, inverted", async () => {
    const out = join(scratch, "whole");
    const file = await drawing("whole.png", [4]);
    expect(await lenet5(["predict", "--as-is", "--invert", "--out", out, file])).toMatchObject({ code: 0 });
    const { data } = decode(await readFile(join(out, "whole.prepared.png")));
    // 100x110 pixels become 25x28 in the middle of 32x32, light on dark.
    expect(Math.max(...data.subarray(32 * 10, 32 * 22))).toBeGreaterThan(100);
    expect(data[32 * 3 + 5]).toBe(0);
  });

  test("contradictions are refused", async () => {
    const file = await drawing("b.png", [0]);
    expectOneLine(
      await lenet5(["predict", "--as-is", "--frame", file]),
      /'--as-is' cannot be used with option '--frame'/,
    );
    expectOneLine(await lenet5(["predict", "--invert", file]), /--invert: framing finds by itself .* add --as-is/);
  });

  test("for a model that does not say how its pictures were prepared, what is assumed is said once", async () => {
    const file = join(scratch, "untold.safetensors");
    await network().save(file);
    const pictures = await Promise.all([0, 1].map((i) => writePng(join(scratch, `untold-${i}.png`), i)));
    const { code, error } = await lenet5(["predict", file, ...pictures]);
    expect({ code, error }).toEqual({
      code: 0,
      error: `Note: ${file} does not say how its pictures were prepared; assumed: digits framed as in MNIST, 32x32, white on black\n`,
    });
    const asIs = await lenet5(["predict", "--as-is", file, ...pictures]);
    expect(asIs.error).toBe(
      `Note: ${file} does not say how its pictures were prepared; assumed: whole pictures, 32x32, grey\n`,
    );
  });
});

test("a model that is not there is named, and nothing is read with another one", async () => {
  const file = await writePng(join(scratch, "read.png"), 0);
  for (const name of ["runs/latst", join(scratch, "own.safetensor")]) {
    const outcome = await lenet5(["predict", name, file]);
    expectOneLine(outcome, `expected a picture, a model file or the folder of a run, got "${name}": there is no such`);
    expect(outcome.out).toBe("");
  }
});

test("names of classes cannot change the terminal", async () => {
  const made = network();
  made.reading = { preparation: { size: [28, 28], padding: 2 }, classNames: Array(10).fill("\u001b[31mred\n") };
  const file = join(scratch, "coloured.safetensors");
  await made.save(file);
  const { out } = await lenet5(["predict", file, await writePng(join(scratch, "coloured.png"), 0)]);
  expect(out).toContain("␛[31mred␊");
  expect(out).not.toContain("\u001b");
});

test("pictures that hold nothing, and many pictures on all cores: answers are in order", async () => {
  const blank = join(scratch, "blank.png");
  await writeFile(
    blank,
    encode({ width: 50, height: 50, channels: 1, depth: 8, data: new Uint8Array(2500).fill(200) }),
  );
  expect(await lenet5(["predict", blank])).toEqual({
    code: 0,
    out: `${blank}  none  (nothing stands out of the background)\n`,
    error: "",
  });
  const two = await Promise.all([drawing("first.png", [5]), drawing("second.png", [6])]);
  const [first, second] = await lenet5Json<Answer[]>(["predict", ...two]);
  const missing = join(scratch, "missing.png");
  const many = [...Array.from({ length: 30 }, (_, i) => two[i % 2]), missing, blank];
  const { out, code, error } = await lenet5(["predict", "--json", ...many]);
  expect(code).toBe(2);
  expect(error).toMatch(/^error: .*missing\.png.*no such file.*\n$/);
  const answers: Answer[] = JSON.parse(out);
  expect(answers.map(({ text }) => text)).toEqual([
    ...Array.from({ length: 30 }, (_, i) => [first, second][i % 2].text),
    undefined,
    "",
  ]);
  expect(answers[29].probabilities!.map((p) => p.toFixed(5))).toEqual(second.probabilities!.map((p) => p.toFixed(5)));
});
