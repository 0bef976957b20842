import type { Shape } from "../../core/tensor.ts";
import type { Layer, SymbolicTensor } from "../../layers/layer.ts";
import { isLayerType, type LayerType } from "../../layers/registry.ts";
import { type Padding, windowAxis } from "../../layers/windows.ts";
import type { Graph } from "../../model/graph.ts";
import type { ActivationName } from "../../ops/activations/table.ts";
import { keepsOrder } from "../mapping/feature-order.ts";

/** A layer in PyTorch: the module that holds its weights, and what is computed from variables. */
interface Code {
  readonly module?: string;
  readonly call: string;
}

interface Given {
  /** `self.C1` */
  readonly self: string;
  /** The variables that it reads. */
  readonly x: readonly string[];
  readonly layer: Layer;
  readonly input: Shape;
  /** The options of the layer, complete; each rule reads those of its own type. */
  readonly config: Options;
}

/** The options of the layers below. */
interface Options {
  readonly filters: number;
  readonly units: number;
  readonly kernelSize: Shape;
  readonly poolSize: Shape;
  readonly strides: Shape;
  readonly dilationRate: Shape;
  readonly padding: Padding | readonly [rows: Shape, columns: Shape];
  readonly groups: number;
  readonly depthMultiplier: number;
  readonly useBias: boolean;
  readonly keepdims: boolean;
  readonly maxValue?: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;
  readonly alpha: number;
  readonly sharedAxes?: readonly number[];
  readonly rate: number;
  readonly scale: number | boolean;
  readonly offset: number;
  readonly center: boolean;
  readonly epsilon: number;
  readonly momentum: number;
}

const activations: { readonly [Name in ActivationName]?: (x: string) => string } = {
  linear: (x) => x,
  relu: (x) => `F.relu(${x})`,
  leaky_relu: (x) => `F.leaky_relu(${x}, 0.2)`,
  relu6: (x) => `F.relu6(${x})`,
  elu: (x) => `F.elu(${x})`,
  selu: (x) => `F.selu(${x})`,
  gelu: (x) => `F.gelu(${x})`,
  silu: (x) => `F.silu(${x})`,
  mish: (x) => `F.mish(${x})`,
  softplus: (x) => `F.softplus(${x})`,
  softsign: (x) => `F.softsign(${x})`,
  sigmoid: (x) => `torch.sigmoid(${x})`,
  hard_sigmoid: (x) => `F.hardsigmoid(${x})`,
  hard_silu: (x) => `F.hardswish(${x})`,
  tanh: (x) => `torch.tanh(${x})`,
  scaled_tanh: (x) => `1.7159 * torch.tanh(2 / 3 * ${x})`,
  softmax: (x) => `torch.softmax(${x}, 1)`,
  log_softmax: (x) => `torch.log_softmax(${x}, 1)`,
};

