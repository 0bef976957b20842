/** The page as a whole: everybody can use it, on every screen, and drawing never stops it. */
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { areas } from "../../web/state/view.ts";
import { closePages, openPage } from "../page/open-page.ts";
import { stopServers } from "../site.ts";

afterAll(async () => {
  await closePages();
  stopServers();
});

/** Opens an area; on a phone its tab opens the sheet. */
async function openArea(page: Page, area: string): Promise<void> {
  await page.locator(`#tab-${area}`).click();
  await page.locator(`[aria-labelledby=tab-${area}] > *`).first().waitFor();
}

describe.each(["light", "dark"] as const)("axe finds nothing, %s", (colorScheme) => {
  it("in no area", async () => {
    const { page, faults } = await openPage({ hash: "pin=C3.7.4.6", colorScheme });
    await page.evaluate(axe.source);
    for (const area of areas) {
      await page.locator(`#tab-${area}`).click();
      await page.locator(`[aria-labelledby=tab-${area}] > *`).first().waitFor();
      const { violations } = (await page.evaluate(
        "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })",
      )) as AxeResults;
      const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
      expect(found, area).toEqual([]);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

it.each([360, 390, 768, 1024, 1440, 2560, 3840])("%i px wide: nothing lies beyond the edge", async (width) => {
  const { page, faults } = await openPage({ hash: "pin=C3.7.4.6", viewport: { width, height: 800 } });
  for (const area of areas) {
    await openArea(page, area);
    const most = await page.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)");
    expect(most, area).toBeLessThanOrEqual(width);
  }
  expect(faults).toEqual([]);
  await page.context().close();
});

it("no task of the main thread takes over 50 ms while drawing", async () => {
  const { page, faults } = await openPage();
  await page.waitForTimeout(1000);
  await page.evaluate(`
    globalThis.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: "longtask" });
  `);
  const box = (await page.locator("canvas").first().boundingBox())!;
  await page.mouse.move(box.x + 60, box.y + 60);
  await page.mouse.down();
  for (let i = 0; i < 120; i++) {
    await page.mouse.move(box.x + 60 + 50 * Math.sin(i / 9), box.y + 60 + i * 0.8);
    await page.waitForTimeout(10);
  }
  await page.mouse.up();
  await page.waitForTimeout(500);
  expect(await page.evaluate("tasks")).toEqual([]);
  expect(faults).toEqual([]);
  await page.context().close();
});
