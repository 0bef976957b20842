import { expect, it } from "vitest";
import { type Exported, exportKeras, exportOnnx, exportTfjs } from "../../src/exchange.ts";
import { lenet5, type Model } from "../../src/index.ts";

const exports: readonly [string, (model: Model) => Promise<Exported>][] = [
  ["exportOnnx", exportOnnx],
  ["exportKeras", exportKeras],
  ["exportTfjs", exportTfjs],
];

it.each(exports)("%s says that the preparation of pictures stays outside", async (_, write) => {
  const net = lenet5({ c3: "full" });
  net.reading = { preparation: { size: [28, 28], padding: 2, framing: "mnist" } };
  const { notes } = await write(net);
  expect(notes.filter((note) => note.includes("prepared images"))).toEqual([
    expect.stringMatching(
      /^The file takes prepared images: 28x28 bytes divided by 255, with 2 rows and columns of 0 on each side\. Finding and/,
    ),
  ]);
});
