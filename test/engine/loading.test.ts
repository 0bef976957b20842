import { expect, it } from "vitest";
import { kernelModule } from "../../src/engine/binary.ts";
import { newMemory } from "../../src/engine/memory.ts";
import { singleThread } from "../../src/engine/messages.ts";
import { canShare, LANES, type Program } from "../../src/engine/program.ts";
import { type ImageChange, Runner } from "../../src/engine/runner.ts";
import * as lenet5 from "../../src/index.ts";
import { predictionProgram } from "../../src/model/programs.ts";
import { blockConvolutions } from "../../src/ops/conv2d/block-convolutions.ts";
import type { Convolutions } from "../../src/ops/conv2d/convolutions.ts";
import { imageConvolutions } from "../../src/ops/conv2d/one-image.ts";

const size = 6;
const data = Uint8Array.from({ length: 40 * size }, (_, i) => i + 1);

it.each([
  ["blocks", 1],
  ["blocks", 3],
  ["blocks", 16],
  ["blocks", 21],
  ["image", 1],
] as const)("changes every image once while it is loaded: layout %s, %i images", async (layout, count) => {
  const program = programOf([2, 3, 1], layout);
  const runner = new Runner(program, await kernelModule("reproducible"), newMemory(program.bytes, canShare));
  const changed: number[] = [];
  const negative: ImageChange = (index, to, at) => {
    changed.push(index);
    for (let p = 0; p < size; p++) to[at + p] = 255 - data[index * size + p]!;
  };
  const outputs = [new Float32Array(count * size)];
  const order = Uint32Array.from({ length: count }, (_, i) => count - i);
  const run = { ...singleThread, prepare: true, order, count, batchSize: program.batchSize, outputs, writes: [] };
  runner.run(run, { inputs: [data], scales: [1], targets: [] }, [negative]);
  expect(changed).toEqual([...order]);
  const expected = [...order].flatMap((index) => [...data.subarray(index * size, (index + 1) * size)]);
  expect([...outputs[0]!]).toEqual(expected.map((value) => 255 - value));
});

it("an image by itself has room for one image, not for a block", () => {
  const slotBytes = (layout: Convolutions["layout"]) => programOf([32, 32, 3], layout).slots.bytes;
  expect(slotBytes("image") * 8).toBeLessThan(slotBytes("blocks"));
});

/** Gives the images back. */
function programOf(shape: readonly number[], layout: Convolutions["layout"]): Program {
  const image = lenet5.input({ shape });
  // biome-ignore lint/complexity/useLiteralKeys: reads a private property
  const { graph } = lenet5.model({ inputs: image, outputs: lenet5.flatten()(image) })["core"];
  const convolutions = layout === "image" ? imageConvolutions : blockConvolutions;
  const batchSize = layout === "image" ? 1 : 2 * LANES;
  return predictionProgram(graph, { batchSize, threads: 1, inputs: [{ bytesPerElement: 1 }] }, convolutions).finish();
}
