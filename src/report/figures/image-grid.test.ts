import { expect, test } from "vitest";
import { imageGrid } from "./image-grid.ts";

const pixels = (count: number, channels: number) => ({
  shape: [count, 4, 4, channels],
  data: Uint8Array.from({ length: count * 16 * channels }, (_, i) => (i * 37) % 256),
  scale: 1 / 255,
});

test("the first images with their classes", async () => {
  const { svg, label } = imageGrid(
    { images: pixels(7, 1), labels: [0, 1, 2, 0, 1, 2, 0], classNames: ["a", "<b>", "a very long name"] },
    { count: 5, columns: 3 },
  );
  await expect(svg).toMatchFileSnapshot("../../../test/figures/images.svg");
  expect(svg.match(/<image /g)).toHaveLength(5);
  expect(label).not.toBe("");
});

test("colours, floats, and fewer images than asked for", () => {
  const colour = imageGrid({ images: pixels(2, 3), labels: [0, 0], classNames: ["x"] });
  expect(colour.svg.match(/<image /g)).toHaveLength(2);
  const floats = { shape: [1, 2, 2, 1], data: Float32Array.of(0, 0.5, 1, 2) };
  expect(imageGrid({ images: floats, labels: [0], classNames: [] }).svg).not.toMatch(/NaN|undefined/);
});

test("bytes are unchanged, whatever their scale", () => {
  const { scale, ...plain } = pixels(3, 1);
  const scaled = { ...plain, scale };
  const grid = (images: typeof plain) => imageGrid({ images, labels: [0, 0, 0], classNames: ["x"] }).svg;
  expect(grid(plain)).toBe(grid(scaled));
});
