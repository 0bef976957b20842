import type { Numbers, Tensor } from "../../../core/tensor.ts";
import { layerLike } from "../../../layers/define-layer.ts";
import type { Layer, SymbolicTensor } from "../../../layers/layer.ts";
import type { LayerWeights } from "../../assemble.ts";

/**
 * Numbers that weights and folded constants may have, all together: so many for each byte of the file, and some more. Many
 * nodes may read one constant, and a constant may be made of nothing.
 */
const NUMBERS_PER_BYTE = 4;
const MORE_NUMBERS = 2 ** 22;

/** The layers that a file becomes, with their weights. */
export class Network {
  readonly weights = new Map<Layer, LayerWeights>();
  readonly notes = new Set<string>();
  private readonly names = new Set<string>();
  /** The next number for each name that is taken. */
  private readonly numbers = new Map<string, number>();
  private taken = 0;
  private limit = MORE_NUMBERS;
  private readonly refuse: (problem: string) => never;

  constructor(refuse: (problem: string) => never) {
    this.refuse = refuse;
  }

  /** Allows the numbers that so many bytes of files may become. */
  allow(bytes: number): void {
    this.limit += NUMBERS_PER_BYTE * bytes;
  }

  /** Adds a layer. `name` is what the file calls it; another of that name gets a number. */
  add<Options extends object>(
    make: (options: Options) => Layer,
    options: Options,
    inputs: readonly SymbolicTensor[],
    { weights, name }: { weights?: LayerWeights; name?: string | undefined } = {},
  ): SymbolicTensor {
    this.takeWeights(weights);
    const named = name === undefined ? options : { ...options, name: this.unique(name) };
    return this.called(make(named), inputs, weights);
  }

  /** The layer of a tensor that nothing reads yet, once more with other options or weights. */
  replace(tensor: SymbolicTensor, options: object, weights: LayerWeights = {}): SymbolicTensor {
    const { layer, inputs } = tensor;
    const { name } = layer;
    const before = this.weights.get(layer);
    this.weights.delete(layer);
    this.takeWeights(weights);
    const changed = layerLike(layer, {
      ...layer.config,
      ...options,
      trainable: layer.trainable,
      ...(name && { name }),
    });
    return this.called(changed, inputs, before && { ...before, ...weights });
  }

  /** Counts numbers that are made of constants before memory is taken for them. */
  take(count: number): void {
    this.taken += count;
    if (!(this.taken <= this.limit)) this.refuse(`it makes more than ${this.limit} numbers of its constants`);
  }

  private takeWeights(weights: LayerWeights = {}): void {
    for (const { data } of Object.values(weights)) this.take(data.length);
  }

  private called(layer: Layer, inputs: readonly SymbolicTensor[], weights?: LayerWeights): SymbolicTensor {
    const tensor = layer(inputs);
    for (const [name, { data }] of Object.entries(weights ?? {})) {
      const wrong = data.find((value) => !Number.isFinite(value));
      if (wrong !== undefined) this.refuse(`expected finite numbers as ${name} of a layer ${layer.type}, got ${wrong}`);
    }
    if (weights) this.weights.set(layer, weights);
    return tensor;
  }

  /** The name, with a number where another layer has it. */
  unique(name: string): string {
    let unique = name;
    let number = this.numbers.get(name) ?? 1;
    for (; this.names.has(unique); number++) unique = `${name}_${number}`;
    this.numbers.set(name, number);
    this.names.add(unique);
    return unique;
  }
}

/** Weights of a layer from numbers of a file. */
export function weight(shape: readonly number[], data: Numbers): Tensor<Float32Array> {
  return { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}
