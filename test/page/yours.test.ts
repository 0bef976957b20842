/** Yours: files that are opened, a network that is taught, and what can be taken away. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dense, flatten, input, loadModel, model, pretrained } from "../../src/index.ts";
import { pngBytes, writeFiles } from "../made-files.ts";
import { closePages, openPage } from "./open-page.ts";

let folder: string;
let page: Page;
let panel: Locator;
let faults: readonly string[];
const answer = () => page.locator("[data-answer]").getAttribute("data-answer");
const said = (text: RegExp) => page.getByText(text).first().waitFor({ timeout: 5000 });
const chooseFolder = () => panel.getByLabel("Choose a folder");
const chooseFile = () => panel.getByLabel("Choose a file");

/** A network of 28 x 28, where LeNet-5 takes 32 x 32. */
function smallModel(): Uint8Array {
  const image = input({ shape: [28, 28, 1] });
  const digit = dense({ units: 10, activation: "softmax" })(flatten()(image));
  return model({ inputs: image, outputs: digit, threads: 1 }).toBytes();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lenet5-yours-"));
  const text = (content: string) => new TextEncoder().encode(content);
  const size = { width: 32, height: 32 };
  const picture = (name: string, i: number) =>
    [`mine/${name}/${i}.png`, pngBytes(size, 0, 9 * i + name.length)] as const;
  const pictures = ["circle", "square"].flatMap((name) => [0, 1, 2, 3, 4].map((i) => picture(name, i)));
  await writeFiles(folder, {
    ...Object.fromEntries(pictures),
    "notes/a.txt": text("hello"),
    "run/model.safetensors": (await pretrained({ network: "1998", threads: 1 })).toBytes(),
    "run/history.json": text(JSON.stringify({ epochs: [1, 2], iterations: [1, 2], history: { loss: [2, 1] } })),
    "bad.safetensors": text("no model"),
    "small.safetensors": smallModel(),
  });
  ({ page, faults } = await openPage({ hash: "area=yours" }));
  panel = page.getByRole("tabpanel");
});
afterAll(async () => {
  await closePages();
  await rm(folder, { recursive: true });
});

it("a folder of pictures becomes the data to train on", async () => {
  await chooseFolder().setInputFiles(join(folder, "mine"));
  const card = panel.locator("[data-yours]");
  await card.waitFor();
  expect(await card.innerText()).toMatch(/pictures in mine[\s\S]*train\s+8 images, 32 × 32 × 1[\s\S]*circle, square/);
  await card.getByRole("button", { name: "Train on them" }).click();
  await expect.poll(() => page.evaluate("location.hash")).toMatch(/area=train.*data%3Ayours/);
  await page.getByRole("tab", { name: "Yours" }).click();
});

it("bad files are refused in one line each, and the page goes on", async () => {
  await chooseFolder().setInputFiles(join(folder, "notes"));
  await said(/notes: expected a folder of pictures for each class.*got "a.txt"/);
  await chooseFile().setInputFiles(join(folder, "bad.safetensors"));
  await said(/bad.safetensors: expected a safetensors file/);
  expect(await answer()).toBe("3");
});

it("a run folder puts its network on the stage, with its history", async () => {
  await chooseFolder().setInputFiles(join(folder, "run"));
  await expect.poll(() => page.evaluate("location.hash")).toContain("net=run");
  const history = page.waitForEvent("download");
  await panel.getByRole("button", { name: "History" }).click();
  expect(JSON.parse(await readFile(await (await history).path(), "utf8")).history.loss).toEqual([2, 1]);
});

