/** What the paper leaves open: figures that follow from the network or from docs/paper.md. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { emptyPaper, paperOf, quickPaper } from "../../../test/figures/made-up-paper.ts";
import { conv2d, dense, flatten, input, lenet5Of1998, model, subsampling2d } from "../../index.ts";
import { differences } from "./differences.ts";
import { openQuestions } from "./open-questions.ts";
import { paperMarkdown } from "./paper-markdown.ts";
import type { PaperSetup } from "./paper-results.ts";
import { published } from "./published.ts";

describe("the paper's multiply-adds", () => {
  const { choice, evidence } = openQuestions.find(({ question }) => question.includes("multiply-adds"))!;
  const { macs, connections, trainableParams, layers } = lenet5Of1998().summaryData();
  const [scaling, output] = ["range", "output"].map((name) => layers.find((layer) => layer.name === name)!);
  const products = macs - scaling.macs;
  const units = layers
    .filter(({ name }) => /^[CSF]\d$/.test(name))
    .reduce((sum, { outputShape }) => sum + outputShape.reduce((a, b) => a * b), 0);

  test("the counts are those of the network", () => {
    // Each unit of C3 reads at most 6 x 25 units; Table I has 60 of its 6 x 16 pairs of maps.
    const fullC3 = connections + 36 * 25 * 100;
    const counts = [macs, products, scaling.macs, connections, fullC3, units, products + units + 8 * units];
    for (const count of [...counts, trainableParams, connections + trainableParams])
      expect(choice + evidence).toContain(count.toLocaleString("en-US"));
    expect(output.macs).toBe(84 * 10);
  });

  test("two of them are the paper's number when rounded, and no count without squashing is", () => {
    const rounded = (count: number) => Math.round(count / 1000) * 1000;
    const paper = published.multiplyAdds.value;
    expect(rounded(products + units + 8 * units)).toBe(paper);
    expect(rounded(connections + trainableParams)).toBe(paper);
    for (const count of [macs, products, connections, connections + scaling.macs + output.macs])
      expect(paper - count).toBeGreaterThan(58_000);
  });

  test("LeNet-1 has the connections and parameters of NIPS 1989", () => {
    const image = input({ shape: [28, 28, 1] });
    const h2 = subsampling2d({ poolSize: 2 })(conv2d({ filters: 4, kernelSize: 5 })(image));
    // 20 of 48 pairs of maps: eight maps read two of the four, four read one.
    const connectionTable = Array.from({ length: 12 }, (_, i) => (i < 8 ? [i % 4, (i + 1) % 4] : [i % 4]));
    const h4 = subsampling2d({ poolSize: 2 })(conv2d({ filters: 12, kernelSize: 5, connectionTable })(h2));
    const lenet1 = model({ inputs: image, outputs: dense({ units: 10 })(flatten()(h4)) }).summaryData();
    expect([lenet1.connections, lenet1.trainableParams]).toEqual([98_442, 2578]);
  });
});

describe("differences from the paper's errors", () => {
  test("by the spread over the seeds", () => {
    const text = differences({ ...paperOf(), setups: [setupOf(false, [94, 96]), setupOf(true, [84, 88])] });
    expect(text).toContain("misclassify 95 and 82 of 10,000 test images");
    expect(text).toContain("those here 95.0 and 86.0");
    // s = sqrt(2) and sqrt(8), for two seeds times sqrt(3 / 2)
    expect(text).toContain("with a standard deviation of 1.7 and 3.5");
    expect(text).toContain("differ by 0.0 and 1.2 such deviations.");
    // Two seeds leave one degree of freedom.
    expect(text).toContain("reaches 12.71 and 12.71 deviations");
    expect(text).toContain("up to 22 and 44 errors cannot");
    expect(text).toContain("has a standard error of 0.10 percentage points");
  });

  test("none where the numbers cannot be compared", () => {
    for (const paper of [emptyPaper, quickPaper(), { ...paperOf(), data: "digits" }, paperOf({ seeds: 1 })])
      expect(differences(paper)).toBe("");
  });
});

test("docs/paper.md has the texts of today", async () => {
  const kept = await readFile(new URL("../../../docs/paper.md", import.meta.url), "utf8");
  const errors = (distortions: boolean) =>
    [...kept.matchAll(/^\| 60,000(, distorted)? \| \d+ \| (\d\.\d\d)% /gm)]
      .filter(([, distorted]) => (distorted !== undefined) === distortions)
      .map(([, , percent]) => Math.round(100 * Number(percent)));
  const setups = [setupOf(false, errors(false)), setupOf(true, errors(true))];
  const text = paperMarkdown({ ...paperOf(), setups }, {});
  const open = (page: string) => page.split("\n## ").find((part) => part.startsWith("What the paper leaves open"));
  // Where a text has changed, copy it from here, or write the page with `npm run paper`.
  expect(open(kept)).toBe(open(text));
});

/** Runs that misclassify so many of 10,000 test images. */
function setupOf(distortions: boolean, errors: readonly number[]): PaperSetup {
  const [run] = paperOf().setups[0].runs;
  const runs = errors.map((count, i) => ({ ...run, seed: i + 1, testError: [count / 10_000] }));
  return { images: 60_000, distortions, runs };
}
