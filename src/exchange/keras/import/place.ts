import { InputError } from "../../../core/errors.ts";
import type { Shape } from "../../../core/tensor.ts";
import type { Layer } from "../../../layers/layer.ts";
import type { LayerWeights } from "../../assemble.ts";
import type { Config } from "./config.ts";
import type { NeededLayer, NeededWeight, WeightForm } from "./needs.ts";
import type { View } from "./view.ts";

/** What a file says about all of its layers. */
export interface Age {
  /** The first number of Keras's version: 0 to 3. */
  readonly keras: number;
  /** Whether kernels of convolutions are flipped in both axes, and "same" is padded evenly: Theano's convolution. */
  readonly theano: boolean;
  /** Whether images are [channels, rows, columns]. */
  readonly channelsFirst: boolean;
  /** Whether TensorFlow.js runs it, some of whose layers differ from Keras's. */
  readonly tfjs: boolean;
}

/** What making the layers of a model collects. */
export interface Making {
  readonly file: string;
  readonly age: Age;
  readonly notes: Set<string>;
  /** The layers with weights. */
  readonly needed: NeededLayer[];
  /** Weights that the config says. */
  readonly fixed: Map<Layer, LayerWeights>;
  /** Names that layers of ours have. */
  readonly taken: Set<string>;
  /** The number of layers of the file that became layers of ours. */
  layers: number;
  /** The number of calls of layers so far. */
  calls: number;
}

/** Options that every layer of ours has. */
export interface Common {
  readonly name: string;
  readonly trainable: boolean;
}

/** How a layer of Keras becomes layers of ours: from its options, a function of its inputs, which each call calls. */
export type Translation = (config: Config, place: Place) => (inputs: readonly View[]) => View;

/** Forms of a weight by its name in our layer, where a file may have others than ours; null: the file has none. */
export type Forms = Readonly<Record<string, readonly WeightForm[]>>;

/** A layer of Keras while it becomes layers of ours. */
export class Place {
  readonly making: Making;
  readonly age: Age;
  readonly className: string;
  readonly kerasName: string;
  private readonly index: number;
  private readonly models: NeededLayer["models"];
  /** `model.h5: layer "conv2d" (Conv2D)`. */
  readonly what: string;
  private readonly trainable: boolean;
  /** The layers of ours that the first call made; further calls take the same. */
  private readonly layers: Layer[] = [];
  private next = 0;
  private calls = 0;
  private firstOrders = "";

  constructor(
    making: Making,
    layer: { readonly className: string; readonly name: string; readonly trainable: boolean; readonly what: string },
    models: NeededLayer["models"],
  ) {
    this.making = making;
    this.age = making.age;
    this.className = layer.className;
    this.kerasName = layer.name;
    this.what = layer.what;
    this.trainable = layer.trainable;
    this.models = models;
    this.index = making.layers++;
  }

  /** Calls what the translation returned. */
  call(apply: (inputs: readonly View[]) => View, inputs: readonly View[]): View {
    const orders = JSON.stringify(inputs.map(({ order }) => order));
    if (this.calls > 0 && orders !== this.firstOrders)
      this.fail("it shares its weights between inputs whose elements are in different orders, which is not supported");
    this.firstOrders = orders;
    this.next = 0;
    const output = apply(inputs);
    this.calls++;
    return output;
  }

  /**
   * A layer of ours; at a further call, that of the first. The first has Keras's name, the others the name with what they
   * do.
   */
  layer(make: (common: Common) => Layer, does = "more"): Layer {
    const at = this.next++;
    const made =
      this.layers[at] ?? make({ name: this.freeName(at === 0 ? undefined : does), trainable: this.trainable });
    this.layers[at] = made;
    return made;
  }

  private freeName(does: string | undefined): string {
    const { taken } = this.making;
    const wanted = (does === undefined ? this.kerasName : `${this.kerasName}_${does}`).replaceAll("/", "_");
    let name = wanted === "optimizer" || wanted === "__metadata__" ? `${wanted}_layer` : wanted;
    const around = [...this.models];
    while (taken.has(name) && around.length > 0) name = `${around.pop()!.name.replaceAll("/", "_")}_${name}`;
    const base = name;
    for (let number = 1; taken.has(name); number++) name = `${base}_${number}`;
    taken.add(name);
    return name;
  }

  /** Says that the file has the weights of a layer, which has been called; in our order and shapes but for `forms`. */
  needs(layer: Layer, forms: Forms = {}, more: readonly NeededWeight[] = []): void {
    const weights = layer.built.weights.map(
      ({ name, shape, trainable = true }): NeededWeight => ({
        name,
        forms: Object.hasOwn(forms, name) ? forms[name]! : [{ shape }],
        to: { layer, weight: name, shape },
        trains: trainable && this.trainable,
      }),
    );
    this.needsAll([...weights, ...more]);
  }

  needsAll(weights: readonly NeededWeight[]): void {
    if (this.calls > 0) return;
    const { kerasName: name, className, models, index } = this;
    if (weights.length > 0) this.making.needed.push({ index, name, className, models, weights });
  }

  /** Sets a layer's weights by the config. */
  fix(layer: Layer, weights: Readonly<Record<string, Float32Array>>): void {
    const tensors = Object.entries(weights).map(([name, data]) => {
      const { shape } = layer.built.weights.find((each) => each.name === name)!;
      return [name, { shape, data }] as const;
    });
    this.making.fixed.set(layer, Object.fromEntries(tensors));
  }

  note(sentence: string): void {
    this.making.notes.add(sentence);
  }

  /** @throws InputError `model.h5: layer "x" (Lambda): ...` */
  fail(problem: string): never {
    throw new InputError(`${this.what}: ${problem}`);
  }

  /** The one input of a layer. */
  one(inputs: readonly View[]): View {
    return inputs.length === 1 ? inputs[0]! : this.fail(`expected one input, got ${inputs.length}`);
  }

  /** The one input of a layer, an image. */
  image(inputs: readonly View[]): View {
    const view = this.one(inputs);
    return view.shape.length === 3 ? view : this.fail(`expected an image as input, got shape ${shapeText(view.shape)}`);
  }

  /** Keras's shape of an image of ours. */
  imageShape([rows, columns, channels]: Shape): Shape {
    return this.age.channelsFirst ? [channels!, rows!, columns!] : [rows!, columns!, channels!];
  }

  /** The view of an image that a layer of ours made. */
  asImage(tensor: View["tensor"]): View {
    const order = this.age.channelsFirst ? "channelsFirst" : "same";
    return { tensor, shape: this.imageShape(tensor.shape), order };
  }
}

export function shapeText(shape: Shape): string {
  return `[${["None", ...shape].join(", ")}]`;
}
