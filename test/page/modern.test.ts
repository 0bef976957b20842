/** The network of `modern()` on the page: chosen, asked, looked into and trained. */
import { digits, modern, recipe } from "lenet5";
import { afterAll, expect, it } from "vitest";
import { stopServers } from "../site.ts";
import { closePages, openPage } from "./open-page.ts";

afterAll(async () => {
  await closePages();
  stopServers();
});

const regions = [
  "image",
  "C1_relu",
  "C2_relu",
  "S3",
  "C4_relu",
  "C5_relu",
  "S6",
  "C7_relu",
  "C8_relu",
  "means",
  "output",
];

it("is chosen, reads a drawing and explains a unit from the products to the rectifier", async () => {
  const { page, faults } = await openPage();
  await page.locator("header select").selectOption("modern");
  const picture = page.locator("[data-picture=modern]");
  await picture.waitFor();
  const shown = await picture.locator("[id^=layer-modern-]").evaluateAll((all) => all.map(({ id }) => id.slice(13)));
  expect(shown).toEqual(regions);
  await expect.poll(() => new URL(page.url()).hash).toContain("net=modern");

  const pad = (await page.getByLabel("Drawing pad").boundingBox())!;
  await page.getByRole("button", { name: "Clear" }).click();
  const at = (x: number, y: number) => [pad.x + x * pad.width, pad.y + y * pad.height] as const;
  await page.mouse.move(...at(0.3, 0.25));
  await page.mouse.down();
  for (const point of [at(0.7, 0.25), at(0.45, 0.8)]) await page.mouse.move(...point, { steps: 12 });
  await page.mouse.up();
  await expect.poll(() => page.locator("[data-answer]").getAttribute("data-answer")).toBe("7");

  // A link opens the same network, and the unit. The address gets the ink a moment after the answer.
  await expect.poll(() => new URL(page.url()).hash).toMatch(/ink=\w/);
  await page.evaluate(() => {
    location.hash += "&pin=C2_relu.3.12.14";
  });
  await page.getByRole("heading", { name: "C2, map 4 of 16, row 13, column 15" }).waitFor();
  const value = page.locator("[data-unit=C2_relu] [data-difference]");
  expect(Math.abs(Number(await value.getAttribute("data-difference")))).toBeLessThan(1e-5);
  const arithmetic = page.locator("[data-unit=C2_relu] .arithmetic");
  expect(await arithmetic.innerText()).toMatch(
    /minus the map’s moving mean[\s\S]*times gamma[\s\S]*plus beta[\s\S]*rectifier/,
  );
  expect(faults).toEqual([]);
});

it("has the names of the stage everywhere: for a link to a bare convolution, and beside another network", async () => {
  const { page, faults } = await openPage({
    hash: "net=modern&with=article&area=compare&sample=digits.3&pin=C1.2.9.12",
  });
  const headings = page.locator(".inspector h2");
  await expect
    .poll(() => headings.allInnerTexts())
    .toEqual(["Modern:\u00a0C1, map 3 of 16, row 10, column 13", "LeNet-5:\u00a0C1, map 3 of 6, row 10, column 13"]);
  expect(
    await page.locator("[data-unit]").evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.unit)),
  ).toEqual(["C1_relu", "C1"]);
  await page.locator("[data-status]", { hasText: /^C1, map 3, row 10, column 13: / }).waitFor();

  // A unit of the second picture is the first network's of the same name.
  await page.goto(page.url().replace(/#.*/, "#net=article&with=modern&area=compare&sample=digits.3"));
  const region = page.locator("#layer-modern-C1_relu");
  await region.waitFor();
  const map = (await region.boundingBox())!;
  await page.mouse.click(map.x + 20, map.y + 24);
  await expect.poll(() => new URL(page.url()).hash).toMatch(/pin=C1\.0\./);
  await expect
    .poll(() => headings.allInnerTexts())
    .toEqual([expect.stringMatching(/^LeNet-5:\sC1, map 1 of 6/), expect.stringMatching(/^Modern:\sC1, map 1 of 16/)]);
  expect(await page.locator("tr[data-difference]").count()).toBe(1);
  expect(faults).toEqual([]);
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
