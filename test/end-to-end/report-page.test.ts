/** The report in a real browser: Chromium from an npm package. Skipped with a message where it does not start. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import { decode } from "fast-png";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { writeReports } from "../../src/cli/report.ts";
import { dataPage, examples } from "../../src/figures.ts";
import { dataPictures, inspectData, openRun } from "../../src/index.ts";
import { palette } from "../../src/report/drawing/theme.ts";
import { comparisonHtml } from "../../src/report/page/comparison.ts";
import { reportHtml, type TrainedReport } from "../../src/report/page/report.ts";
import { paperHtml } from "../../src/report/paper/paper-page.ts";
import { runReport } from "../../src/runs/report.ts";
import { faultyData } from "../faulty-data.ts";
import { paperOf } from "../figures/made-up-paper.ts";
import { startChromium } from "./chromium.ts";
import { lenet5Json, scratchFolder, smallDigits, writeIdxFolder } from "./lenet5-command.ts";

/** Markup if it is not escaped. */
const script = "<script>alert(1)</script>";
const image = `"><img src=x onerror='alert(2)'>`;
const hostileNames = [script, image, "'quotes' & \"more\" &amp;", ..."3456789"];

const kinds = ["plain", "hostile", "comparison", "many", "paper", "data"] as const;
type Kind = (typeof kinds)[number];

let scratch: string;
let browser: Browser | undefined;
let why = "";
const pathOf = (kind: Kind) => join(scratch, `${kind}.html`);

beforeAll(async () => {
  scratch = await scratchFolder();
  const data = await writeIdxFolder(join(scratch, "data"));
  const hostile = await writeIdxFolder(join(scratch, "<b>&'\""), smallDigits, (files) => {
    files["classes.txt"] = new TextEncoder().encode(hostileNames.join("\n"));
  });
  const runs = [join(scratch, "run"), join(scratch, '<i>"&'), join(scratch, "full")];
  const train = (from: string, out: string, ...more: string[]) =>
    lenet5Json(["train", "--data", from, "--batch-size", "32", "--epochs", "2", "--out", out, ...more]);
  await Promise.all([train(data, runs[0]), train(hostile, runs[1])]);
  await train(data, runs[2], "--network", "full");
  const print = () => {};
  await writeReports([runs[0]], { out: pathOf("plain"), print });
  await writeReports([runs[1]], { out: pathOf("hostile"), print });
  await writeReports(runs, { out: pathOf("comparison"), print });
  await writeFile(pathOf("many"), reportHtml(ofManyClasses(await reportOf(runs[0]))));

  await writeFile(pathOf("paper"), paperHtml(paperOf()));
  const faulty = faultyData(hostileNames);
  const inspection = inspectData(faulty);
  await writeFile(pathOf("data"), dataPage(inspection, dataPictures(faulty, inspection)));

  ({ browser, why } = await startChromium());
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await rm(scratch, { recursive: true });
});

async function reportOf(folder: string): Promise<TrainedReport> {
  const run = await openRun(folder);
  return (await runReport(run, await run.model())).report;
}

/** 47 classes, 5,000 predictions, and images of noise, which cannot be compressed. */
function ofManyClasses(report: TrainedReport): TrainedReport {
  const [count, classes] = [5000, 47];
  let state = 1;
  const chance = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const labels = Array.from({ length: count }, (_, i) => i % classes);
  const predicted = labels.map((label) => (chance() < 0.85 ? label : Math.floor(chance() * classes)));
  const predictions = { labels, predicted, confidence: labels.map(() => 0.2 + 0.8 * chance()) };
  const classNames = labels.slice(0, classes).map((k) => `class ${k}`);
  const confusionMatrix = classNames.map(() => new Array<number>(classes).fill(0));
  labels.forEach((label, i) => {
    confusionMatrix[label][predicted[i]]++;
  });
  const data = Uint8Array.from({ length: count * 1024 }, () => 256 * chance());
  const images = { shape: [count, 32, 32, 1], data, scale: 1 / 255 };
  const perClass = classNames.map((name) => ({ name, precision: 0.9, recall: 0.85, f1: 0.87, support: 106 }));
  const evaluation = { accuracy: 0.85, loss: 0.4, confusionMatrix, perClass };
  return { ...report, evaluation, predictions, examples: examples(predictions, { images, classNames }) };
}

