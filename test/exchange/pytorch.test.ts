import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type Imported, importModel, importPytorch, importSafetensors } from "../../src/exchange.ts";

import { special, usual } from "./pytorch-networks.ts";

const folder = new URL("files/pytorch/", import.meta.url);
const file = async (name: string) => new Uint8Array(await readFile(new URL(name, folder)));
const outputs: Record<string, number[][]> = JSON.parse(await readFile(new URL("outputs.json", folder), "utf8"));

async function expectOutputs(made: Imported["model"], expected: readonly number[][]) {
  const x = { shape: [2, 8, 8, 1], data: Float32Array.from(outputs.input!.flat()) };
  const { data } = (await made.predict(x)) as { data: Float32Array };
  const difference = Math.max(
    ...expected.flat().map((value, i) => Math.abs(value - data[i]!) / Math.max(1, Math.abs(value))),
  );
  expect(difference).toBeLessThan(1e-5);
}

describe("files of real PyTorch", () => {
  it.each([
    ["state-dict.pt", "usual"],
    ["state-dict-legacy.pth", "usual"],
    ["state-dict-0.1.tar", "usual"],
    ["state-dict-1.0.pt", "usual"],
    ["state-dict-1.2.pt", "usual"],
    ["parallel.pt", "usual"],
    ["views.pt", "usual"],
    ["checkpoint.tar", "usual"],
    ["script.pt", "usual"],
    ["script-1.0.pt", "usual"],
    ["script-1.2.pt", "usual"],
    ["numpy.pkl", "usual"],
    ["pickled.pkl", "usual"],
    ["float16.pt", "float16"],
    ["bfloat16.pt", "bfloat16"],
    ["float64.pt", "float64"],
  ])("%s answers as PyTorch does", async (name, expected) => {
    const { model: made, mapping } = await importPytorch(await file(name), { network: usual() });
    await expectOutputs(made, outputs[expected]!);
    expect(mapping).toHaveLength(12);
  });

  it("special.pt: groups, depthwise and transposed convolutions, slopes and all normalizations", async () => {
    const { model: made } = await importPytorch(await file("special.pt"), { network: special() });
    await expectOutputs(made, outputs.special!);
  });

  it.each([
    ["state-dict.safetensors", "usual"],
    ["float16.safetensors", "float16"],
    ["bfloat16.safetensors", "bfloat16"],
    ["float64.safetensors", "float64"],
    ["burn.safetensors", "usual"],
  ])("%s answers as PyTorch does", async (name, expected) => {
    const { model: made, notes } = await importSafetensors(await file(name), { network: usual() });
    await expectOutputs(made, outputs[expected]!);
    expect(notes.join("\n")).toContain(name.startsWith("burn") ? "layout of Burn" : "layout of PyTorch");
  });

  it("says what it took, and how", async () => {
    const { notes, source, mapping } = await importModel(await file("checkpoint.tar"), { network: usual() });
    expect(source).toBe("PyTorch (state_dict)");
    expect(notes).toEqual([
      'Taken of the checkpoint: "model"; left out: "epoch", "best", "optimizer" and "args".',
      "The file does not name activations or layers: those of the given network are used.",
      "Layers were found by shape, in the layout of PyTorch: conv1 to C1, bn1 to N1, conv2 to C2, fc1 to D1, fc2 to D2.",
      'Left out: counters of batches, such as "bn1.num_batches_tracked".',
      "The file does not say in what scale it takes pixels.",
    ]);
    expect(mapping!.at(-2)).toEqual({ tensor: "fc2.weight", shape: [4, 6], weight: "D2/kernel", weightShape: [6, 4] });
  });

  it.each(["numpy.pkl", "state-dict-0.1.tar", "script-1.0.pt", "state-dict-legacy.pth", "float16.safetensors"])(
    "importModel sees what %s is",
    async (name) => {
      const { source } = await importModel(await file(name), { network: usual() });
      expect(source).toMatch(/PyTorch|safetensors/);
    },
  );

  it("leaves the given network as it is", async () => {
    const network = usual();
    const before = network.getWeights();
    await importPytorch(await file("state-dict.pt"), { network });
    expect(network.getWeights()).toEqual(before);
  });

  it("lists the tensors where no network is given", async () => {
    await expect(importPytorch(await file("state-dict.pt"))).rejects.toThrow(
      /^model file: it has weights and no layers: give the network that they belong to, the option network. Its 13 tensors: conv1.weight \[3, 1, 3, 3\], conv1.bias \[3\]/,
    );
  });

  it.each([
    ["whole-module.pt", /it holds a whole module \("__main__.Usual"\), not a state_dict: load it in Python and save/],
    ["quantised.pt", /it has quantised tensors \("torch._utils._rebuild_qtensor"\)/],
    ["sparse.pt", /it has sparse tensors \("torch._utils._rebuild_sparse_tensor"\)/],
  ])("%s is refused", async (name, message) => {
    await expect(importPytorch(await file(name), { network: usual() })).rejects.toThrow(message);
  });
});