it("networks of two sizes are compared: each prepares the drawing and the test image itself", async () => {
  await chooseFile().setInputFiles(join(folder, "small.safetensors"));
  await expect.poll(() => page.evaluate("location.hash")).toContain("net=small");
  await page.getByRole("tab", { name: "Compare" }).click();
  await page.getByLabel("Compare with").selectOption("article");
  const compared = (id: string) => page.locator(`[data-compared="${id}"] .answer`);
  await expect.poll(() => compared("article").innerText()).toBe("3");
  await expect.poll(() => compared("small").innerText()).toMatch(/^\d$/);
  await expect
    .poll(() => page.evaluate("location.hash"))
    .toMatch(/area=compare.*with=article|with=article.*area=compare/);
  const before = await page.evaluate("location.hash");
  await page.evaluate("location.hash += '&sample=digits.3'");
  await page.locator("[data-compared]").first().waitFor({ timeout: 5000 });
  await expect.poll(() => compared("small").innerText()).toMatch(/^\d$/);
  await expect.poll(() => compared("article").innerText()).toMatch(/^\d$/);
  await page.evaluate(`location.hash = ${JSON.stringify(before)}`);
  await page.getByLabel("Compare with").selectOption("");
  await page.getByRole("tab", { name: "Yours" }).click();
});

it("a wrong answer is corrected, and the network learns it without losing the others", async () => {
  await page.getByRole("combobox", { name: "Network" }).selectOption("article");
  await expect.poll(answer).toBe("3");
  await panel.getByRole("group", { name: "It is" }).getByRole("button", { name: "8" }).click();
  await panel.getByRole("button", { name: "Let it learn" }).click();
  const lesson = panel.locator("[data-lesson]");
  await lesson.waitFor({ timeout: 30_000 });
  expect(await lesson.innerText()).toMatch(/1 of 1 drawings are read right/);
  await expect.poll(answer).toBe("8");
  await expect.poll(() => page.evaluate("location.hash")).toContain("net=taught");
});

it("a new class is taught from twenty drawings", async () => {
  await page.getByRole("button", { name: "Clear" }).click();
  const { x, y, width } = (await page.getByLabel(/^Drawing pad/).boundingBox())!;
  const line = async (from: number, to: number) => {
    await page.mouse.move(x + from * width, y + 0.2 * width);
    await page.mouse.down();
    await page.mouse.move(x + to * width, y + 0.8 * width, { steps: 6 });
    await page.mouse.up();
  };
  await line(0.2, 0.8);
  await line(0.8, 0.2);
  const add = panel.getByRole("button", { name: "Add this drawing" });
  await expect.poll(() => add.isEnabled()).toBe(true);
  for (let i = 0; i < 20; i++) await add.click();
  await panel.getByLabel("Name").fill("cross");
  await panel.getByRole("button", { name: "Teach it" }).click();
  await expect.poll(answer, { timeout: 20_000 }).toBe("cross");
  expect(await panel.locator("[data-lesson]").innerText()).toMatch(/20 of 20 drawings are read right/);
});

it("model, TypeScript, report and figures are saved", async () => {
  const saved = async (name: string) => {
    const download = page.waitForEvent("download");
    await panel.getByRole("button", { name, exact: true }).click();
    const file = await download;
    return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
  };
  const model = await saved("Model");
  expect(model.name).toBe("taught.safetensors");
  expect((await loadModel(new Uint8Array(model.content))).name).toBe("lenet5");
  const code = await saved("TypeScript");
  expect([code.name, String(code.content)]).toEqual(["taught.ts", expect.stringContaining("connectionTable: tableI")]);
  expect(String((await saved("Report")).content)).toMatch(/^<!doctype html>[\s\S]*Confusion matrix/i);
  await panel.getByRole("button", { name: "Figures" }).click();
  const figures = panel.getByRole("button", { name: / as SVG$/ });
  await figures.first().waitFor({ timeout: 20_000 });
  expect(await figures.count()).toBeGreaterThan(5);
  expect(String((await saved("Confusion matrix as SVG")).content)).toContain("<svg");
  expect((await saved("Confusion matrix as PNG")).content.subarray(1, 4).toString()).toBe("PNG");
});

it("nothing was complained about", () => {
  expect(faults).toEqual([]);
});