/** The page in a tab of its own, and its list of faults. */
async function opened(context: TestContext, kind: Kind, options: BrowserContextOptions = {}) {
  if (!browser) return context.skip(`no browser starts here (${why})`);
  const tab = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
  const faults: string[] = [];
  const address = pathToFileURL(pathOf(kind)).href;
  tab.on("pageerror", (error) => faults.push(error.message));
  tab.on("console", (message) => faults.push(`${message.type()}: ${message.text()}`));
  tab.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  tab.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("data:")) faults.push(`request: ${request.url()}`);
  });
  await tab.goto(address);
  return { tab, faults };
}

/** Serious faults that axe finds, by all its rules or by one. */
async function seriousFaults(tab: Page, rule?: string): Promise<string[]> {
  await tab.evaluate(axe.source);
  const options = { resultTypes: ["violations"], ...(rule && { runOnly: [rule] }) };
  const results = (await tab.evaluate(`axe.run(${JSON.stringify(options)})`)) as AxeResults;
  if (!rule) expect(results.passes.map(({ id }) => id)).toContain("color-contrast");
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

describe.each(kinds)("the page %s", (kind) => {
  test("requests nothing and reports no error, and axe finds no serious fault, in light and dark", async (context) => {
    const { tab, faults } = await opened(context, kind);
    for (const [scheme, rule] of [["light"], ["dark", "color-contrast"]] as const) {
      await tab.emulateMedia({ colorScheme: scheme });
      expect(await tab.evaluate(inkOfBody)).toBe(rgb(palette[scheme].ink));
      expect(await seriousFaults(tab, rule)).toEqual([]);
    }
    expect(faults).toEqual([]);
    await tab.close();
  });

  test("fits a phone: only parts of it scroll sideways", async (context) => {
    const { tab, faults } = await opened(context, kind, { viewport: { width: 360, height: 740 } });
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBe(360);
    expect(await seriousFaults(tab, "scrollable-region-focusable")).toEqual([]);
    expect(faults).toEqual([]);
    await tab.close();
  });

  test("has no text below 11 pixels at any width, and a hint where a figure scrolls", async (context) => {
    const { tab } = await opened(context, kind);
    for (const width of [360, 800, 1440]) {
      await tab.setViewportSize({ width, height: 900 });
      expect(await tab.evaluate(smallTexts), `${width} pixels`).toEqual([]);
      expect(await tab.evaluate(wrongHints), `${width} pixels`).toEqual([]);
    }
    await tab.close();
  });

  test("prints, in light whatever the screen is, with nothing cut off at the right", async (context) => {
    const a4 = { width: 718, height: 1000 };
    const { tab } = await opened(context, kind, { viewport: a4 });
    await tab.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await tab.evaluate(inkOfBody)).toBe(rgb(palette.light.ink));
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBe(718);
    const pdf = await tab.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(pdf.length).toBeGreaterThan(20_000);
    await tab.close();
  });
});

/** Every text that is smaller than 11 pixels on the screen, hovers left out. */
const smallTexts = `(() => {
  const small = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest("title")) continue;
    const svg = element.closest("svg");
    const scale = svg ? svg.getScreenCTM().a : 1;
    const size = Number.parseFloat(getComputedStyle(element).fontSize) * scale;
    if (size < 10.99) small.push(size.toFixed(2) + " " + node.data);
  }
  return small;
})()`;

/** Figures whose hint does not agree with whether they scroll. */
const wrongHints = `[...document.querySelectorAll(".wide")]
  .filter((figure) => {
    const { scrollWidth, clientWidth } = figure.querySelector(".scroll");
    return scrollWidth > clientWidth !== figure.querySelector(".hint").getBoundingClientRect().height > 10;
  })
  .map((figure) => figure.querySelector("h3").textContent)`;

const inkOfBody = "getComputedStyle(document.body).color";

/** "#102030" -> "rgb(16, 32, 48)" */
function rgb(hex: string): string {
  return `rgb(${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(", ")})`;
}

test("no script runs in it", async (context) => {
  const { tab } = await opened(context, "plain");
  const added = `(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.body.append(script);
    return globalThis.ran;
  })()`;
  expect(await tab.evaluate(added)).toBeUndefined();
  await tab.close();
});

