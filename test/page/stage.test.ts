/** The network on the page: its maps, sizes, keys and layout. */
import { pretrained } from "lenet5";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { activationColours, colourIndex } from "../../web/design/colours.ts";
import { stageLayout } from "../../web/stage/layout.ts";
import { shownLayers } from "../../web/stage/shown-layers.ts";
import { stopServers } from "../site.ts";
import { closePages, openPage } from "./open-page.ts";

let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  ({ page, faults } = await openPage());
});

afterAll(async () => {
  await closePages();
  stopServers();
});

/** The values of all maps of a layer, in the order of the library, from its table. */
async function tabled(layer: string): Promise<number[]> {
  await page
    .getByRole("button", {
      name: new RegExp(`^${layer === "image" ? "Input" : layer === "output" ? "Output" : layer} .*: facts$`),
    })
    .click();
  await page.getByRole("button", { name: "Values as a table" }).locator("visible=true").click();
  const dialog = page.getByRole("dialog", { name: `${layer} as a table` });
  const values = await dialog.evaluate(async (element) => {
    const select = element.querySelector("select");
    const maps: number[][] = [];
    for (let map = 0; map < (select?.length ?? 1); map++) {
      if (select) {
        select.selectedIndex = map;
        select.dispatchEvent(new Event("change", { bubbles: true }));
        await new Promise((resolve) => setTimeout(resolve));
      }
      maps.push([...element.querySelectorAll("data")].map(({ value }) => Number(value)));
    }
    return maps[0]!.flatMap((_, unit) => maps.map((map) => map[unit]!));
  });
  await dialog.getByRole("button", { name: "Close" }).click();
  return values;
}

describe("the maps", () => {
  it("are the library's, to 1e-6, as numbers and as colours", async () => {
    const model = await pretrained({ network: "article" });
    const image = Uint8Array.from(await tabled("image"), (value) => Math.round(value * 255));
    expect(image).toHaveLength(1024);
    const { layers } = await model.layerOutputs({ shape: [32, 32, 1], data: image, scale: 1 / 255 });
    const shown = shownLayers(model.summaryData());
    for (const { name } of shown) {
      const expected = layers.find((layer) => layer.name === name)!.values;
      const values = await tabled(name);
      expect(values).toHaveLength(expected.length);
      const far = values.filter((value, i) => !(Math.abs(value - expected[i]!) <= 1e-6));
      expect(far, name).toEqual([]);
    }
    const width = await page.locator("[data-picture] ").evaluate((element) => element.clientWidth);
    const { places } = stageLayout(shown, { width, height: 630, ratio: 1 });
    const c3 = places.find(({ layer }) => layer.name === "C3")!;
    const centres = c3.corners.flatMap(({ x, y }) =>
      Array.from({ length: 100 }, (_, i) => [x + c3.unit * ((i % 10) + 0.5), y + c3.unit * (Math.floor(i / 10) + 0.5)]),
    );
    const pixels = await page
      .locator("[data-picture] canvas")
      .first()
      .evaluate((canvas: HTMLCanvasElement, points) => {
        const context = canvas.getContext("2d")!;
        return points.map(
          ([x, y]) => new Uint32Array(context.getImageData(Math.floor(x!), Math.floor(y!), 1, 1).data.buffer)[0]!,
        );
      }, centres);
    const { values } = layers.find(({ name }) => name === "C3")!;
    const colours = activationColours(false);
    const wrong = pixels.filter(
      (pixel, i) => pixel !== colours[colourIndex(values[(i % 100) * 16 + Math.floor(i / 100)]!, 1)],
    );
    expect(wrong).toEqual([]);
  });

  it("stand with their sizes and how these are computed", async () => {
    const text = (await page.locator("[data-picture]").innerText()).replaceAll("\u00a0", " ");
    for (const part of [
      "6@28×28",
      "32 − 5 + 1 = 28",
      "28 / 2 = 14",
      "16@10×10",
      "10 / 2 = 5",
      "three neighbours",
      "10 probabilities",
    ])
      expect(text).toContain(part);
    await page.getByRole("button", { name: "C5 120: facts" }).click();
    await page.getByText("120 × (16 × 25 + 1) = 48,120").waitFor();
    await page.keyboard.press("Escape");
  });
});

