/** Break it: the answer along each slider, maps off, what held the answer up, a picture that pleases a unit. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closePages, openPage } from "./open-page.ts";

let page: Page;
let panel: Locator;
let faults: readonly string[];
const answer = () => page.locator("[data-answer]").getAttribute("data-answer");
const hash = () => page.evaluate("location.hash") as Promise<string>;

beforeAll(async () => {
  ({ page, faults } = await openPage({ hash: "area=break" }));
  panel = page.getByRole("tabpanel");
});
afterAll(closePages);

it("a slider changes what the network sees, and its curve says what is read where", async () => {
  const dial = page.locator("[data-dial=rotate]");
  await dial.locator(".runs span").first().waitFor();
  await panel.getByLabel("Rotate", { exact: true }).fill("84");
  await expect.poll(answer).not.toBe("3");
  const runs = await dial.locator(".runs span").allTextContents();
  expect(runs.filter((label) => label === "3")).toHaveLength(1);
  expect(await panel.getByLabel("Rotate", { exact: true }).getAttribute("aria-valuetext")).toMatch(
    /^84°\. Reads [^3]$/,
  );
  await expect.poll(hash).toContain("adjust=rotate%3A84");
  await dial.getByRole("button", { name: "Undo" }).click();
  await expect.poll(answer).toBe("3");
});

it("a box is dragged over the picture", async () => {
  const picture = panel.getByRole("button", { name: /^What the network sees/ });
  await panel.getByRole("heading", { name: "Break it" }).scrollIntoViewIfNeeded();
  const { x, y, width } = (await picture.boundingBox())!;
  await page.mouse.move(x + width / 2, y + width - 10);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + width / 2, { steps: 3 });
  await page.mouse.up();
  await expect.poll(() => panel.getByLabel("Hide a box", { exact: true }).inputValue()).toBe("8");
  await picture.press("ArrowLeft");
  await expect.poll(hash).toMatch(/column%3A15/);
});

it("maps are switched off, and what held the answer up is shown; Reset takes it all back", async () => {
  const reset = panel.getByRole("button", { name: "Reset", exact: true });
  await panel.getByText("Switch maps off").click();
  for (const map of [1, 2, 3, 4]) await panel.getByRole("button", { name: `C1, map ${map}: on` }).click();
  await expect.poll(hash).toContain("off=C1.0%2CC1.1%2CC1.2%2CC1.3");
  const off = panel.getByRole("button", { name: "C1, map 1: off" });
  expect(await off.getAttribute("aria-pressed")).toBe("true");
  for (const by of ["gradient", "occlusion"]) {
    await panel.getByLabel("What held the answer up").selectOption(by);
    await panel.locator(".legend").waitFor();
  }
  await reset.click();
  await expect.poll(answer).toBe("3");
  expect(await reset.isDisabled()).toBe(true);
  await expect.poll(hash).not.toMatch(/off=|adjust=/);
});

it("a picture is made that pleases a class, and the network reads it", async () => {
  await panel.getByText("Make a picture that pleases a unit").click();
  await panel.getByRole("combobox", { name: "Unit" }).selectOption("7");
  await panel.getByRole("button", { name: "Start", exact: true }).click();
  const steps = async () => Number(await page.locator("canvas[data-steps]").getAttribute("data-steps"));
  await expect.poll(steps, { timeout: 20_000 }).toBeGreaterThan(40);
  await panel.getByRole("button", { name: "Stop", exact: true }).click();
  await panel.getByRole("button", { name: "Show it to the network" }).click();
  await expect.poll(answer).toBe("7");
  await panel.getByRole("button", { name: "Reset", exact: true }).click();
  await expect.poll(answer).toBe("3");
  await panel.getByRole("button", { name: "Start over" }).click();
  expect(await page.locator("canvas[data-steps]").count()).toBe(0);
});

it("nothing was complained about", () => {
  expect(faults).toEqual([]);
});
