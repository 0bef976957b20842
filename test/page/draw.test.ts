/** Drawing on the page. */
import { afterAll, expect, it } from "vitest";
import { stopServers } from "../site.ts";
import { closePages, openPage } from "./open-page.ts";

afterAll(async () => {
  await closePages();
  stopServers();
});

it("the page reads the 3 that it starts with", async () => {
  const { page, faults } = await openPage();
  expect(await page.locator("[data-answer]").getAttribute("data-answer")).toBe("3");
  expect(faults).toEqual([]);
});
