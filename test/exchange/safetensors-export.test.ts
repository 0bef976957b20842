import { describe, expect, it } from "vitest";
import { exportSafetensors, importSafetensors } from "../../src/exchange.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import {
  add,
  conv2d,
  dense,
  flatten,
  input,
  type LayerType,
  lenet5,
  lenet5Of1998,
  type Model,
  model,
  reshape,
} from "../../src/index.ts";
import { layerSamples } from "../members/layer-samples.ts";

/** Sample networks whose layers have weights, and the networks of this package. */
const networks: [string, () => Model][] = [
  ...(Object.keys(layerSamples) as LayerType[])
    .map((type): [string, () => Model] => [type, () => sampleOf(type)])
    .filter(([, make]) => make().weights.size > 0),
  ["lenet5", () => lenet5({ inputShape: [16, 20, 1] })],
  ["lenet5Of1998", () => lenet5Of1998()],
];

function sampleOf(type: LayerType): Model {
  const maps = input({ shape: [6, 5, 3] });
  return model({ inputs: maps, outputs: layerSamples[type](maps), seed: 5 });
}

describe("exportSafetensors", () => {
  it.each(networks)("%s comes back from both layouts with the same bits", async (_, make) => {
    const net = make();
    for (const layout of ["keras", "pytorch"] as const) {
      const { bytes } = await exportSafetensors(net, { layout });
      const { model: made, notes } = await importSafetensors(bytes, { network: net.clone({ seed: 9 }) });
      expect(await made.checksum()).toBe(await net.checksum());
      expect(notes.join("\n")).toContain("found by name");
    }
  });

  it("writes PyTorch's names and shapes, with the dense rows in the order channel, row, column", async () => {
    const net = lenet5({ c3: "full", inputShape: [28, 28, 1] });
    const { bytes, python, notes } = await exportSafetensors(net, { layout: "pytorch" });
    const { tensors, metadata } = readSafetensors(bytes);
    expect([...tensors].map(([name, { shape }]) => `${name} ${shape}`).slice(0, 5)).toEqual([
      "C1.weight 6,1,5,5",
      "C1.bias 6",
      "C3.weight 16,6,5,5",
      "C3.bias 16",
      "C5.weight 120,16,4,4",
    ]);
    expect(metadata.format).toBe("pt");
    expect(python.split("\n").slice(5, 24).join("\n")).toBe(`class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.C1 = torch.nn.Conv2d(1, 6, 5)
        self.C3 = torch.nn.Conv2d(6, 16, 5)
        self.C5 = torch.nn.Conv2d(16, 120, 4)
        self.F6 = torch.nn.Linear(120, 84)
        self.output = torch.nn.Linear(84, 10)

    def forward(self, x):  # [N, 1, 28, 28]
        x = torch.tanh(self.C1(x))
        x = F.avg_pool2d(x, 2)
        x = torch.tanh(self.C3(x))
        x = F.avg_pool2d(x, 2)
        x = torch.tanh(self.C5(x))
        x = x.flatten(1)
        x = torch.tanh(self.F6(x))
        x = torch.softmax(self.output(x), 1)
        return x`);
    expect(python).toContain('net.load_state_dict(load_file("model.safetensors"))');
    expect(notes).toEqual([
      "The file has weights alone: layers and activations are those of the program that loads it.",
    ]);
  });

  it("says what PyTorch has otherwise, and names the modules where it has no such layer", async () => {
    const { notes } = await exportSafetensors(lenet5(), { layout: "pytorch" });
    expect(notes[1]).toMatch(/^"C3" is a full convolution there, with zeros/);
    const { python } = await exportSafetensors(lenet5Of1998(), { layout: "pytorch" });
    expect(python).toContain('whose modules are called "C1", "S2", "C3"');
  });

  it("gives no class of PyTorch where channels last and channels first order numbers differently", async () => {
    const maps = input({ shape: [4, 4, 2] });
    const rows = conv2d({ filters: 2, kernelSize: 2 })(reshape({ targetShape: [8, 4, 1] })(maps));
    const { python } = await exportSafetensors(model({ inputs: maps, outputs: flatten()(rows) }), {
      layout: "pytorch",
    });
    expect(python).not.toContain("class Net");
    const flat = flatten()(conv2d({ filters: 2, kernelSize: 2, name: "maps" })(maps));
    const { python: kept, notes } = await exportSafetensors(model({ inputs: maps, outputs: flat }), {
      layout: "pytorch",
    });
    expect(kept).toContain("class Net");
    expect(notes.at(-1)).toMatch(/^The outputs of "flatten" stand in another order there/);
    // Features of maps plus those of a dense layer: the next layer's rows have no order that fits both.
    const sum = add()([flat, dense({ units: 18 })(flat)]);
    const mixed = model({ inputs: maps, outputs: dense({ units: 3 })(sum) });
    await expect(exportSafetensors(mixed, { layout: "pytorch" })).rejects.toThrow(/layer "add": cannot tell the order/);
  });

  it("refuses, on import, a network that answers otherwise than the one that was written", async () => {
    const net = sampleOf("dense");
    const maps = input({ shape: [6, 5, 3] });
    const { bytes } = await exportSafetensors(net);
    const other = model({ inputs: maps, outputs: dense({ units: 4, activation: "tanh" })(flatten()(maps)) });
    await expect(importSafetensors(bytes, { network: other })).rejects.toThrow(/model file: /);
  });
});