/** The layers that PyTorch has; undefined for options that it has not. */
const layers: { readonly [Type in LayerType]?: (given: Given) => Code | undefined } = {
  conv2d: ({ self, x, input, config, layer }) => {
    const { filters, kernelSize, strides, dilationRate, groups, useBias } = config;
    const named = options({ stride: pair(strides), dilation: pair(dilationRate), groups, bias: useBias });
    return {
      module: `torch.nn.Conv2d(${input[2]}, ${filters}, ${pair(kernelSize)}${named})`,
      call: `${self}(${padded(x[0]!, input, layer)})`,
    };
  },
  depthwiseConv2d: ({ self, x, input, config, layer }) => {
    const { kernelSize, strides, dilationRate, depthMultiplier, useBias } = config;
    const C = input[2]!;
    const named = options({ stride: pair(strides), dilation: pair(dilationRate), groups: C, bias: useBias });
    return {
      module: `torch.nn.Conv2d(${C}, ${C * depthMultiplier}, ${pair(kernelSize)}${named})`,
      call: `${self}(${padded(x[0]!, input, layer)})`,
    };
  },
  dense: ({ self, x, input, config: { units, useBias } }) => ({
    module: `torch.nn.Linear(${input[0]}, ${units}${options({ bias: useBias })})`,
    call: `${self}(${x[0]})`,
  }),
  maxPooling2d: ({ x, config }) => pooled("F.max_pool2d", x[0]!, config),
  averagePooling2d: ({ x, config }) => pooled("F.avg_pool2d", x[0]!, config),
  globalAveragePooling2d: ({ x, config: { keepdims } }) => ({
    call: `${x[0]}.mean((2, 3)${keepdims ? ", keepdim=True" : ""})`,
  }),
  globalMaxPooling2d: ({ x, config: { keepdims } }) => ({
    call: `${x[0]}.amax((2, 3)${keepdims ? ", keepdim=True" : ""})`,
  }),
  flatten: ({ x }) => ({ call: `${x[0]}.flatten(1)` }),
  reshape: ({ x, layer }) => {
    const { shape } = layer.output;
    return shape.length === 3
      ? { call: `${x[0]}.reshape(-1, ${shape[2]}, ${shape[0]}, ${shape[1]})` }
      : { call: `${x[0]}.flatten(1)` };
  },
  activation: ({ x }) => ({ call: x[0]! }),
  relu: ({ x, config: { maxValue, negativeSlope, threshold } }) =>
    maxValue == null && negativeSlope === 0 && threshold === 0 ? { call: `F.relu(${x[0]})` } : undefined,
  leakyRelu: ({ x, config: { negativeSlope } }) => ({ call: `F.leaky_relu(${x[0]}, ${negativeSlope})` }),
  elu: ({ x, config: { alpha } }) => ({ call: `F.elu(${x[0]}, ${alpha})` }),
  softmax: ({ x }) => ({ call: `torch.softmax(${x[0]}, 1)` }),
  prelu: ({ self, x, input, config: { sharedAxes } }) => {
    const isByMap = input.length === 1 || String(sharedAxes) === "1,2";
    return isByMap ? { module: `torch.nn.PReLU(${input.at(-1)})`, call: `${self}(${x[0]})` } : undefined;
  },
  dropout: ({ x, config: { rate } }) => ({ call: `F.dropout(${x[0]}, ${rate}, self.training)` }),
  batchNormalization: ({ self, x, input, config: { scale, center, epsilon, momentum } }) => {
    const kind = input.length === 3 ? "BatchNorm2d" : "BatchNorm1d";
    const share = Number((1 - momentum).toPrecision(6));
    return scale && center
      ? { module: `torch.nn.${kind}(${input.at(-1)}, eps=${epsilon}, momentum=${share})`, call: `${self}(${x[0]})` }
      : undefined;
  },
  layerNormalization: ({ self, x, input, config: { scale, center, epsilon } }) =>
    scale && center && input.length === 1
      ? { module: `torch.nn.LayerNorm(${input[0]}, eps=${epsilon})`, call: `${self}(${x[0]})` }
      : undefined,
  groupNormalization: ({ self, x, input, config: { scale, center, epsilon, groups } }) => {
    const C = input.at(-1)!;
    const module = `torch.nn.GroupNorm(${groups === -1 ? C : groups}, ${C}, eps=${epsilon})`;
    return scale && center && input.length === 3 ? { module, call: `${self}(${x[0]})` } : undefined;
  },
  zeroPadding2d: ({ x, config: { padding } }) => {
    const [[top, bottom], [left, right]] = padding as readonly [Shape, Shape];
    return { call: `F.pad(${x[0]}, (${left}, ${right}, ${top}, ${bottom}))` };
  },
  rescaling: ({ x, config: { scale, offset } }) => ({ call: `${x[0]} * ${scale} + ${offset}` }),
  concatenate: ({ x }) => ({ call: `torch.cat([${x.join(", ")}], 1)` }),
  add: ({ x }) => ({ call: x.join(" + ") }),
};

/** Names that a module of PyTorch, or Python, has for something else. */
const taken = new Set(
  "forward train eval float double half bfloat16 type to cpu cuda apply modules children parameters buffers training F torch None True False and as assert break class continue def del elif else except finally for from global if import in is lambda not or pass raise return try while with yield".split(
    " ",
  ),
);

/**
 * A class of PyTorch that computes what a network of one input and one output does, with modules of the layers' names;
 * undefined where it has a layer or an option that PyTorch does not have as such.
 */
