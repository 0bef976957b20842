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
pictures["paper-misread-quick"] = () => figures.paperMisread(quick, { most: 24 });

test.each(Object.keys(pictures))("%s", async (name) => {
  const { svg } = pictures[name]();
  await expect(svg).toMatchFileSnapshot(`../../../test/figures/${name}.svg`);
  expect(svg).not.toMatch(/NaN|undefined|Infinity|<script|var\(--/);
  // Strict about XML, unlike browsers.
  const { width, height } = decode(await pngOf(svg, 1));
  expect(Math.min(width, height)).toBeGreaterThan(40);
});
