/** Looking inside units on the page. */
import type { Page } from "playwright-core";
import { afterAll, expect, it } from "vitest";
import { stopServers } from "../site.ts";
import { closePages, openPage } from "./open-page.ts";

let opened: ReturnType<typeof openPage> | undefined;
/** One page for all tests but that of a phone. */
const desktop = () => {
  opened ??= openPage({ hash: "v=1&pin=C3.7.4.6" });
  return opened;
};

afterAll(async () => {
  await closePages();
  stopServers();
});

const heading = (page: Page) => page.locator(".inspector h2").first();

let visits = 1;

/** Goes to other settings of the page, and waits for the unit. */
async function goTo(page: Page, settings: string, title: RegExp | string): Promise<void> {
  visits += 1;
  // The page passes over an address that it has written itself.
  await page.evaluate((to) => {
    location.hash = to;
  }, `v=${visits}&${settings}`);
  await page.locator(".inspector h2", { hasText: title }).first().waitFor();
}

/** The numbers of an attribute in the first unit of the inspector. */
async function numbers(page: Page, attribute: string, part = ""): Promise<number[]> {
  const scope = part ? `[data-part="${part}"]` : "";
  const values = await page
    .locator(`.inspector .unit`)
    .first()
    .locator(`${scope} [data-${attribute}], ${scope || ".none"}[data-${attribute}]`)
    .evaluateAll((found, name) => found.map((one) => one.getAttribute(`data-${name}`)), attribute);
  return values.map(Number);
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** The float64 number and the engine's of the first unit, and what the last step of the arithmetic gives. */
async function results(page: Page): Promise<{ value: number; engine: number; last: number }> {
  return page.evaluate(() => {
    const unit = document.querySelector(".inspector .unit")!;
    const shown = unit.querySelector<HTMLElement>("[data-engine]")!.dataset;
    const steps = [...unit.querySelectorAll<HTMLElement>("[data-part]")].flatMap((part) =>
      [...part.querySelectorAll<HTMLElement>("[data-result], [data-sum]")].map(
        ({ dataset }) => dataset.result ?? dataset.sum,
      ),
    );
    return { value: Number(shown.value), engine: Number(shown.engine), last: Number(steps.at(-1)) };
  });
}

async function expectAddsUp(page: Page): Promise<void> {
  const { value, engine, last } = await results(page);
  expect(last).toBeCloseTo(value, 10);
  expect(Math.abs(value - engine)).toBeLessThan(2e-6 * Math.max(1, Math.abs(engine)));
}

it("a convolution: windows times kernels, subtotals, bias and squashing give the engine's number", async () => {
  const { page } = await desktop();
  expect(await heading(page).textContent()).toBe("C3, map 8 of 16, row 5, column 7");
  const subtotals = await numbers(page, "subtotal", "windows");
  expect(subtotals).toHaveLength(4);
  const [total] = await numbers(page, "sum", "windows");
  expect(sum(subtotals)).toBeCloseTo(total!, 10);
  await expectAddsUp(page);
  expect(await page.locator("[data-field]").getAttribute("data-field")).toBe("14x14");
});

it("all products can be read as a table", async () => {
  const { page } = await desktop();
  await page.getByText("All of it as a table").click();
  await page.locator("[data-arithmetic]").waitFor();
  const rows = await page.locator("[data-arithmetic] tbody tr").allTextContents();
  expect(rows).toHaveLength(4 * 25 + 4 + 1 + 2 + 3);
  expect(rows[0]).toContain("S2, map 2 of 6, row 5, column 7");
  await page.getByText("All of it as a table").click();
});

it("pointing at a product says it, and shows the cell of its kernel", async () => {
  const { page } = await desktop();
  const cells = page.locator('[data-part="windows"] li').first().locator(".cells");
  await cells.nth(2).hover({ position: { x: 20, y: 20 } });
  expect(await page.locator('[data-part="windows"] .pointed').textContent()).toMatch(/^−?\d.* × −?\d.* = −?\d/);
  expect(await cells.nth(1).locator(".marked").count()).toBe(1);
  await page.mouse.move(0, 0);
});

it("pointing at the stage previews a unit and leaves the pinned one; a click keeps it", async () => {
  const { page } = await desktop();
  await page.evaluate(() => scrollTo(0, 0));
  const box = (await page.locator("#layer-article-C1").boundingBox())!;
  const at = { x: box.x + box.width / 2, y: box.y + 40 };
  await page.mouse.move(at.x, at.y);
  await page.locator(".inspector h2", { hasText: /^C1, map 1 of 6/ }).waitFor();
  expect(await page.locator("[data-field]").getAttribute("data-field")).toBe("5x5");
  await expectAddsUp(page);
  await page.mouse.move(2, 2);
  await page.locator(".inspector h2", { hasText: /^C3, map 8/ }).waitFor();
  await page.mouse.click(at.x, at.y);
  await page.mouse.move(2, 2);
  await page.locator(".inspector h2", { hasText: /^C1, map 1 of 6/ }).waitFor();
});

it("a pixel of the image says where it reaches", async () => {
  const { page } = await desktop();
  await goTo(page, "pin=image.0.12.14", /^Input, row 13, column 15/);
  const rows = await page.locator("[data-reach] tr").allTextContents();
  expect(rows.map((row) => row.replace(/\s+/g, ""))).toEqual([
    "C1150of4,704",
    "S254of1,176",
    "C3784of1,600",
    "S4256of400",
    "C5all120",
    "F6all84",
    "Outputall10",
  ]);
  await expectAddsUp(page);
});

it("arrows go to other units, maps and layers", async () => {
  const { page } = await desktop();
  await goTo(page, "pin=C3.7.4.6", /^C3/);
  await page.getByRole("button", { name: "Unit to the right" }).click();
  await page.getByRole("button", { name: "Same place of the next map" }).press("Enter");
  await page.locator(".inspector h2", { hasText: "C3, map 9 of 16, row 5, column 8" }).waitFor();
  await page.getByRole("button", { name: "Same place of the next layer" }).click();
  await page.locator(".inspector h2", { hasText: "S4, map 9 of 16, row 3, column 4" }).waitFor();
  await expectAddsUp(page);
});

it("the connection table lights rows and columns, and goes to a map", async () => {
  const { page } = await desktop();
  await goTo(page, "pin=C3.7.4.6", /^C3/);
  await page.getByRole("button", { name: "Connection table" }).click();
  const dialog = page.getByRole("dialog");
  expect(await dialog.locator("td.link").count()).toBe(60);
  const columns = dialog.locator("thead button");
  await columns.nth(6).hover();
  expect(await dialog.locator(".line").textContent()).toBe("C3 map 7 sees S2 maps 1, 2, 3, 4");
  expect(await dialog.locator("tbody th.lit").allTextContents()).toEqual(["1", "2", "3", "4"]);
  await dialog.locator("tbody th button").first().focus();
  expect(await dialog.locator("thead th.lit").count()).toBe(10);
  await columns.nth(15).click();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.locator(".inspector h2", { hasText: "C3, map 16 of 16, row 5, column 7" }).waitFor();
});

it("dense layers: the eight largest products and the sum of the others; softmax: ten exponentials", async () => {
  const { page } = await desktop();
  await goTo(page, "pin=output.0.0.3", "Output, class 3");
  expect(await numbers(page, "product", "terms")).toHaveLength(8);
  expect(await numbers(page, "others", "terms")).toEqual([76]);
  const exponentials = await numbers(page, "exponential", "shares");
  expect(exponentials).toHaveLength(10);
  const [total] = await numbers(page, "sum", "shares");
  expect(sum(exponentials) / total!).toBeCloseTo(1, 10);
  await expectAddsUp(page);
});

it("two units stand side by side", async () => {
  const { page } = await desktop();
  await goTo(page, "pin=C3.7.4.6&second=F6.0.0.3", /^C3/);
  expect(await page.locator(".inspector h2").allTextContents()).toEqual([
    "C3, map 8 of 16, row 5, column 7",
    "F6, unit 4 of 84",
  ]);
});

it("the unit of two networks that are compared, each with its own arithmetic", async () => {
  const { page } = await desktop();
  await goTo(page, "pin=C1.2.9.12&with=reader", /C1, map 3/);
  await page.locator(".inspector h2", { hasText: /^Reader/ }).waitFor();
  const engines = page.locator(".inspector [data-engine]");
  const [first, second] = await engines.evaluateAll((all) => all.map((one) => one.getAttribute("data-engine")));
  expect(second).toBeTruthy();
  expect(second).not.toBe(first);
});

it("the 1998 network: the distance of F6 from a code, and all ten codes", async () => {
  const { page, faults } = await desktop();
  await goTo(page, "net=1998&pin=output.0.0.3", "Output, class 3");
  await page.locator('[data-part="distance"]').waitFor();
  await expectAddsUp(page);
  expect(await page.locator(".codes button").count()).toBe(10);
  await page.getByRole("button", { name: /^Code of 8/ }).click();
  await page.locator(".inspector h2", { hasText: "Output, class 8" }).waitFor();
  await expectAddsUp(page);
  await goTo(page, "net=1998&pin=S2.2.5.6", /^S2/);
  await page.locator('[data-part="curve"]').waitFor();
  await expectAddsUp(page);
  expect(faults).toEqual([]);
});

it("a finger: tap the stage, then drag in the lens", async () => {
  const { page, faults } = await openPage({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  const region = page.locator("#layer-article-C1");
  await region.evaluate((one) => one.scrollIntoView({ block: "center" }));
  const map = (await region.boundingBox())!;
  await page.touchscreen.tap(map.x + 34, map.y + 46);
  await page.locator(".inspector h2", { hasText: /^C1, map 1 of 6/ }).waitFor();
  const lens = page.locator(".inspector .lens canvas");
  await lens.waitFor();
  const box = (await lens.boundingBox())!;
  expect(box.width).toBeLessThanOrEqual(390);
  expect(box.width).toBeGreaterThanOrEqual(280);
  await lens.tap({ position: { x: 105, y: 75 } });
  await page.locator(".inspector h2", { hasText: "C1, map 1 of 6, row 8, column 11" }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);

  // The first Escape closes the sheet, the second frees the unit.
  await page.keyboard.press("Escape");
  await page.locator("main.sheet-inspector").waitFor({ state: "detached" });
  const status = page.locator("[data-status]");
  expect(await status.innerText()).toMatch(/^C1, map 1, row 8, column 11/);
  await page.keyboard.press("Escape");
  await status.waitFor({ state: "detached" });
  expect(faults).toEqual([]);
});