test("a cell's images by keyboard: Tab, Enter, Escape", async (context) => {
  const { tab, faults } = await opened(context, "plain");
  const focused = tab.locator("*:focus");
  const isCell = async () => (await tab.locator(".confusion button:focus").count()) === 1;
  for (let presses = 0; presses < 40 && !(await isCell()); presses++) await tab.keyboard.press("Tab");
  const label = await focused.getAttribute("aria-label");
  expect(label).toMatch(/^\d predicted as \d: \d+ of 6; show images$/);
  await tab.keyboard.press("Enter");
  const popover = tab.locator(".cell:popover-open");
  expect(await popover.locator("h3").textContent()).toBe(label?.replace("; show images", ""));
  const pictures = popover.getByRole("img");
  expect(await pictures.count()).toBeGreaterThan(0);
  expect(await pictures.first().locator("title").textContent()).toMatch(
    /^image \d+: \d predicted as \d, confidence .*%$/,
  );
  const { width, data } = decode(await pictures.first().screenshot());
  expect(width).toBeGreaterThan(50);
  expect(new Set(data).size).toBeGreaterThan(10); // ink, paper and what is between
  expect(await seriousFaults(tab)).toEqual([]);
  await tab.keyboard.press("Escape");
  expect(await popover.count()).toBe(0);
  expect(await focused.getAttribute("aria-label")).toBe(label);
  expect(faults).toEqual([]);
  await tab.close();
});

test("a cell's images by touch, and its button to close them", async (context) => {
  const { tab } = await opened(context, "many", { viewport: { width: 360, height: 740 }, hasTouch: true });
  await tab.locator(".confusion button").first().tap();
  const popover = tab.locator(".cell:popover-open");
  expect(await popover.getByRole("img").count()).toBeGreaterThan(0);
  await popover.getByRole("button", { name: "Close" }).tap();
  expect(await popover.count()).toBe(0);
  await tab.close();
});

test("the reader's choices: axis of the loss, numbers of the matrix; tooltips of a chart", async (context) => {
  const { tab } = await opened(context, "plain");
  const [log, linear] = [tab.locator(".option-0"), tab.locator(".option-1")];
  expect([await log.isVisible(), await linear.isVisible()]).toEqual([true, false]);
  await tab.getByRole("radio", { name: "logarithmic" }).focus();
  await tab.keyboard.press("ArrowRight");
  expect([await log.isVisible(), await linear.isVisible()]).toEqual([false, true]);
  await tab.keyboard.press("ArrowLeft");
  expect([await log.isVisible(), await linear.isVisible()]).toEqual([true, false]);
  expect(await log.textContent()).toContain("logarithmic");

  const [count, share] = [tab.locator(".confusion .count").first(), tab.locator(".confusion .share").first()];
  expect([await count.isVisible(), await share.isVisible()]).toEqual([true, false]);
  await tab.getByLabel("percent of the row").check();
  expect([await count.isVisible(), await share.isVisible()]).toEqual([false, true]);

  const place = log.locator(".at").last();
  const opacity = () => place.locator(".tip").evaluate((tip) => getComputedStyle(tip).opacity);
  expect(await opacity()).toBe("0");
  await place.locator("rect").first().hover();
  expect(await opacity()).toBe("1");
  expect(await place.textContent()).toMatch(/epoch 2.*training/i);
  await tab.close();
});

test("names of classes, of runs and of data are text", async (context) => {
  const { tab, faults } = await opened(context, "hostile");
  for (const name of [script, image]) {
    expect(await tab.locator("th[title]").evaluateAll((all) => all.map((th) => th.getAttribute("title")))).toContain(
      name,
    );
    expect(await tab.getByText(name, { exact: true }).count()).toBeGreaterThan(0);
  }
  expect(await tab.locator("script, img, b:not(.pictures b), i:not(.confusion i)").count()).toBe(0);
  expect(await tab.locator(".settings").textContent()).toContain("<b>&'\"");
  expect(await tab.locator(".command").textContent()).toContain('<i>"&');
  expect(faults).toEqual([]);
  await tab.close();
});

test("less than 2 MB: of 47 classes and 5,000 test images, and six such runs compared", async () => {
  const report = ofManyClasses(await reportOf(join(scratch, "run")));
  const runs = Array.from({ length: 6 }, (_, i) => ({ name: `run ${i}`, run: report, images: "same" }));
  for (const page of [reportHtml(report), comparisonHtml(runs)]) {
    expect(page.length).toBeGreaterThan(20_000);
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
  }
});
