/** Training on the page: a small training, so that the test is quick; test/slow/page-train.test.ts has the whole data. */
import { digits, lenet5, recipe } from "lenet5";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stopServers } from "../site.ts";
import { closePages, type OpenedPage, openPage } from "./open-page.ts";

const images = 600;
const epochs = 3;
const hash = `area=train&train=images:${images},epochs:${epochs},threads:1`;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  opened = await openPage({ hash });
  page = opened.page;
});

afterAll(async () => {
  await closePages();
  stopServers();
});

const button = (name: string) => page.getByRole("button", { name, exact: true });
const status = (name: string) => page.locator(`[data-training=${name}]`).waitFor();
const batches = async () => Number(await page.locator("[data-batches]").getAttribute("data-batches"));
const checksum = () => page.locator("[data-checksum]").getAttribute("data-checksum");
const kernels = () =>
  page.locator("[aria-label*='kernels of C1'] canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

/** The checksum that the library gives in Node for the same settings. */
let expected: string;

async function inNode(): Promise<string> {
  const { train } = digits({ train: images, test: 0 });
  const model = lenet5({ seed: 1, numerics: "reproducible" });
  const { compile, fit } = recipe("article", { images, epochs });
  model.compile(compile);
  await model.fit(train, { ...fit, verbose: 0 });
  return model.checksum();
}

it("trains batch by batch, pauses, and goes on", async () => {
  await button("One batch").click();
  await status("paused");
  await expect.poll(batches).toBe(1);
  const after1 = await checksum();
  await button("One batch").click();
  await expect.poll(batches).toBe(2);
  await expect.poll(checksum).not.toBe(after1);
  await button("Go on").click();
  await status("ended");
});

it("gives the same weights as the library in Node", async () => {
  expected = await inNode();
  expect(await checksum()).toBe(expected);
  await expect.poll(() => page.locator("header code").getAttribute("title")).toContain(expected);
  expect(new URL(page.url()).hash).toContain("net=trained");
});

it("shows how the epochs went", async () => {
  expect(await batches()).toBe(27);
  await page.locator("[data-figure=lossCurves] svg").waitFor();
  await page.locator("[data-figure=confusionMatrix] svg").waitFor();
  expect(Number(await page.locator("[data-validation]").getAttribute("data-validation"))).toBeGreaterThan(0.12);
  expect(Number(await page.locator("[data-test-accuracy]").getAttribute("data-test-accuracy"))).toBeGreaterThan(0.12);
  await page.getByRole("region", { name: "Worst errors" }).getByRole("listitem").first().waitFor();
});

it("looks back, and comes back to now", async () => {
  const now = await kernels();
  const slider = page.getByLabel("Look back");
  await slider.press("Home");
  await page.getByText("before the first batch").waitFor();
  await expect.poll(kernels).not.toBe(now);
  await expect.poll(() => new URL(page.url()).hash).toContain("time=0");
  await slider.press("ArrowRight");
  await page.getByText("after 1 batch,").waitFor();
  await button("Back to now").click();
  await expect.poll(kernels).toBe(now);
});

it("goes on for another epoch, stops, and is reset", async () => {
  const trained = await checksum();
  await page.getByLabel("More epochs").fill("100");
  await button("Go on").click();
  await status("running");
  await expect.poll(batches).toBeGreaterThan(27);
  await button("Stop").click();
  await status("ended");
  expect(await checksum()).not.toBe(trained);
  await page
    .getByRole("status")
    .filter({ hasText: /^Stopped after \d+ batches$/ })
    .waitFor({ state: "attached" });
  await button("Reset").click();
  await status("idle");
  expect(opened.faults).toEqual([]);
});

it("a link with a trained network trains it again, without isolation too", async () => {
  const { page: other, faults } = await openPage({ hash: `net=trained&${hash}`, isolated: false });
  await other.locator("[data-training=ended]").waitFor();
  expect(await other.locator("[data-checksum]").getAttribute("data-checksum")).toBe(expected);
  expect(faults).toEqual([]);
});

it("another link in the same page trains again, and a moment of it can be in the link", async () => {
  const link = `net=trained&area=train&train=images:300,epochs:1,threads:1&time=2`;
  await page.evaluate((text) => {
    location.hash = text;
  }, link);
  await page.getByText("after 2 batches, 128 images").waitFor();
  await status("ended");
  await button("Reset").click();
  await status("idle");
});

it("an own network shows its sizes, and the layer that is wrong", async () => {
  await page.getByRole("region", { name: "Explore" }).getByRole("combobox", { name: "Network" }).selectOption("own");
  await expect.poll(() => page.locator("[data-params]").getAttribute("data-params")).toBe("61706");
  await button("Modern").click();
  await expect.poll(() => page.locator("[data-params]").getAttribute("data-params")).toBe("59434");
  await button("LeNet-5").click();
  await page.getByLabel("kernel").first().fill("40");
  await page.locator("li.wrong [role=alert]").waitFor();
  await button("Start").click();
  await page.getByRole("button", { name: "Close" }).waitFor();
  await status("ended");
  expect(opened.faults).toEqual([]);
});