describe("the keyboard", () => {
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
  const status = () => page.locator("[data-status]").innerText();

  it("walks units, maps and layers, pins, and frees", async () => {
    await page.mouse.move(0, 0);
    await page.getByRole("application", { name: /^C3, / }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await status()).toMatch(/^C3, map 1, row 6, column 7: /);
    await page.keyboard.press("PageDown");
    await page.keyboard.press("ArrowUp");
    expect(await status()).toMatch(/^C3, map 2, row 5, column 7: /);
    expect(await focused()).toMatch(/^C3, map 2 of 16, 10 by 10\. Largest .* Sees S2 maps 2 to 4\.$/);
    await page.keyboard.press("Enter");
    await page.keyboard.press("]");
    expect(await focused()).toMatch(/^S4, map 2 of 16, 5 by 5\./);
    await page.keyboard.press("Shift+Enter");
    await page.waitForFunction(
      () => location.hash.includes("pin=C3.1.4.6") && location.hash.includes("second=S4.1.2.3"),
    );
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !/pin|second/.test(location.hash));
  });
});

it("a click pins the unit under the pointer, Shift+click a second one", async () => {
  const region = (await page.getByRole("application", { name: /^C1, / }).boundingBox())!;
  await page.mouse.click(region.x + 20, region.y + 20);
  await page.keyboard.down("Shift");
  await page.mouse.click(region.x + 20, region.y + 60);
  await page.keyboard.up("Shift");
  await page.waitForFunction(() => /pin=C1\.0\.\d+\.\d+/.test(location.hash) && /second=C1\.0/.test(location.hash));
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
});

it.each([
  [2560, 1440],
  [1024, 768],
  [720, 900],
  [390, 844],
  [360, 640],
])("nothing is wider than a window of %s pixels", async (width, height) => {
  await page.setViewportSize({ width, height });
  // The stage is laid out again with the next frame.
  await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, width, { timeout: 5000 });
  const right = await page.locator("[data-picture]").evaluate((element) => element.getBoundingClientRect().right);
  expect(right).toBeLessThanOrEqual(width);
});

it("a phone opens the areas as sheets, and Escape closes them", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  const panel = page.getByRole("tabpanel");
  expect(await panel.isVisible()).toBe(false);
  await page.getByRole("tab", { name: "Compare" }).click();
  await panel.waitFor();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "hidden" });
});

it("tabs of the rail follow the arrow keys", async () => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("tab", { name: "Compare" }).focus();
  await page.keyboard.press("ArrowRight");
  expect(await page.getByRole("tab", { selected: true }).innerText()).toBe("Break it");
  await page.keyboard.press("Home");
  expect(await page.getByRole("tab", { selected: true }).innerText()).toBe("Tour");
});

it("the theme goes from the system's to light and dark, maps included", async () => {
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const corner = () =>
    page
      .locator("[data-picture] canvas")
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        // The input's first pixel: no ink.
        const unit = document.querySelector("[data-picture]")!.getBoundingClientRect();
        return [...canvas.getContext("2d")!.getImageData(6, Math.min(60, unit.height), 1, 1).data].slice(0, 3);
      });
  expect(await paper()).toBe("rgb(251, 251, 249)");
  expect(await corner()).toEqual([251, 251, 249]);
  const theme = page.getByRole("button", { name: /^Theme/ });
  await theme.click();
  await theme.click();
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  expect(await paper()).toBe("rgb(20, 22, 26)");
  expect(await corner()).toEqual([20, 22, 26]);
  await theme.click();
});

it("compares two networks on the same drawing", async () => {
  await page.getByRole("tab", { name: "Compare" }).click();
  await page.getByLabel("Compare with").selectOption("1998");
  await page.locator("[data-compared='1998'] .number", { hasText: "distance" }).waitFor();
  expect(await page.locator("[data-picture='1998']").isVisible()).toBe(true);
  expect(await page.locator("tr[data-difference]").count()).toBe(4);
  await page.getByLabel("Compare with").selectOption("");
  await page.locator("[data-picture='1998']").waitFor({ state: "detached" });
});

it("the console stays empty", () => {
  expect(faults).toEqual([]);
});
