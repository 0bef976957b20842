/** Numbers and texts of a reproduction, as a page and as Markdown. */
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { emptyPaper, paperOf, quickPaper } from "../../../test/figures/made-up-paper.ts";
import { comparedNumbers } from "./compared-numbers.ts";
import { paperMarkdown } from "./paper-markdown.ts";
import { paperHtml } from "./paper-page.ts";
import type { PaperJson } from "./paper-results.ts";
import { publishedClassifiers, publishedSizes } from "./published.ts";
import { summary } from "./story.ts";

const files = { training: "a.svg", sizes: "b.svg", misread: "c.svg", classifiers: "d.svg", rejection: "e.svg" };
const wrong = /NaN|undefined|>null|Infinity|<script|(?:src|href)="(?!#|data:)|url\(/;

const measuredOf = (paper: PaperJson, what: string) => comparedNumbers(paper).find((one) => one.what === what);

describe("published and measured", () => {
  test("over seeds", () => {
    const paper = paperOf();
    expect(measuredOf(paper, "Test error")).toEqual({
      what: "Test error",
      source: "section III.B",
      published: "0.95\u00a0±\u00a00.1%",
      measured: "0.93\u00a0±\u00a00.04%",
      over: "5 seeds",
    });
    expect(measuredOf(paper, "Test error, with distortions")?.published).toBe("0.8%, 82 of 10,000");
    expect(measuredOf(paper, "Confused pairs, true class → predicted class")?.published).toBe(
      "9→4:\u00a09, 3→5:\u00a05, 4→9:\u00a04, 6→0:\u00a04",
    );
  });

  test("one seed has no deviation; other numbers of images are named", () => {
    const one = measuredOf(quickPaper(), "Test error");
    expect(one?.measured).toBe("3.62%");
    expect(one?.over).toBe("one seed, 2,000 images");
    expect(measuredOf(quickPaper(), "Training error, pass 19")?.over).toBe("one seed, 2,000 images, pass 2");
    expect(measuredOf(quickPaper(), "Test error, with distortions")?.measured).toBe("–");
  });

  test("nothing measured", () => {
    const { network: _, ...none } = emptyPaper;
    for (const { what, measured } of comparedNumbers(none)) expect([what, measured]).toEqual([what, "–"]);
  });

  test("the tables have the numbers of the text", () => {
    const classifierOf = (name: string) => publishedClassifiers.find((one) => one.name === name)?.error;
    const sizeOf = (distortions: boolean) =>
      publishedSizes.find((one) => one.images === 60_000 && one.distortions === distortions)?.test;
    expect([classifierOf("LeNet-5"), sizeOf(false)]).toEqual([0.0095, 0.0095]);
    expect([classifierOf("LeNet-5, distorted"), sizeOf(true)]).toEqual([0.008, 0.008]);
  });
});

describe("the summary", () => {
  const withTestError = (error: number, change: Partial<PaperJson> = {}) => {
    const runs = paperOf()
      .setups.find(({ images, distortions }) => images === 60_000 && !distortions)!
      .runs.slice(0, 1)
      .map((run) => ({ ...run, testError: [...run.testError.slice(0, -1), error] }));
    return summary({ ...paperOf(), setups: [{ images: 60_000, distortions: false, runs }], ...change });
  };

  test("gives the difference from the paper", () => {
    expect(withTestError(0.0095)).toContain("misclassifies 0.95%, which is within the uncertainty of 0.1%");
    expect(withTestError(0.0105)).toContain("within the uncertainty");
    expect(withTestError(0.0106)).toContain("misclassifies 1.06%, 0.11 percentage points more than in the paper.");
    expect(withTestError(0.008)).toContain("misclassifies 0.80%, 0.15 percentage points less than in the paper.");
  });

  test("only where the training is the paper's", () => {
    for (const change of [{ quick: true }, { passes: 5 }])
      expect(withTestError(0.0095, change)).toMatch(/It misclassifies 0\.95%\.$/);
    expect(summary(emptyPaper)).toContain("Nothing has been measured here yet.");
  });
});

describe("the page", () => {
  test("of many seeds", () => {
    const text = paperHtml(paperOf());
    const { document } = parseHTML(text);
    expect(document.querySelectorAll("section")).toHaveLength(6);
    expect(document.querySelectorAll(".chart svg")).toHaveLength(5);
    expect(document.querySelectorAll(".pictures li")).toHaveLength(paperOf().misread.images.length);
    for (const use of document.querySelectorAll("use"))
      expect(document.getElementById(use.getAttribute("href")!.slice(1))).not.toBeNull();
    expect(document.querySelector("h1")?.textContent).toBe("0.93% ± 0.04 test error");
    expect(document.querySelectorAll("[role=note]")).toHaveLength(0);
    expect(text).toContain("Content-Security-Policy");
    expect(text).not.toMatch(wrong);
    expect(text.length).toBeLessThan(500_000);
  });

  test("of a quick run, with a warning", () => {
    const text = paperHtml(quickPaper());
    const { document } = parseHTML(text);
    expect(document.querySelector("[role=note]")?.textContent).toContain("quick run: 2 passes over 2,000 images");
    expect(document.querySelector("h1")?.textContent).toBe("3.62% test error");
    expect(text).toContain("The first 300 of 420 test images");
    expect(document.querySelectorAll(".pictures li")).toHaveLength(300);
    expect(text).not.toMatch(wrong);
  });

  test("without runs, and without questions", () => {
    const text = paperHtml(emptyPaper, []);
    expect(text).not.toMatch(wrong);
    expect(text).toContain("No image was misclassified.");
    expect(text).not.toContain("What the paper leaves open");
  });

  test("escapes names", () => {
    const evil = `<script>alert("1")</script>`;
    const { machine } = paperOf();
    const paper = paperOf();
    const text = paperHtml({ ...paper, command: evil, loss: evil, machine: { ...machine, processor: evil } }, [
      { question: evil, choice: evil, evidence: evil },
    ]);
    expect(text).not.toMatch(wrong);
    expect(text).toContain("&lt;script&gt;");
  });
});

describe("as Markdown", () => {
  test("the whole", async () => {
    await expect(paperMarkdown(paperOf(), files)).toMatchFileSnapshot("../../../test/figures/paper.md");
  });

  test("dark figures, and figures without a file", () => {
    const text = paperMarkdown(quickPaper(), { sizes: { light: "b.svg", dark: "b-dark.svg" } }, []);
    expect(text).toContain(`<source media="(prefers-color-scheme: dark)" srcset="b-dark.svg"><img src="b.svg"`);
    expect(text).toContain("## Training");
    expect(text).not.toContain("## Errors");
    expect(text).not.toMatch(/NaN|undefined/);
    expect(text).toContain("> **This was a quick run: 2 passes");
  });

  test("escapes Markdown", () => {
    const paper = paperOf();
    const machine = { ...paper.machine, processor: "a|b <i>*c*_d`" };
    const text = paperMarkdown({ ...paper, machine, command: "x\n```\n# y" }, {}, []);
    expect(text).toContain("| Processor | a\\|b &lt;i&gt;\\*c\\*\\_d\\` |");
    expect(text).toContain("```sh\nx     # y\n```");
    expect(paperMarkdown(emptyPaper, files)).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("lines of text are not long", () => {
    const long = paperMarkdown(paperOf(), files)
      .split("\n")
      .filter((line) => line.length > 120 && !line.startsWith("|"));
    expect(long).toEqual([]);
  });
});
