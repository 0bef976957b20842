/** The tour in the page: by keyboard, in the history, from a link, for screen readers. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, expect, it } from "vitest";
import { stopServers } from "../site.ts";
import { closePages, openPage } from "./open-page.ts";

afterAll(async () => {
  await closePages();
  stopServers();
});

const questions = [
  "Can you fool it?",
  "Why 28 × 28?",
  "What does a kernel do?",
  "Why so few weights?",
  "Why shrink?",
  "Why does C3 not see all of S2?",
  "How far does it see?",
  "Where do the pictures end?",
  "How does it decide?",
  "How did it learn?",
  "Where does it fail?",
  "What has changed since 1998?",
];

const heading = (page: Page) => page.locator("article h2");
const question = async (page: Page) => (await heading(page).textContent())!.replace(/\s+/g, " ").trim();

it("twelve steps by the keyboard alone, back and forth in the history, without a complaint of axe", async () => {
  const { page, faults } = await openPage();
  for (const [i, text] of questions.entries()) {
    expect(await question(page)).toBe(`Step ${i + 1} of 12: ${text}`);
    if (i > 0) expect(await heading(page).evaluate((element) => element === document.activeElement)).toBe(true);
    if (i === 10) {
      // Step 11 evaluates the network; a cell of its confusion matrix opens the pictures.
      await page
        .getByRole("button", { name: / read as / })
        .first()
        .focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      await page
        .getByRole("button", { name: /^Test picture / })
        .first()
        .waitFor();
      expect(await page.locator("article .task").textContent()).toMatch(/0 read as [1-9]: \d+ picture/);
      await heading(page).focus();
    }
    expect(await complaints(page), text).toEqual([]);
    if (i === 11) break;
    // From the heading on, Tab comes to Next.
    for (let tabs = 0; tabs < 60; tabs++) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(() => document.activeElement?.textContent?.trim())) === "Next") break;
    }
    // The address is written when the view rests: each step is an entry of its own.
    await page.waitForFunction((step) => step === 1 || location.hash.includes(`step=${step}`), i + 1);
    await page.keyboard.press("Enter");
    await page.waitForFunction(
      (step) => document.querySelector("article h2")?.textContent?.includes(`Step ${step} `),
      i + 2,
    );
  }
  await page.waitForFunction(() => location.hash.includes("step=12"));
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("article h2")?.textContent?.includes("Step 11 "));
  await page.goForward();
  await page.waitForFunction(() => document.querySelector("article h2")?.textContent?.includes("Step 12 "));
  expect(faults).toEqual([]);
});

it("a link opens its step; a task is ticked; who wanders comes back; a phone shows it in a sheet", async () => {
  const { page, faults } = await openPage({ hash: "v=1&step=7", viewport: { width: 390, height: 844 } });
  expect(await question(page)).toBe("Step 7 of 12: How far does it see?");
  expect(await complaints(page)).toEqual([]);
  expect(await page.locator("article .task.done").count()).toBe(0);
  await page.getByRole("button", { name: "C5 32 × 32" }).click();
  await page.locator("article .task.done").waitFor();
  // A word of the text brings its layer above the sheet; a tap there keeps the unit, and the tour stays.
  await page.getByRole("article").getByRole("button", { name: "input", exact: true }).first().click();
  const image = (await page.getByRole("application", { name: /^Input, / }).boundingBox())!;
  await page.mouse.click(image.x + image.width / 2, image.y + image.height / 2);
  await page.waitForFunction(() => location.hash.includes("pin=image"));
  expect(await page.getByRole("article").isVisible()).toBe(true);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await complaints(page)).toEqual([]);

  await page.getByText("Step 7 of 12", { exact: false }).first().click();
  await page.getByRole("button", { name: "Why so few weights?" }).click();
  await page.getByRole("checkbox", { name: "share" }).click();
  await page.locator("article .task.done").waitFor();
  expect(await page.locator("article .task").textContent()).toContain("122,304 weights instead of 156");
  const back = page.getByRole("button", { name: "Back to this step" });
  expect(await back.count()).toBe(0);
  await page.evaluate(() => {
    location.hash = "#v=1&step=4&pin=C1.0.3.4";
  });
  await back.click();
  await page.waitForFunction(() => !location.hash.includes("pin"));
  expect(faults).toEqual([]);
});

/** What axe finds in the tour. */
async function complaints(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { readonly axe: typeof import("axe-core") };
    const { violations, passes } = await axe.run("article");
    if (passes.length < 10) return ["axe has seen hardly anything"];
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" ")}`);
  });
}
