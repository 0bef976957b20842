/** The network of `modern()` on the page: chosen, asked, looked into and trained. */
import { digits, modern, recipe } from "lenet5";
import { afterAll, expect, it } from "vitest";
import { stopServers } from "../site.ts";
import { closePages, openPage } from "./open-page.ts";

afterAll(async () => {
  await closePages();
  stopServers();
});

it("trains by its recipe, distortions and all, to the weights of the library in Node", async () => {
  const { page, faults } = await openPage({ hash: "area=train&train=network:modern,images:150,epochs:1,threads:1" });
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.locator("[data-training=ended]").waitFor({ timeout: 60_000 });
  const { train } = digits({ train: 150, test: 0 });
  const model = modern({ seed: 1, numerics: "reproducible" });
  const { compile, fit } = recipe("modern", { images: 150, epochs: 1 });
  expect(fit.augment).toBeDefined();
  model.compile(compile);
  await model.fit(train, { ...fit, verbose: 0 });
  expect(await page.locator("[data-checksum]").getAttribute("data-checksum")).toBe(await model.checksum());
  expect(new URL(page.url()).hash).toMatch(/net=trained.*network%3Amodern|net=trained.*network:modern/);
  expect(faults).toEqual([]);
});
