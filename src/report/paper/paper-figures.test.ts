/** The figures of the reproduction against their pictures in test/figures: open those files to see them. */
import { decode } from "fast-png";
import { expect, test } from "vitest";
import { emptyPaper, paperOf, quickPaper } from "../../../test/figures/made-up-paper.ts";
import { pngOf } from "../../cli/png.ts";
import * as figures from "../../figures.ts";

const full = paperOf();
const quick = quickPaper();
const drawings = {
  training: figures.paperTraining,
  sizes: figures.paperSizes,
  misread: figures.paperMisread,
  confusions: figures.paperConfusions,
  classifiers: figures.paperClassifiers,
  rejection: figures.paperRejection,
};

const pictures: Record<string, () => figures.Figure> = {
  ...Object.fromEntries(Object.entries(drawings).map(([name, draw]) => [`paper-${name}`, () => draw(full)])),
  ...Object.fromEntries(Object.entries(drawings).map(([name, draw]) => [`paper-${name}-quick`, () => draw(quick)])),
  "paper-misread-none": () => figures.paperMisread(emptyPaper),
  "paper-rejection-none": () => figures.paperRejection(emptyPaper),
  "paper-sizes-none": () => figures.paperSizes(emptyPaper),
  "paper-training-none": () => figures.paperTraining(emptyPaper),
  "paper-training-one-pass": () => figures.paperTraining(quickPaper(1)),
};
pictures["paper-misread-quick"] = () => figures.paperMisread(quick, { max: 24 });

test("figures show measured numbers beside the paper's", () => {
  const { svg, label } = figures.paperTraining(full);
  expect(svg).toContain("5 seeds: mean, lowest to highest");
  expect(svg.match(/fill-opacity="0.25"/g)).toHaveLength(2); // a band for each line
  expect(label).toMatch(/^Error by pass\. test: 0\.9\d?% at pass 20\. training: /);
  expect(label).toContain(" Paper: training 4.9% in pass 1.");
  expect(figures.paperTraining(quick).svg).not.toContain("fill-opacity");
  expect(figures.paperTraining(quick).svg).not.toContain(">0.95%<"); // the paper's last pass is not there
  expect(figures.paperSizes(full).label).toContain(
    "60,000 images, distorted: test 0.81% (0.76% to 0.86%), test 0.8% in",
  );
  expect(figures.paperClassifiers(full).label).toMatch(
    /LeNet-5, here: 0\.93\u00a0±\u00a00\.04%; LeNet-5, distorted: 0\.8%/,
  );
  expect(figures.paperClassifiers(emptyPaper).label).not.toContain("here");
});

test("training sets with distortions have one word below them, in their middle", () => {
  const sizes = (images: number) =>
    figures.paperSizes({ ...full, setups: full.setups.map((setup) => ({ ...setup, images })) }).svg;
  const [one, two] = [sizes(60_000), sizes(40_000)].map((svg) => {
    const [, x] = /<tspan x="([\d.]+)" dy="15">distorted/.exec(svg)!;
    return { x: Number(x), words: svg.match(/>distorted</g)!.length };
  });
  expect([one!.words, two!.words]).toEqual([1, 1]);
  expect(two!.x).toBeLessThan(one!.x);
});

test("rejection is by score gap, or by confidence where there is none", () => {
  const labels = [0, 0, 0, 0];
  const predictions = { labels, predicted: [1, 0, 0, 0], confidence: [1, 0.1, 0.5, 0.6], margin: [1, 20, 30, 40] };
  const paper = { ...full, predictions };
  expect(figures.paperRejection(paper).svg).toContain("error 0.5%: 25.00% rejected");
  const { margin: _, ...rest } = predictions;
  const without = figures.paperRejection({ ...paper, predictions: rest }).svg;
  expect(without).toContain("lowest confidence first");
  expect(without).not.toMatch(/error 0\.[15]%:/);
});

test("all figures by name", () => {
  expect(Object.keys(figures.paperFigures(full))).toEqual(["training", "sizes", "misread", "classifiers", "rejection"]);
});

test.each(Object.keys(pictures))("%s", async (name) => {
  const { svg } = pictures[name]();
  await expect(svg).toMatchFileSnapshot(`../../../test/figures/${name}.svg`);
  expect(svg).not.toMatch(/NaN|undefined|Infinity|<script|var\(--/);
  // Strict about XML, unlike browsers.
  const { width, height } = decode(await pngOf(svg, 1));
  expect(Math.min(width, height)).toBeGreaterThan(40);
});
