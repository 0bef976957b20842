import { pretrained } from "lenet5";
import { expect, it } from "vitest";
import { found } from "./found.ts";

const given = (path: string, content: Uint8Array | string) => ({
  path,
  file: new File([content as BlobPart], path.split("/").at(-1)!),
});
/** A PNG of one pixel. */
const onePixel = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);
const model = async () => (await pretrained({ threads: 1 })).toBytes();

it("a model file, and a run folder with its history", async () => {
  const bytes = await model();
  expect(await found([given("mine.safetensors", bytes)])).toEqual({
    type: "model",
    name: "mine",
    bytes,
    history: undefined,
  });
  const history = JSON.stringify({ epochs: [1], iterations: [9], history: { loss: [1] }, chosen: 1 });
  const run = [given("run 1/model.safetensors", bytes), given("run 1/history.json", history), given("run 1/a.csv", "")];
  expect(await found(run)).toMatchObject({ name: "run 1", history: { epochs: [1], history: { loss: [1] } } });
});

it("a table of images is a data set, with what is in it", async () => {
  const rows = Array.from({ length: 12 }, (_, i) => `${i % 2},0,${i},200,255`).join("\n");
  const read = await found([given("numbers/all.csv", `label,a,b,c,d\n${rows}\n`), given("numbers/.DS_Store", "x")]);
  if (read.type !== "data") throw new Error("expected data");
  expect(read.data.train.classNames).toEqual(["0", "1"]);
  expect(read.inspection.parts.map(({ name }) => name)).toEqual(["train", "test"]);
});

it.each([
  [[], /^expected a folder of pictures, a run or a model file, got no file$/],
  [
    [given("bad.safetensors", "no model")],
    /^bad.safetensors: expected a safetensors file, got another kind of file or a damaged one/,
  ],
  [
    [given("texts/a.txt", "a"), given("texts/b.txt", "b")],
    /^texts: expected a folder of pictures for each class, .*; got "a.txt", "b.txt"$/,
  ],
  [[given("a.txt", "a")], /^expected a folder of pictures for each class, .*; got "a.txt"$/],
  [[given("one.png", "no picture")], /^one.png: the picture is damaged, or no picture at all; save it again$/],
  [[given("one.png", onePixel)], /^one.png: expected pictures of at least two classes/],
])("%# is refused in one line", async (files, message) => {
  await expect(found(files)).rejects.toThrow(message);
});

it("a history that is none is refused", async () => {
  const files = [given("run/model.safetensors", await model()), given("run/history.json", "[]")];
  await expect(found(files)).rejects.toThrow("run/history.json: expected the history of a run, got something else");
});
