import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { formatOf } from "../../src/exchange/import-model.ts";
import { protobufFields } from "../../src/exchange/look.ts";
import { exportKeras, importModel } from "../../src/exchange.ts";
import { add, dense, flatten, input, loadModel, model } from "../../src/index.ts";

function small() {
  const image = input({ shape: [2, 2, 1] });
  return model({ inputs: image, outputs: dense({ units: 3, activation: "softmax" })(flatten()(image)), threads: 1 });
}

it("a file of this library is loaded as loadModel does", async () => {
  const bytes = small().toBytes();
  const { model: read, source, notes } = await importModel(bytes, { threads: 1 });
  expect([source, notes]).toEqual(["lenet5", []]);
  expect(await read.checksum()).toBe(await (await loadModel(bytes)).checksum());
  expect(read.threads).toBe(1);
});

it("every committed file is recognised by its content, whatever its name", async () => {
  const root = new URL("files/", import.meta.url);
  const names = {
    keras: "Keras",
    h5: "Keras",
    onnx: "ONNX",
    safetensors: "safetensors",
    pt: "PyTorch",
    pth: "PyTorch",
  };
  const files = (await readdir(root, { recursive: true })).filter((file) => /\.\w+$/.test(file));
  for (const file of files) {
    const wanted = names[file.split(".").at(-1) as keyof typeof names];
    if (wanted === undefined) continue;
    expect(formatOf({ name: "file", bytes: await readFile(new URL(file, root)) }).name, file).toBe(wanted);
  }
  expect(files.length).toBeGreaterThan(20);
});

it("what is no model file is refused in one line with what is known", async () => {
  for (const bytes of [Uint8Array.of(1, 2, 3), new TextEncoder().encode('{"a": 1}'), new Uint8Array(99)]) {
    const error = await importModel({ "notes.txt": bytes }).catch((problem: unknown) => problem);
    expect(String(error)).toMatch(
      /^InputError: notes\.txt: expected a model file of .*got a file that is none of these$/,
    );
  }
});

it("an empty file is refused as one, whatever its name", async () => {
  for (const name of ["a.onnx", "a.keras", "a.h5", "a.pt", "a.safetensors", "model.json", "notes.txt"])
    await expect(importModel({ [name]: new Uint8Array() })).rejects.toThrow(
      `${name}: expected a model, got an empty file`,
    );
});

it("a damaged file is read as its name says, and the format says what is wrong", async () => {
  const bytes = small().toBytes().subarray(0, 100);
  await expect(importModel({ "model.safetensors": bytes })).rejects.toThrow(/^model\.safetensors: .*header/);
});

it("a folder without a model.json is refused", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lenet5-"));
  await writeFile(join(folder, "other.txt"), "");
  await expect(importModel(folder)).rejects.toThrow(`${folder}: expected a file of a model, got a folder`);
});

it("an option that the format has no use for, or that nothing knows, is refused", async () => {
  await expect(importModel(small().toBytes(), { epochs: 3 } as object)).rejects.toThrow(
    /importModel: expected options/,
  );
});

it("the fields of a protobuf message are seen only where the whole file is one", () => {
  const fieldsOf = (...bytes: number[]) =>
    protobufFields({ bytes: Uint8Array.from(bytes), name: "", zipped: undefined, json: undefined });
  expect(fieldsOf(0x08, 7, 0x3a, 2, 0, 0, 0x42, 0)).toEqual(new Set([1, 7, 8]));
  expect(fieldsOf(0x08, 7, 0x3a, 3, 0, 0)).toBeUndefined();
  expect(fieldsOf(0x08)).toBeUndefined();
  expect(fieldsOf(0x0b, 0)).toBeUndefined();
  expect(fieldsOf(...Array<number>(12).fill(0xff))).toBeUndefined();
});

it("an output of a Keras model is kept with the inputs and layers that it needs", async () => {
  const [a, b] = ["a", "b"].map((name) => input({ shape: [4], name }));
  const [x, y] = [dense({ units: 3, name: "x" })(a!), dense({ units: 3, name: "y" })(b!)];
  const { bytes } = await exportKeras(model({ inputs: [a!, b!], outputs: [x, add({ name: "s" })([x, y])] }));
  const layersOf = async (output: string) =>
    (await importModel(bytes, { output })).model.layers.map(({ name }) => name).sort();
  expect(await layersOf("x")).toEqual(["a", "x"]);
  expect(await layersOf("s")).toEqual(["a", "b", "s", "x", "y"]);
  await expect(layersOf("y")).rejects.toThrow('the option output: expected "x" or "s", got "y"');
});
