/** Models of other programs through the command: export, import, and every command that takes a model. */
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportKeras, exportOnnx, exportTfjs } from "../../src/exchange.ts";
import { writeSafetensors } from "../../src/formats/safetensors.ts";
import { dense, digits, flatten, input, loadModel, model } from "../../src/index.ts";
import {
  expectOneLine,
  lenet5,
  lenet5Json,
  readJson,
  scratchFolder,
  smallDigits,
  writeIdxFolder,
} from "./lenet5-command.ts";

let scratch: string;
let data: string;
let run: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
  run = join(scratch, "run");
  await lenet5Json(["train", "--data", data, "--epochs", "2", "--out", run]);
});
afterAll(() => rm(scratch, { recursive: true }));

const inScratch = (name: string) => join(scratch, name);

describe("export", () => {
  test("a standalone file says how well it reads, and reads", async () => {
    const file = inScratch("digit.js");
    const { code, out, error } = await lenet5(["export", run, "--standalone", file]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toMatch(
      /^Measured on 60 test images of .*\nstandalone JavaScript: .*digit\.js \([\d,]+ bytes\)\nBeside it: .*digit\.d\.ts/,
    );
    expect(out).toMatch(/Note: Its weights have 8 bits: it reads [\d.]+% of 60 labelled images rightly/);
    const { classify } = await import(pathToFileURL(file).href);
    const picture = { width: 28, height: 28, data: new Uint8Array(4 * 28 * 28) };
    smallDigits.test.images.data.subarray(0, 1024).forEach((value, i) => {
      const [x, y] = [(i % 32) - 2, Math.floor(i / 32) - 2];
      if (x >= 0 && x < 28 && y >= 0 && y < 28) picture.data.fill(value, 4 * (28 * y + x), 4 * (28 * y + x) + 3);
    });
    picture.data.forEach((_, i) => {
      if (i % 4 === 3) picture.data[i] = 255;
    });
    expect(typeof classify(picture)).toBe("object");
  });

  test("JSON has the format, the files and what is lost", async () => {
    const file = inScratch("other.js");
    const result = await lenet5Json<{ file: string; bytes: number; beside: { file: string }[]; notes: string[] }>([
      ...["export", run, "-o", file, "--weights", "32"],
    ]);
    expect(result).toMatchObject({ format: "standalone JavaScript", file, bytes: (await stat(file)).size });
    expect(result.beside.map((each) => each.file)).toEqual([inScratch("other.d.ts")]);
    expect(result.notes.join()).toContain("32 bits");
  });

  test("--code writes the network as TypeScript, which trains", async () => {
    const { code, out, error } = await lenet5(["export", run, "--code"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^import \{ .* \} from "lenet5";\n[\s\S]*export const net = model\(/);
    expect(error).toMatch(/^Note: The code makes the network with new weights/);
    const file = inScratch("network.ts");
    expect((await lenet5(["export", run, "-o", file])).code).toBe(0);
    expect(await readFile(file, "utf8")).toBe(out);
  });

  test.each<[string[], RegExp]>([
    [[], /export: expected -o with the file to write, whose ending says the format: .*standalone \(\.js, \.mjs\)/],
    [["-o", "model.foo"], /--out: expected a file whose ending says the format, .*, got "model\.foo"/],
    [["-o", "a", "--format", "foo"], /--format: expected .*, got "foo"/],
    [
      ["-o", "a.js", "--with-preparation"],
      /--with-preparation: expected with .*, got standalone JavaScript: leave it out/,
    ],
    [["-o", "a.js", "--weights", "16"], /--weights: expected "8" or "32", got "16"/],
    [["--standalone", "a.js", "-o", "b.js"], /'--standalone <file>' cannot be used with option '-o, --out <file>'/],
    [
      ["-o", "a.onnx", "--format", "keras"],
      /--format: it writes Keras, but "a\.onnx" ends as a file of ONNX: give .*\.keras/,
    ],
    [["-o", "a.onnx", "--code"], /--code: it writes TypeScript, but "a\.onnx" ends as a file of ONNX: give .*\.ts/],
    [["--standalone", "a.txt"], /--standalone: expected a file that ends in \.js or \.mjs/],
    [["-o", "a.js", "--scale", "2"], /--scale: expected with a model file of another program/],
  ])("%j: one line", async (args, message) => {
    expectOneLine(await lenet5(["export", ...args]), message);
  });

  test("the file that is read is never overwritten", async () => {
    const file = join(run, "model.safetensors");
    const before = await readFile(file);
    expectOneLine(await lenet5(["export", run, "-o", file]), /expected another file than/);
    expect(await readFile(file)).toEqual(before);
  });
});

describe("a file of another format", () => {
  test("is converted, evaluated, summed up and read as the run that it was", async () => {
    const file = inScratch("model.onnx");
    const { format } = await lenet5Json<{ format: string }>(["export", run, "-o", file, "--input", "nhwc"]);
    expect(format).toBe("ONNX");
    const of = async (model: string, images = data) => {
      const { code, out, error } = await lenet5(["evaluate", model, "--data", images]);
      expect(code).toBe(0);
      return { error, accuracy: /Test accuracy [\d.]+%, loss [\d.]+/.exec(out)?.[0] };
    };
    const [before, after] = [await of(run), await of(file)];
    expect(after.accuracy).toBe(before.accuracy);
    const { out } = await lenet5(["summary", file]);
    expect(out).toContain("C3 (conv2d)");
    const back = inScratch("back.safetensors");
    expect(await lenet5Json(["import", file, "-o", back])).toMatchObject({
      source: expect.stringMatching(/^ONNX/),
      model: back,
    });
    expect((await of(back)).accuracy).toBe(before.accuracy);
    // A file that takes pixels from 0 to 255, and says so.
    const bytes = inScratch("bytes.onnx");
    expect((await lenet5(["export", run, "-o", bytes, "--with-preparation"])).code).toBe(0);
    const small = await writeIdxFolder(inScratch("small"), digits({ train: 240, test: 60, seed: 3, size: 28 }));
    expect(await of(bytes, small)).toEqual({ error: "", accuracy: before.accuracy });
    const folder = inScratch("web.tfjs");
    expect((await lenet5(["export", file, "-o", folder])).code).toBe(0);
    expect((await of(folder)).accuracy).toBe(before.accuracy);
    const page = inScratch("page.html");
    expect(await lenet5Json(["report", file, "--data", data, "-o", page, "--scale", "1"])).toEqual({ report: page });
    expect(await readFile(page, "utf8")).toMatch(/<title>model\.onnx: [\d.]+%/);
    expect((await lenet5(["export", file, "--standalone", inScratch("again.js"), "--data", data])).code).toBe(0);
  });

  test("what a command assumes of its input is said in one line, and options say otherwise", async () => {
    const file = "test/exchange/files/onnx/torch-script.onnx";
    const { code, error } = await lenet5(["summary", file]);
    expect(code).toBe(0);
    expect(error).toMatch(
      /^Note: .*torch-script\.onnx does not say how it takes images; assumed: pixels from 0 to 1; light ink on dark.*\n$/,
    );
    const scaled = await lenet5(["import", file, "--scale", "2", "--offset", "-1", "--invert"]);
    expect(scaled.error).toBe("");
    expect(scaled.out).toMatch(/rescaling/);
  });
});

test("errors and hints about a file of another program name the options of the command", async () => {
  const file = "test/exchange/files/onnx/torch-script.onnx";
  for (const ending of ["onnx", "keras"])
    expectOneLine(
      await lenet5(["export", file, "-o", inScratch(`none.${ending}`), "--with-preparation"]),
      /^error: --with-preparation: .*torch-script\.onnx does not say .*: give --scale 1, .*lenet5 import --check DATA -o own/,
    );
  expectOneLine(await lenet5(["import", file, "--pad", "9"]), /^error: test.*torch-script\.onnx: expected images that/);
  expectOneLine(
    await lenet5(["import", file, "--map", "a=b"]),
    /^error: --map: a file of ONNX has no use for it; it takes --output, --size, --threads$/m,
  );
  expectOneLine(await lenet5(["import", file, "--check", data]), /^error: --check: expected /);
  const bad = inScratch("bad.onnx");
  const image = input({ shape: [32, 32, 1] });
  const untrained = dense({ units: 10, activation: "softmax" })(flatten()(image));
  await writeFile(bad, (await exportOnnx(model({ inputs: image, outputs: untrained }))).bytes);
  const read = async (...args: string[]) =>
    (await lenet5(["export", bad, "--standalone", inScratch("bad.js"), "--data", data, ...args])).out;
  expect(await read()).toMatch(
    /Note: It reads badly, perhaps because .*: give --scale 255 .*lenet5 import --check DATA/,
  );
  expect(await read("--scale", "1")).not.toContain("It reads badly");
});

test.each(["keras", "tfjs"])("of several outputs, --output keeps one (%s)", async (ending) => {
  const file = inScratch(`two.${ending}`);
  const image = input({ shape: [4, 4, 1] });
  const flat = flatten()(image);
  const digit = dense({ units: 10, activation: "softmax", name: "digit" })(flat);
  const parity = dense({ units: 1, activation: "sigmoid", name: "parity" })(flat);
  const both = model({ inputs: image, outputs: [digit, parity] });
  both.compile({ optimizer: "adam", loss: ["categorical_crossentropy", "binary_crossentropy"] });
  const { bytes, beside } = await (ending === "keras" ? exportKeras(both) : exportTfjs(both));
  if (ending === "tfjs") await mkdir(file);
  await writeFile(ending === "tfjs" ? join(file, "model.json") : file, bytes);
  for (const [name, content] of Object.entries(beside)) await writeFile(join(file, name), content);
  const kept = inScratch(`digit-of-${ending}.safetensors`);
  const { notes } = await lenet5Json<{ notes: string[] }>(["import", file, "--output", "digit", "-o", kept]);
  expect(notes).toContain('The model answers "digit"; left out: "parity".');
  const one = await loadModel(kept);
  expect(one.layers.map(({ name }) => name)).not.toContain("parity");
  const x = { shape: [1, 4, 4, 1], data: Float32Array.from({ length: 16 }, (_, i) => i / 16) };
  const [expected] = (await both.predict(x)) as unknown as [{ data: Float32Array }];
  ((await one.predict(x)) as { data: Float32Array }).data.forEach((value, i) => {
    expect(value).toBeCloseTo(expected.data[i]!, 5);
  });
  expectOneLine(
    await lenet5(["import", file]),
    /expected a model with one output, got .*--output .*"digit" or "parity"/,
  );
  expectOneLine(await lenet5(["import", file, "--output", "no"]), /--output: expected "digit" or "parity", got "no"/);
});

test("Python lines load the file by the path that was given, and say why there is no class", async () => {
  const file = inScratch("torch.safetensors");
  const { out } = await lenet5(["export", run, "-o", file, "--layout", "pytorch"]);
  expect(out).toContain(`load_file(${JSON.stringify(file)})`);
  const of1998 = await lenet5(["export", "--network", "1998", "-o", file, "--layout", "pytorch"]);
  expect(of1998.out).toMatch(
    /Note: The Python lines have no class for the network: it has layers or options that PyTorch/,
  );
});

describe("a file of weights alone", () => {
  const weights = "test/exchange/files/pytorch/state-dict.pt";
  const network = `
    import { batchNormalization, conv2d, dense, flatten, input, maxPooling2d, model, relu, zeroPadding2d } from "lenet5";
    export default () => {
      const image = input({ shape: [8, 8, 1] });
      const maps = [
        conv2d({ filters: 3, kernelSize: 3, name: "C1" }),
        batchNormalization({ epsilon: 1e-5, name: "N1" }),
        relu(),
        maxPooling2d({ poolSize: 2 }),
        zeroPadding2d({ padding: [1, 0] }),
        conv2d({ filters: 4, kernelSize: [3, 2], activation: "relu", name: "C2" }),
      ].reduce((x, layer) => layer(x), image);
      const hidden = dense({ units: 6, activation: "tanh", name: "D1" })(flatten()(maps));
      return model({ inputs: image, outputs: dense({ units: 4, name: "D2" })(hidden) });
    };`;

  test("takes a network, and says where each tensor went", async () => {
    const module = inScratch("weights-network.mjs");
    await writeFile(module, network);
    const file = inScratch("weights.safetensors");
    const { source, mapping } = await lenet5Json<{ source: string; mapping: { tensor: string; weight: string }[] }>([
      ...["import", weights, "--network", module, "--map", "conv1.weight=C1/kernel", "-o", file],
    ]);
    expect(source).toMatch(/^PyTorch/);
    expect(mapping).toContainEqual(expect.objectContaining({ tensor: "conv1.weight", weight: "C1/kernel" }));
    expect((await lenet5(["summary", file])).out).toContain("zeroPadding2d");
  });

  test("takes a network of images of 28x28 where the weights fit those alone", async () => {
    const module = inScratch("any-size.mjs");
    await writeFile(
      module,
      `import { dense, flatten, input, loadModel, model } from "lenet5";
      export default ({ shape, classes }) => {
        const image = input({ shape });
        return model({ inputs: image, outputs: dense({ units: classes })(flatten()(image)) });
      };`,
    );
    const file = inScratch("of-28.safetensors");
    const tensors = {
      "fc.weight": { shape: [10, 784], data: new Float32Array(7840) },
      "fc.bias": { shape: [10], data: new Float32Array(10) },
    };
    await writeFile(file, writeSafetensors(tensors));
    const { out } = await lenet5(["import", file, "--network", module]);
    expect(out).toMatch(/Note: the network is made for images of 28x28: its weights fit these; --size sets another/);
    expect(out).toMatch(/\[N, 784\]/);
    expectOneLine(await lenet5(["import", file, "--network", module, "--size", "20"]), /400/);
  });

  test("without one, import lists the tensors, and other commands say what to do: one line", async () => {
    expectOneLine(
      await lenet5(["import", weights]),
      /it has weights and no layers: give the network .*conv1\.weight \[3, 1, 3, 3\]/,
    );
    for (const command of ["evaluate", "summary"])
      expectOneLine(
        await lenet5([command, weights]),
        /got weights alone: name their network once with lenet5 import .*--network/,
      );
    const keras = "test/exchange/files/keras/keras0-theano.weights.h5";
    expectOneLine(await lenet5(["evaluate", keras]), /--architecture|architecture/);
  });
});

describe("import", () => {
  test("what is no model file, and options that nothing has use for: one line", async () => {
    const notes = inScratch("notes.txt");
    await writeFile(notes, "no model");
    for (const args of [
      ["import", notes],
      ["evaluate", notes],
      ["predict", "--model", notes, "a.png"],
      ["summary", notes],
    ])
      expectOneLine(
        await lenet5(args),
        /notes\.txt: expected a model file of Keras \(\.keras, [^()]*\), ONNX \(\.onnx\), safetensors \(\.safetensors\), [^()]* \([^()]+\), [^()]* \([^()]+\), got a file that is none of these/,
      );
    const empty = inScratch("empty.onnx");
    await writeFile(empty, "");
    for (const command of ["import", "evaluate"]) expectOneLine(await lenet5([command, empty]), /empty\.onnx: .*empty/);
    const text = inScratch("text.onnx");
    await writeFile(text, "no model");
    expectOneLine(await lenet5(["import", text]), /text\.onnx: .*damaged or no ONNX file/);
    const folder = inScratch("folder");
    await mkdir(folder);
    expectOneLine(await lenet5(["import", folder]), /folder: expected a file of a model, got a folder/);
    const file = join(run, "model.safetensors");
    expectOneLine(await lenet5(["import", file, "-o", file]), /--out: expected another file than/);
    expectOneLine(await lenet5(["import", file, "--check", data, "--scale", "2"]), /--check: it finds out/);
    expectOneLine(
      await lenet5(["import", file, "--check", "nodata"]),
      /^error: --check: expected "mnist", .*"nodata"/i,
    );
    for (const other of ["x", "x.onnx"])
      expectOneLine(
        await lenet5(["import", file, "-o", other]),
        /--out: import writes a model file \.safetensors; for other formats use lenet5 export; got "x/,
      );
    expectOneLine(await lenet5(["import", file, "--images", "9"]), /--images: expected with --check/);
    expectOneLine(await lenet5(["import", file, "--classes", "9"]), /--classes: expected with --network/);
    expectOneLine(await lenet5(["import", file, "--map", "a"]), /--map: expected tensor=layer\/weight/);
    expectOneLine(
      await lenet5(["evaluate", run, "--pad", "2"]),
      /--pad: expected with a model file of another program/,
    );
  });

  test("--check tries the usual preparations and keeps the best in the model", async () => {
    const file = inScratch("checked.safetensors");
    const { checked, reading, model } = await lenet5Json<{
      checked: { name: string; accuracy: number; images: number }[];
      reading: object;
      model: string;
    }>(["import", join(run, "model.safetensors"), "--check", data, "--images", "100", "-o", file]);
    expect(checked).toHaveLength(18);
    expect(checked[0]).toMatchObject({ images: 100 });
    expect(checked.map(({ accuracy }) => accuracy)).toEqual(
      checked.map(({ accuracy }) => accuracy).sort((a, b) => b - a),
    );
    expect(reading).toMatchObject({ preparation: { framing: "mnist", size: [28, 28] }, classNames: [..."0123456789"] });
    expect(model).toBe(file);
    await lenet5Json(["evaluate", file, "--data", data]);
  });
});

test("a network of images of 28x28 knows that its own have no padding, whatever the data have", async () => {
  const [module, first, onnx, own] = ["of-28.mjs", "first-of-28", "of-28.onnx", "own-of-28.safetensors"].map(inScratch);
  await writeFile(
    module!,
    `import { dense, flatten, input, loadModel, model } from "lenet5";
    export default () => {
      const image = input({ shape: [28, 28, 1] });
      return model({ inputs: image, outputs: dense({ units: 10, activation: "softmax" })(flatten()(image)) });
    };`,
  );
  const train = ["train", "--network", module!, "--data", data, "--epochs", "1", "--out", first!];
  await lenet5Json(train);
  await lenet5Json(["export", first!, "-o", onnx!]);
  const { reading } = await lenet5Json<{ reading: object }>(["import", onnx!, "--check", data, "-o", own!]);
  expect(reading).toMatchObject({ preparation: { size: [28, 28], padding: 0 } });
  for (const [i, from] of [first!, own!].entries())
    for (const ending of ["onnx", "keras"])
      await lenet5Json(["export", from, "-o", inScratch(`bytes-${i}.${ending}`), "--with-preparation"]);
});

test("a run trains on from a model file or another run, and is resumed", async () => {
  const [first, second] = [inScratch("on"), inScratch("off")];
  const common = ["--data", data, "--epochs", "1", "--learning-rate", "0.001", "--optimizer", "adam"];
  await lenet5Json(["train", "--network", join(run, "model.safetensors"), ...common, "--out", first]);
  const config = await readJson<{ extra: object }>(first, "config.json");
  expect(config.extra).toMatchObject({ file: join(run, "model.safetensors"), recipe: { learningRate: 0.001 } });
  // The optimizer of a constant rate goes on where the first training ended.
  const { code, out } = await lenet5(["train", "--network", first, "--data", data, "--epochs", "1", "--out", second]);
  expect(code).toBe(0);
  expect(out).toMatch(
    /The network came compiled: its own optimizer \(adam, learning rate 0\.001\), loss and metrics are used/,
  );
  expect((await readJson<{ extra: object }>(second, "config.json")).extra).toMatchObject({ batchesBefore: 4 });
  expect((await readJson<{ iterations: number[] }>(second, "history.json")).iterations).toEqual([8]);
  const resumed = await lenet5(["train", "--resume", second, "--epochs", "2"]);
  expect(resumed.out).toMatch(/Continuing after epoch 1 of 2/);
  expect((await readJson<{ iterations: number[] }>(second, "history.json")).iterations).toEqual([8, 12]);
});