export function torchModule(graph: Graph): string | undefined {
  const { inputs, outputs, tensors, layers: all } = graph;
  const isKept = keepsOrder(graph);
  const isFine = ({ name, built }: Layer) =>
    built.weights.length === 0 || (/^[A-Za-z_]\w*$/.test(name) && !taken.has(name));
  if (inputs.length !== 1 || outputs.length !== 1 || !all.every(isFine)) return undefined;
  const isChain = tensors.every(({ inputs: read }, i) => i === 0 || (read.length === 1 && read[0] === tensors[i - 1]));
  const variables = new Map<SymbolicTensor, string>(tensors.map((tensor, i) => [tensor, isChain ? "x" : `x${i}`]));
  const modules = new Map<Layer, string>();
  const lines: string[] = [];
  for (const tensor of tensors.slice(1)) {
    const { layer } = tensor;
    const make = isLayerType(layer.type) ? layers[layer.type] : undefined;
    const x = tensor.inputs.map((each) => variables.get(each)!);
    const given = {
      self: `self.${layer.name}`,
      x,
      layer,
      input: tensor.inputs[0]!.shape,
      config: layer.config as unknown as Options,
    };
    const code = make?.(given);
    const activation = activations[(layer.config.activation as ActivationName | undefined) ?? "linear"];
    if (!code || !activation || isKept(tensor) === undefined) return undefined;
    if (code.module !== undefined) modules.set(layer, `        self.${layer.name} = ${code.module}`);
    const call = activation(code.call);
    const variable = variables.get(tensor)!;
    if (call !== variable) lines.push(`        ${variable} = ${call}`);
  }
  const first = variables.get(inputs[0]!)!;
  const [rows, columns, channels] = inputs[0]!.shape;
  const shape = channels === undefined ? inputs[0]!.shape : [channels, rows, columns];
  return `import torch
import torch.nn.functional as F
from safetensors.torch import load_file


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
${[...modules.values()].join("\n")}

    def forward(self, ${first}):  # [N, ${shape.join(", ")}]
${lines.join("\n")}
        return ${variables.get(outputs[0]!)}


net = Net()
net.load_state_dict(load_file("model.safetensors"))
net.eval()
`;
}

/** A number or a tuple of two. */
function pair([rows, columns]: Shape): string {
  return rows === columns ? String(rows) : `(${rows}, ${columns})`;
}

/** Arguments that are not PyTorch's defaults. */
function options(given: Readonly<Record<string, string | number | boolean>>): string {
  const usual: Readonly<Record<string, string | number | boolean>> = {
    stride: "1",
    dilation: "1",
    groups: 1,
    bias: true,
  };
  const others = Object.entries(given).filter(([name, value]) => value !== usual[name]);
  return others.map(([name, value]) => `, ${name}=${value === false ? "False" : value}`).join("");
}

/** The input with the zeros of padding "same". */
function padded(x: string, input: Shape, { config, type }: Layer): string {
  const { kernelSize, strides, padding, dilationRate } = config as {
    kernelSize: Shape;
    strides: Shape;
    padding: Padding;
    dilationRate: Shape;
  };
  const complain = (problem: string): never => {
    throw new Error(`${type}: ${problem}`);
  };
  const [rows, columns] = [0, 1].map((axis) => {
    const size = (kernelSize[axis]! - 1) * dilationRate[axis]! + 1;
    return windowAxis(input[axis]!, size, strides[axis]!, padding, complain);
  }) as [ReturnType<typeof windowAxis>, ReturnType<typeof windowAxis>];
  const sides = [columns.before, columns.after, rows.before, rows.after];
  return padding === "valid" || sides.every((side) => side === 0) ? x : `F.pad(${x}, (${sides.join(", ")}))`;
}

function pooled(name: string, x: string, { poolSize, strides, padding }: Options): Code | undefined {
  if (padding !== "valid") return undefined;
  const stride = String(poolSize) === String(strides) ? "" : `, ${pair(strides)}`;
  return { call: `${name}(${x}, ${pair(poolSize)}${stride})` };
}
