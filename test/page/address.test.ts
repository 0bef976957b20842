/** The page's address in a browser. */
import { afterAll, expect, it } from "vitest";
import { pretrained } from "../../src/index.ts";
import { stopServers } from "../site.ts";
import { closePages, openPage } from "./open-page.ts";

afterAll(async () => {
  await closePages();
  stopServers();
});

it("an address with faults opens the page, says them, and Back leads to the step before", async () => {
  const { page, faults } = await openPage({ hash: "net=nobody&step=99&area=train" });
  const said = page.getByRole("status").getByText("nobody");
  expect(await said.innerText()).toMatch(/There is no network "nobody" here: expected article, modern, 1998, reader/);
  const network = page.locator("header select");
  expect(await network.inputValue()).toBe("article");
  expect(await page.locator("code[title*=SHA-256]").getAttribute("title")).toContain(
    await (await pretrained()).checksum(),
  );
  const hash = () => page.evaluate("location.hash");
  await network.selectOption("1998");
  await expect.poll(hash).toBe("#v=1&net=1998&area=train&step=12");
  await page.evaluate('location.hash = "net=reader"');
  await expect.poll(() => network.inputValue()).toBe("reader");
  await page.goBack();
  await expect.poll(() => network.inputValue()).toBe("1998");
  expect(faults).toEqual([]);
});

it("a unit that the network lacks, and a network beside itself, are refused aloud", async () => {
  const { page, faults } = await openPage({ hash: "pin=output.3.0.0&with=article" });
  const said = page.getByRole("status").getByText(/^The network has no unit/);
  expect(await said.innerText()).toMatch("has no unit output.3.0.0: expected output.0.0.0 to output.0.0.9.");
  expect(await page.locator("[data-picture]").count()).toBe(1);
  expect(await page.getByText("Look inside one unit").isVisible()).toBe(true);
  await expect.poll(() => page.evaluate("location.hash")).not.toContain("pin");
  expect(faults).toEqual([]);
});

it("a link whose second network is trained here trains it", async () => {
  const { page, faults } = await openPage({ hash: "with=trained&area=compare&train=epochs%3A1%2Cimages%3A640" });
  await page.locator("[data-picture=trained]").waitFor({ timeout: 60_000 });
  expect(await page.locator("[data-picture=article]").count()).toBe(1);
  await page.locator("[data-compared=trained]").waitFor();
  const network = page.locator("header select");
  await network.selectOption("trained");
  await expect.poll(() => page.locator("[data-picture]").count()).toBe(1);
  expect(await page.getByRole("status").getByText("not compared with itself").count()).toBe(1);
  expect(faults).toEqual([]);
});

it("what a teacher hides is not there", async () => {
  const { page } = await openPage({ hash: "hide=train.yours&area=train" });
  expect(await page.getByRole("tab").allInnerTexts()).toEqual(["Tour", "Compare", "Break it"]);
});
