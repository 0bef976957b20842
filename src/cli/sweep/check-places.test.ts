import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkPlaces } from "./check-places.ts";

const filesOf = (format: string) => fileURLToPath(new URL(`../../../test/exchange/files/${format}/`, import.meta.url));
const onnx = join(filesOf("onnx"), "torch-script.onnx");
const weights = join(filesOf("pytorch"), "bfloat16.pt");
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-places-"));
});
afterAll(() => rm(scratch, { recursive: true }));

test.each([
  ["no file", () => ({ network: "./none.safetensors" }), /^--network "\.\/none\.safetensors": there is no such file/],
  [
    "a run without a model",
    () => ({ network: scratch }),
    /^--network: model ".*": the folder has no model\.safetensors/,
  ],
  ["weights alone", () => ({ network: weights }), /^--network: .*bfloat16\.pt: expected a file with a network, got/],
  [
    "padding that the network has no room for",
    () => ({ network: onnx, pad: 50 }),
    /^--network: .*torch-script\.onnx: expected images/,
  ],
])("%s", async (_, options, message) => {
  await expect(checkPlaces([{ network: "article" }, options()])).rejects.toThrow(message);
});

test("a model file that one of its trials can use is not refused, whichever comes first", async () => {
  const trials = [{ network: onnx, pad: 50 }, { network: onnx }, { network: "article", pad: 50 }, {}];
  await checkPlaces(trials);
  await checkPlaces(trials.reverse());
});

test("a file that is no model is refused beside one", async () => {
  const network = join(scratch, "text.safetensors");
  await writeFile(network, "no model");
  await expect(checkPlaces([{ network: onnx }, { network }])).rejects.toThrow(/^--network: .*text\.safetensors/);
});
